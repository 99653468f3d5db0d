"""How long what is over is kept: for ever by default, looked at before it is set, erased on the schedule, and noted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from klankbord import clock
from klankbord.audit.models import AuditEntry
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.models import Attachment, Conversation, Message, PrivateLink
from klankbord.events.models import OutboxEvent
from klankbord.files.actions import keep_file
from klankbord.files.models import StoredFile
from klankbord.office.keeping import erase_what_is_over, months_ago
from klankbord.office.models import RetentionRule
from klankbord.people.models import Address, Person, VisitorKey
from klankbord.wiring.tables import JOBS
from tests import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 31, 10, tzinfo=UTC)


@pytest.fixture
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    moment = [NOW]
    with clock.reading(lambda: moment[0]):
        made = cast.de_klank()
        made.organisation.wait = lambda **span: moment.__setitem__(0, moment[0] + timedelta(**span))
        yield made


def talk(house, months: int, state: str = "done", **fields) -> Conversation:
    """A conversation of somebody whose last word was so many months (and a day) ago."""
    since = months_ago(months) - timedelta(days=1)
    person = fields.pop("person", None) or cast.customer(house.organisation, "Ans", f"ans{months}{state}@example.org")
    Person.objects.of(house.organisation).filter(pk=person.pk).update(created_at=since)
    return cast.conversation(person, house.mailbox, since=since, state=state, text="Mijn geheim.", **fields)


def set_rule(house, months: str, **more):
    return cast.browser(house.organisation, house.marlies).post("/office/keeping/", {"months": months, **more})


def begun(house, months: int) -> None:
    RetentionRule.objects.create(organisation=house.organisation, months=months, begins_at=clock.now())


def words(of: Conversation) -> str:
    return "".join(Message.objects.of(of.organisation_id).filter(conversation=of).values_list("text", flat=True))


def test_nothing_is_ever_erased_by_itself_unless_somebody_said_so(house):
    old = talk(house, 200)
    erase_what_is_over()
    assert words(old) == "Mijn geheim."
    assert any(job.run is erase_what_is_over for job in JOBS)


def test_one_sees_how_many_that_are_before_one_is_sure_and_has_a_day_to_think_again(house):
    old = talk(house, 13)
    asked = set_rule(house, "12")
    assert asked.status_code == 200
    assert "1 gesprek is ouder dan dat" in asked.content.decode()
    assert not RetentionRule.objects.of(house.organisation).exists()
    assert set_rule(house, "12", sure="on").status_code == 302
    erase_what_is_over()
    assert words(old) == "Mijn geheim."
    house.organisation.wait(hours=25)
    erase_what_is_over()
    assert words(old) == ""
    log = AuditEntry.objects.of(house.organisation)
    assert log.get(verb="changed_keeping").details == {"months": 12, "before": 0}
    assert log.filter(verb="erased_what_was_over", membership=None).exists()


def test_switching_it_off_needs_no_second_look(house):
    begun(house, 12)
    assert set_rule(house, "0").status_code == 302
    assert not RetentionRule.objects.of(house.organisation).exists()
    assert "altijd" in cast.browser(house.organisation, house.marlies).get("/office/keeping/").content.decode()


def test_only_what_is_over_and_old_and_private_goes(house):
    begun(house, 12)
    next_door = cast.klankerveen()
    gone = [talk(house, 12), talk(house, 13, "answered"), talk(house, 14, "spam")]
    kept = [
        talk(house, 11),
        talk(house, 30, "open"),
        talk(house, 31, is_public=True),
        talk(next_door, 40),
    ]
    erase_what_is_over()
    assert [words(each) for each in gone] == ["", "", ""]
    assert [words(each) for each in kept] == ["Mijn geheim."] * 4
    assert Conversation.objects.of(house.organisation).filter(erased_at__isnull=False).count() == 3


def test_words_files_raw_mail_links_and_stray_mail_go_and_do_not_come_back(house):
    begun(house, 6)
    raw = b"From: ans@example.org\r\nMessage-ID: <x@example.org>\r\n\r\nMijn geheim."
    old = talk(house, 7)
    organisation = house.organisation
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.IMAP, raw, {"uid": 1})])
    arrival = Arrival.objects.of(organisation).get()
    said = old.messages.get()
    Message.objects.of(organisation).filter(pk=said.pk).update(arrival=arrival, external_id="x@example.org", digest="1")
    file = keep_file(organisation_id=organisation.pk, content=b"geheim", type="text/plain")
    Attachment.objects.create(organisation=organisation, message=said, file=file, name="geheim.txt")
    PrivateLink.objects.create(organisation=organisation, conversation=old, token_hash="x")
    code = Dispatch.objects.create(
        organisation=organisation, purpose="link", message_id="een@x", recipient="ans@example.org", state="done",
        message={"text": "Je link"}, created_at=months_ago(7),
    )  # fmt: skip
    erase_what_is_over()
    code.refresh_from_db()
    assert (code.recipient, code.message["text"]) == ("", "")
    for kind in (Arrival, Attachment, StoredFile, PrivateLink):
        assert not kind.objects.of(organisation).exists(), kind
    erased = OutboxEvent.objects.filter(name="conversations.MessageErased").values_list("fields", flat=True)
    assert {fields["message_id"] for fields in erased} == {said.pk}, "the index forgets it as well"
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.IMAP, raw, {"uid": 2})])
    assert not Arrival.objects.of(organisation).exists()


def test_who_only_wrote_long_ago_is_forgotten_and_who_takes_part_is_not(house):
    begun(house, 12)
    organisation = house.organisation
    both = cast.customer(organisation, "Bea", "bea@example.org")
    double = cast.customer(organisation, "Bea thuis", "bea.thuis@example.org", merged_into=both)
    talk(house, 20, person=both)
    talk(house, 2, person=double)  # wrote lately under another address
    alone = talk(house, 21).person
    helper = talk(house, 22, person=cast.customer(organisation, "Cor", "cor@example.org")).person
    VisitorKey.objects.create(organisation=organisation, person=helper, token_hash="x")
    erase_what_is_over()
    left = set(Person.objects.of(organisation).exclude(name="").values_list("name", flat=True))
    assert left == {"Bea", "Bea thuis", "Cor"}
    assert not Address.objects.of(organisation).filter(person=alone).exists()
    entry = AuditEntry.objects.of(organisation).get(verb="erased_person")
    assert (entry.subject_id, entry.membership) == (alone.pk, None)


def test_who_writes_on_afterwards_is_heard_and_kept_as_long_again(house):
    begun(house, 12)
    old = talk(house, 13)
    erase_what_is_over()
    house.organisation.wait(hours=1)
    Conversation.objects.of(house.organisation).update(last_message_at=clock.now())
    cast.inbound(old, "Ik ben er weer.")
    erase_what_is_over()
    assert words(old) == "Ik ben er weer."
    house.organisation.wait(days=400)
    erase_what_is_over()
    assert words(old) == ""


def test_the_inbox_says_that_it_was_erased(house):
    begun(house, 12)
    old = talk(house, 13, subject="")
    erase_what_is_over()
    page = cast.browser(house.organisation, house.jamal).get(f"/inbox/{old.pk}/?view=done").content.decode()
    assert "Wat hier tot vandaag gezegd is, is gewist." in page
    assert page.count("(gewist)") == 2  # the message, and its row in the list


def test_the_privacy_page_says_what_holds(house):
    visitor = cast.browser(house.organisation)
    assert "blijven tot we ze wissen" in visitor.get("/privacy/").content.decode()
    begun(house, 24)
    assert "bewaren we het nog 2 jaar" in visitor.get("/privacy/").content.decode()


@pytest.mark.parametrize(
    ("months", "moment"), [(1, (2026, 7, 31)), (6, (2026, 2, 28)), (8, (2025, 12, 31)), (24, (2024, 8, 31))]
)
def test_months_are_counted_by_the_calendar(house, months, moment):
    assert months_ago(months) == datetime(*moment, 10, tzinfo=UTC)
