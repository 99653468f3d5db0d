"""Coming in, seen from a browser: password, code by mail, and who is kept out."""

from __future__ import annotations

import re

import pytest
from django.test import override_settings

from klankbord.audit.models import AuditEntry
from klankbord.channels.models import Channel, Dispatch
from klankbord.config.settings import OPTIONS
from klankbord.events.models import OutboxEvent
from klankbord.people.models import Membership
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return cast.de_klank()


@pytest.fixture
def _sends(monkeypatch, settings):
    settings.MAILERS = {"default": {"BACKEND": "klankbord.signin.mail.DispatchBackend"}}  # pytest puts in another one
    monkeypatch.setitem(OPTIONS.values, "outbox", "keep")


@pytest.fixture
def sanne(house):
    return cast.member(house.organisation, password=cast.PASSWORD)


def sign_in(browser, email, password=cast.PASSWORD, **more):
    return browser.post("/account/login/", {"login": email, "password": password, **more})


def sent_mail() -> Dispatch:
    return Dispatch.objects.across_organisations("test").get(purpose__in=Dispatch.OPENS_AN_ACCOUNT)


def test_the_right_password_leads_to_the_inbox_and_is_noted(house, sanne):
    browser = cast.browser(house.organisation)
    answer = sign_in(browser, sanne.user.email)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/inbox/")
    entry = AuditEntry.objects.of(house.organisation).get(verb="signed_in")
    assert (entry.subject_id, entry.details) == (sanne.pk, {"method": "password"})


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(house, sanne):
    wrong = sign_in(cast.browser(house.organisation), sanne.user.email, "niet-dit-wachtwoord")
    unknown = sign_in(cast.browser(house.organisation), "niemand@deklank.example", "niet-dit-wachtwoord")

    def shown(answer):
        return re.sub(r'value="[^"]*"', "", answer.content.decode())

    assert wrong.status_code == unknown.status_code == 200
    assert shown(wrong) == shown(unknown)


def test_guessing_passwords_is_stopped_before_the_sixth(house, sanne):
    browser = cast.browser(house.organisation)
    for _ in range(5):
        sign_in(browser, sanne.user.email, "niet-dit-wachtwoord")
    answer = sign_in(browser, sanne.user.email)
    assert answer.status_code == 200
    assert browser.get("/inbox/").status_code == 302


def test_whoever_works_elsewhere_is_told_so_and_not_let_in(house):
    elsewhere = cast.organisation("Elders")
    guest = cast.member(elsewhere, "Gast", password=cast.PASSWORD)
    browser = cast.browser(house.organisation)
    answer = sign_in(browser, guest.user.email)
    assert answer.status_code == 403
    assert "Je werkt hier niet" in answer.content.decode()
    assert browser.get("/inbox/").status_code == 302


def test_a_member_whose_work_ended_has_no_session_any_more(house, sanne):
    browser = cast.browser(house.organisation)
    sign_in(browser, sanne.user.email)
    assert browser.get("/office/me/").status_code == 200
    Membership.objects.of(house.organisation).filter(pk=sanne.pk).update(is_active=False)
    assert browser.get("/office/me/").status_code == 302
    Membership.objects.of(house.organisation).filter(pk=sanne.pk).update(is_active=True)
    assert browser.get("/office/me/").status_code == 302


def test_the_session_gets_a_fresh_key_at_sign_in(house, sanne):
    browser = cast.browser(house.organisation)
    session = browser.session
    session["planted"] = "yes"
    session.save()
    before = browser.cookies["sessionid"].value if "sessionid" in browser.cookies else session.session_key
    browser.cookies["sessionid"] = before
    sign_in(browser, sanne.user.email)
    assert browser.cookies["sessionid"].value != before


def test_a_session_cookie_is_worth_nothing_at_another_organisation(house):
    both = cast.member(house.organisation, password=cast.PASSWORD)
    other = cast.klankerveen()
    Membership.objects.create(organisation=other.organisation, user=both.user)
    here = cast.browser(house.organisation)
    sign_in(here, both.user.email)
    there = cast.browser(other.organisation)
    there.cookies["sessionid"] = here.cookies["sessionid"].value
    assert there.get("/inbox/").status_code == 302
    assert here.get("/inbox/").status_code == 302  # a stolen session is over for everyone


@pytest.mark.usefixtures("_sends")
def test_a_code_by_mail_lets_a_member_in_once(house, sanne):
    browser = cast.browser(house.organisation)
    asked = browser.post("/account/login/code/", {"email": sanne.user.email})
    assert asked.headers["Location"] == "/account/login/code/confirm/"
    mail = sent_mail()
    code = re.search(r"^\d{6}$", mail.message["text"], re.MULTILINE)[0]
    assert code not in mail.message["subject"]
    assert mail.channel == house.mailbox
    assert browser.get("/account/login/code/confirm/").status_code == 200
    answer = browser.post("/account/login/code/confirm/", {"code": code})
    assert answer.headers["Location"] == "/inbox/"
    assert AuditEntry.objects.of(house.organisation).get(verb="signed_in").details == {"method": "code"}
    assert browser.get("/office/me/").status_code == 200


