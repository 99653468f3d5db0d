"""What administrators decide: members, invitations, teams, hours, mailboxes; and what is refused."""

from __future__ import annotations

import re
from datetime import time

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.channels.models import Channel, Dispatch
from klankbord.conversations.actions.change_state import finish, reopen
from klankbord.conversations.models import Conversation
from klankbord.events.models import OutboxEvent
from klankbord.office.actions.members import change_member, deactivate_member
from klankbord.office.actions.organisation import change_profile
from klankbord.office.refusals import NotAllowed, Refused
from klankbord.people.models import Membership, OpeningSpan, Organisation, Role, User
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(monkeypatch, settings):
    settings.MAILERS = {"default": {"BACKEND": "klankbord.signin.mail.DispatchBackend"}}
    monkeypatch.setitem(settings.OPTIONS.values, "outbox", "keep")
    return cast.de_klank()


@pytest.fixture
def browser(house):
    return cast.browser(house.organisation, house.marlies)


def invitation_link(house) -> str:
    mail = Dispatch.objects.of(house.organisation).latest("pk")
    return re.search(r"(/office/join/\S+)", mail.message["text"])[1]


def invite(browser, email="nieuw@deklank.example", **more):
    return browser.post("/office/members/invite/", {"email": email, "role": "agent", **more})


def test_who_is_invited_chooses_a_password_and_comes_in(house, browser):
    assert invite(browser, title="balie").status_code == 302
    link = invitation_link(house)
    newcomer = cast.browser(house.organisation)
    assert newcomer.get(link).status_code == 200
    newcomer.post(link, {"name": "Nina", "password": cast.PASSWORD})
    made = Membership.objects.of(house.organisation).get(user__email="nieuw@deklank.example")
    assert (made.role, made.title, made.user.name) == ("agent", "balie", "Nina")
    answer = newcomer.post("/account/login/", {"login": "nieuw@deklank.example", "password": cast.PASSWORD})
    assert answer.headers["Location"] == "/inbox/"
    assert newcomer.get(link).status_code == 404


def test_a_weak_password_is_refused_at_the_door(house, browser):
    invite(browser)
    newcomer = cast.browser(house.organisation)
    answer = newcomer.post(invitation_link(house), {"name": "Nina", "password": "123456"})
    assert answer.status_code == 200
    assert not User.objects.filter(email="nieuw@deklank.example").exists()


def test_an_invitation_is_called_one_in_the_list_of_outgoing_mail(house, browser, monkeypatch, settings):
    invite(browser)
    words = browser.get("/inbox/outgoing/").content.decode()
    assert "uitnodiging" in words
    assert "inlogcode" not in words
    monkeypatch.setitem(settings.OPTIONS.values, "outbox", "")
    mail = Dispatch.objects.of(house.organisation).get()
    assert invitation_link(house) not in browser.get(f"/inbox/outgoing/?mail={mail.pk}").content.decode()


def test_an_invitation_never_changes_the_password_of_who_works_elsewhere(house, browser):
    elsewhere = cast.member(cast.organisation("Elders"), "Gast", password="het-echte-wachtwoord")
    invite(browser, elsewhere.user.email)
    guest, link = cast.browser(house.organisation), invitation_link(house)
    guest.post(link, {"name": "Gast", "password": "een-ander-wachtwoord"})
    elsewhere.user.refresh_from_db()
    assert elsewhere.user.check_password("het-echte-wachtwoord")
    assert not Membership.objects.of(house.organisation).filter(user=elsewhere.user).exists()
    guest.post(link, {"password": "het-echte-wachtwoord"})
    assert Membership.objects.of(house.organisation).filter(user=elsewhere.user).exists()


def test_a_withdrawn_invitation_and_another_houses_are_worth_nothing(house, browser):
    invite(browser)
    link = invitation_link(house)
    assert cast.browser(cast.klankerveen().organisation).get(link).status_code == 404
    pk = re.search(r"/office/invitations/(\d+)/withdraw/", browser.get("/office/members/").content.decode())[1]
    browser.post(f"/office/invitations/{pk}/withdraw/")
    assert cast.browser(house.organisation).get(link).status_code == 404


def test_the_last_administrator_stays_one(house):
    with pytest.raises(Refused):
        deactivate_member(member=house.marlies, by=house.marlies)
    with pytest.raises(Refused):
        change_member(member=house.marlies, role=Role.AGENT, title="", is_public=True, by=house.marlies)


def test_who_leaves_is_out_at_once_and_their_customers_wait_for_anyone(house, browser):
    person = cast.customer(house.organisation)
    conversation = cast.conversation(person, house.mailbox, assignee=house.jamal)
    at_work = cast.browser(house.organisation, house.jamal)
    assert at_work.get("/office/me/").status_code == 200
    browser.post(f"/office/members/{house.jamal.pk}/", {"action": "end"})
    assert at_work.get("/office/me/").status_code == 302
    conversation.refresh_from_db()
    assert conversation.assignee is None
    event = OutboxEvent.objects.get(name="people.MembershipChanged")
    assert event.fields["membership_id"] == house.jamal.pk
    assert (
        AuditEntry.objects.of(house.organisation).filter(verb="deactivated_member", membership=house.marlies).exists()
    )


