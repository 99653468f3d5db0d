"""To have what is kept about one, and to be forgotten."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival, Dispatch, Tombstone
from klankbord.conversations.models import Attachment, Message
from klankbord.events.models import OutboxEvent
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.files.models import StoredFile
from klankbord.people.models import Address, Person
from tests import cast

pytestmark = pytest.mark.django_db

RAW = (
    b"From: Ans <ans@example.org>\r\nTo: vraag@deklank.example\r\nSubject: Geheim\r\n"
    b"Message-ID: <geheim@example.org>\r\n\r\nMijn geheim.\r\n"
)


@pytest.fixture
def house(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return cast.de_klank()


@pytest.fixture
def ans(house):
    """Ans, known twice, with a mail, a file and an answer."""
    person = cast.customer(house.organisation)
    double = cast.customer(house.organisation, "Ans thuis", "ans.thuis@example.org", merged_into=person)
    new = NewArrival(channel=house.mailbox, source=Arrival.Source.SMTP, raw=RAW, envelope={"sender": "ans@example.org"})
    store_arrivals([new])
    arrival = Arrival.objects.of(house.organisation).get()
    conversation = cast.conversation(double, house.mailbox, subject="Geheim", text="Mijn geheim.")
    Message.objects.of(house.organisation).update(
        arrival=arrival, external_id=arrival.external_id, digest=arrival.digest
    )
    file = keep_file(organisation_id=house.organisation.pk, content=b"geheim", type="text/plain")
    Attachment.objects.create(
        organisation=house.organisation, message=conversation.messages.get(), file=file, name="../../geheim.txt"
    )
    dispatch = Dispatch.objects.create(
        organisation=house.organisation, channel=house.mailbox, purpose=Dispatch.Purpose.REPLY, message_id="een@x",
        recipient="ans@example.org", message={"text": "Over je geheim", "subject": "Geheim"},
    )  # fmt: skip
    cast.outbound(conversation, house.jamal, "Over je geheim", dispatch=dispatch)
    return person


def everything_kept(house) -> str:
    kinds = (Person, Address, Message, Arrival, Dispatch, Attachment, StoredFile)
    rows = [list(kind.objects.of(house.organisation).values()) for kind in kinds]
    return json.dumps(rows, default=str).lower()


def test_a_lead_gives_a_person_everything_in_one_file(house, ans):
    answer = cast.browser(house.organisation, house.noor).post(f"/office/persons/{ans.pk}/export/")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    said = json.loads(archive.read("conversations.json"))["conversations"][0]["messages"]
    assert [each["text"] for each in said] == ["Mijn geheim.", "Over je geheim"]
    assert len(json.loads(archive.read("person.json"))["addresses"]) == 2
    assert all(".." not in name and not name.startswith("/") for name in archive.namelist())
    assert b"geheim" in [archive.read(name) for name in archive.namelist()]


def test_who_is_erased_leaves_no_word_behind(house, ans):
    cast.browser(house.organisation, house.noor).post(f"/office/persons/{ans.pk}/data/", {"sure": "on"})
    kept = everything_kept(house)
    assert "geheim" not in kept
    assert not re.search(r"\bans\b", kept)
    assert Dispatch.objects.of(house.organisation).get().status == "cancelled"
    assert OutboxEvent.objects.filter(name="conversations.MessageErased").count() == 2


def test_a_second_delivery_does_not_bring_it_back(house, ans):
    browser = cast.browser(house.organisation, house.noor)
    for _ in range(2):
        browser.post(f"/office/persons/{ans.pk}/data/", {"sure": "on"})
    assert Tombstone.objects.of(house.organisation).exists()
    store_arrivals([NewArrival(channel=house.mailbox, source=Arrival.Source.SMTP, raw=RAW)])
    assert not Arrival.objects.of(house.organisation).exists()


@pytest.mark.parametrize("state", [WorkState.GIVEN_UP, WorkState.READY], ids=["could not be read", "waits to be read"])
def test_mail_out_of_a_mailbox_that_became_no_message_goes_as_well(house, ans, state):
    """What is fetched by IMAP says no sender beside the mail: quarantined, it is found by what stands in it."""
    mails = {
        "theirs": b"From: Ans <ANS@example.org>\r\nMessage-ID: <a@x>\r\n\r\nOok geheim",
        "reply to them": b"From: Form <form@x.example>\r\nReply-To: ans.thuis@example.org\r\n\r\nGeheim",
        "a report": b"From: <>\r\nContent-Type: multipart/report; boundary=b\r\n\r\nFinal-Recipient: ans@example.org",
        "beyond reading": b"X: y\r\n" * 30_000 + b"From: ans@example.org\r\n\r\nGeheim",
        "a copy of ours": b"From: vraag@deklank.example\r\nTo: ans@example.org\r\n\r\nGeheim",
        "of somebody else": b"From: bea@example.org\r\nTo: vraag@deklank.example\r\nCc: ans@example.org\r\n\r\nHoi",
    }
    for name, raw in mails.items():
        envelope = {"uid": 1, "by_staff": name == "a copy of ours"}
        store_arrivals([NewArrival(house.mailbox, Arrival.Source.IMAP, raw, envelope)])
    Arrival.objects.of(house.organisation).filter(source="imap").update(state=state)
    cast.browser(house.organisation, house.noor).post(f"/office/persons/{ans.pk}/data/", {"sure": "on"})
    assert [bytes(each.raw) for each in Arrival.objects.of(house.organisation)] == [mails["of somebody else"]]
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.IMAP, mails["theirs"], {"uid": 2})])
    assert Arrival.objects.of(house.organisation).count() == 1, "it does not come back by a second delivery"


def test_nothing_is_erased_before_one_says_to_be_sure(house, ans):
    answer = cast.browser(house.organisation, house.noor).post(f"/office/persons/{ans.pk}/data/")
    assert answer.status_code == 200
    assert "geheim" in everything_kept(house)


def test_a_file_that_somebody_else_sent_as_well_stays(house, ans):
    other = cast.conversation(cast.customer(house.organisation, "Bea", "bea@example.org"), house.mailbox)
    file = StoredFile.objects.of(house.organisation).get()
    Attachment.objects.create(organisation=house.organisation, message=other.messages.get(), file=file, name="f.txt")
    cast.browser(house.organisation, house.noor).post(f"/office/persons/{ans.pk}/data/", {"sure": "on"})
    assert StoredFile.objects.of(house.organisation).exists()