@pytest.mark.usefixtures("_sends")
def test_a_code_that_was_asked_for_here_opens_no_other_house(house):
    both = cast.member(house.organisation)
    other = cast.klankerveen()
    Membership.objects.create(organisation=other.organisation, user=both.user)
    here = cast.browser(house.organisation)
    here.post("/account/login/code/", {"email": both.user.email})
    code = re.search(r"^\d{6}$", sent_mail().message["text"], re.MULTILINE)[0]
    there = cast.browser(other.organisation)
    there.cookies["sessionid"] = here.cookies["sessionid"].value
    there.post("/account/login/code/confirm/", {"code": code})
    assert there.get("/inbox/").status_code == 302


@pytest.mark.usefixtures("_sends")
@pytest.mark.parametrize("page", ["login/code/", "password/reset/"])
def test_a_stranger_gets_the_same_page_and_no_mail(house, sanne, page):
    known = cast.browser(house.organisation).post(f"/account/{page}", {"email": sanne.user.email})
    strange = cast.browser(house.organisation).post(f"/account/{page}", {"email": "niemand@example.org"})
    assert (known.status_code, known.headers["Location"]) == (strange.status_code, strange.headers["Location"])
    assert sent_mail().recipient == sanne.user.email


@pytest.mark.parametrize("page", ["login/code/", "password/reset/"])
def test_without_a_mailbox_that_sends_everyone_is_told_so(house, sanne, page):
    Channel.objects.of(house.organisation).update(is_active=False)
    for email in (sanne.user.email, "niemand@example.org"):
        answer = cast.browser(house.organisation).post(f"/account/{page}", {"email": email})
        assert "We kunnen je nu geen mail sturen" in answer.content.decode()


@pytest.mark.usefixtures("_sends")
def test_a_forgotten_password_is_chosen_anew_by_mail(house, sanne):
    browser = cast.browser(house.organisation)
    browser.post("/account/password/reset/", {"email": sanne.user.email})
    link = re.search(r"http://deklank\.localhost(?::\d+)?(/account/\S+)", sent_mail().message["text"])[1]
    form = browser.get(link, follow=True)
    place = form.redirect_chain[-1][0]
    fresh = "een-heel-ander-wachtwoord"
    answer = browser.post(place, {"password1": fresh, "password2": fresh})
    assert answer.status_code == 302
    sanne.user.refresh_from_db()
    assert sanne.user.check_password(fresh)
    assert browser.get(link, follow=True).content.decode().count("Deze link werkt niet meer") >= 1


@pytest.mark.usefixtures("_sends")
def test_one_organisations_mailbox_never_opens_another(house, sanne):
    other = cast.klankerveen()
    Membership.objects.create(organisation=other.organisation, user=sanne.user)
    browser = cast.browser(house.organisation)
    browser.post("/account/password/reset/", {"email": sanne.user.email})
    assert not Dispatch.objects.of(house.organisation).exists()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "http:evil", "/\\evil.example"])
def test_nobody_is_sent_on_to_another_site(house, sanne, target):
    answer = sign_in(cast.browser(house.organisation), sanne.user.email, next=target)
    assert answer.headers["Location"] == "/inbox/"


def test_one_is_sent_on_to_the_page_one_wanted(house, sanne):
    answer = sign_in(cast.browser(house.organisation), sanne.user.email, next="/office/me/")
    assert answer.headers["Location"] == "/office/me/"


def test_there_is_no_signing_up(house):
    assert cast.browser(house.organisation).get("/account/signup/").status_code == 404


def test_signing_out_tells_open_screens(house, sanne):
    browser = cast.browser(house.organisation)
    sign_in(browser, sanne.user.email)
    browser.post("/account/logout/")
    assert OutboxEvent.objects.filter(name="people.SignedOut", fields__membership_id=sanne.pk).exists()
    assert browser.get("/office/me/").status_code == 302


def test_a_new_password_ends_other_sessions_and_what_is_open_in_them(house, sanne):
    first, second = cast.browser(house.organisation), cast.browser(house.organisation)
    sign_in(first, sanne.user.email)
    sign_in(second, sanne.user.email)
    fresh = "een-heel-ander-wachtwoord"
    said = {"oldpassword": cast.PASSWORD, "password1": fresh, "password2": fresh}
    assert second.post("/account/password/change/", said).status_code == 302
    assert OutboxEvent.objects.filter(name="people.SignedOut", fields__membership_id=sanne.pk).exists()
    assert first.get("/office/me/").status_code == 302
    assert second.get("/office/me/").status_code == 200


def test_signing_out_everywhere_else_ends_the_other_sessions(house, sanne):
    first, second = cast.browser(house.organisation), cast.browser(house.organisation)
    sign_in(first, sanne.user.email)
    sign_in(second, sanne.user.email)
    assert second.get("/account/sessions/").content.decode().count("<li>") >= 2
    second.post("/account/sessions/")
    assert first.get("/office/me/").status_code == 302
    assert second.get("/office/me/").status_code == 200


@override_settings(LANGUAGE_CODE="nl")
def test_the_page_speaks_the_organisations_language(house):
    assert "Inloggen" in cast.browser(house.organisation).get("/account/login/").content.decode()
    english = cast.organisation("House", language="en")
    assert "Sign in" in cast.browser(english).get("/account/login/").content.decode()