@pytest.mark.parametrize("who", ["jamal", "tom", "noor"])
def test_only_an_administrator_decides(house, who):
    member = getattr(house, who)
    with pytest.raises(NotAllowed):
        change_profile(organisation=house.organisation, values={"name": "Anders"}, by=member)
    with pytest.raises(NotAllowed):
        change_member(member=member, role=Role.ADMINISTRATOR, title="", is_public=False, by=member)


def test_an_administrator_of_another_house_decides_nothing_here(house):
    other = cast.member(cast.klankerveen().organisation, "Baas", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        deactivate_member(member=house.jamal, by=other)


def test_the_profile_is_changed_and_every_page_hears_of_it(house, browser):
    form = {
        "name": "De Nieuwe Klank", "introduction": "Wij zijn er.", "phone": "010 765 43 21", "language": "nl",
        "customer_word": "member", "promise_hours": "8", "time_zone": "Europe/Amsterdam", "is_formal": "u",
    }  # fmt: skip
    assert browser.post("/office/organisation/", form).status_code == 302
    now = Organisation.objects.get(pk=house.organisation.pk)
    assert (now.name, now.promise_minutes, now.is_formal) == ("De Nieuwe Klank", 480, True)
    assert OutboxEvent.objects.filter(name="people.OrganisationChanged").exists()


def test_opening_hours_are_kept_and_overlaps_refused(house, browser):
    form = {"what": "week", "opens_0_0": "09:00", "closes_0_0": "12:00", "opens_0_1": "13:00", "closes_0_1": "00:00"}
    assert browser.post("/office/hours/", form).status_code == 302
    spans = OpeningSpan.objects.of(house.organisation).order_by("opens").values_list("weekday", "opens", "closes")
    assert list(spans) == [(0, time(9), time(12)), (0, time(13), time(0))]
    assert browser.post("/office/hours/", form | {"opens_0_1": "11:00"}).status_code == 200
    assert browser.post("/office/hours/", {"what": "week", "opens_0_0": "09:00"}).status_code == 200
    assert OpeningSpan.objects.of(house.organisation).count() == 2


def test_a_mailbox_shows_what_its_way_needs_and_never_its_password(house, browser):
    place = f"/office/mailboxes/{house.mailbox.pk}/"
    start = {"name": "Vragen", "way_in": "password", "way_out": "relay", "is_active": "on"}
    asked = browser.post(place, start)
    assert b'name="imap_host"' in asked.content
    filled = start | {
        "imap_host": "imap.example.org", "imap_port": "", "imap_tls": "tls", "imap_user": "", "imap_folder": "INBOX",
        "imap_password": "zeer-geheim", "sent_folder": "",
    }  # fmt: skip
    assert browser.post(place, filled).status_code == 302
    kept = Channel.objects.of(house.organisation).get(pk=house.mailbox.pk)
    assert (kept.settings["auth"], kept.all_settings["imap_password"]) == ("password", "zeer-geheim")
    assert "zeer-geheim" not in str(kept.settings)
    assert b"zeer-geheim" not in browser.get(place).content
    assert browser.post(place, filled | {"imap_password": ""}).status_code == 302
    again = Channel.objects.of(house.organisation).get(pk=house.mailbox.pk)
    assert again.all_settings["imap_password"] == "zeer-geheim"


def test_an_address_in_use_at_another_house_cannot_be_taken(house, browser):
    taken = cast.klankerveen().mailbox.address
    answer = browser.post("/office/mailboxes/new/", {"name": "Post", "address": taken})
    assert answer.status_code == 200
    assert "Dit adres is al in gebruik" in answer.content.decode()


def test_a_face_is_looked_at_before_it_is_kept(house, browser):
    form = {
        "name": "Marlies", "title": "", "language": "en", "face": "drawn", "skin": "deep", "hair": "white",
        "style": "bob", "shirt": "teal", "background": "plum", "glasses": "on",
    }  # fmt: skip
    assert browser.post("/office/me/", form | {"look": "1"}).status_code == 200
    house.marlies.user.refresh_from_db()
    assert house.marlies.user.face == "fair-brown-long-clay-sand"
    browser.post("/office/me/", form)
    house.marlies.user.refresh_from_db()
    assert house.marlies.user.face == "deep-white-bob-teal-plum-glasses"


def test_who_writes_again_to_somebody_who_has_left_waits_for_anyone(house, browser):
    person = cast.customer(house.organisation)
    conversation = cast.conversation(person, house.mailbox, assignee=house.jamal)
    finish(conversation=conversation, by=house.jamal)
    browser.post(f"/office/members/{house.jamal.pk}/", {"action": "end"})
    reopen(conversation=conversation, by=house.marlies)
    assert list(Conversation.objects.of(house.organisation).unassigned()) == [conversation]
