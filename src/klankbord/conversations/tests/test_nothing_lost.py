"""Nothing is lost, nothing is doubled: what comes in is one message, whatever happens to it on the way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from klankbord.channels.models import Arrival, Channel
from klankbord.channels.quarantine import replay_arrival
from klankbord.conversations.known import Known
from klankbord.conversations.models import Conversation, Message
from klankbord.conversations.personal_data import ConversationsData
from klankbord.events.work import WorkState
from tests import cast

TOO_DEEP = (
    b"Message-ID: <deep@example.org>\r\nFrom: x@example.org\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 20_000
)


def test_five_copies_are_one_message(post: Any) -> None:
    for _ in range(5):
        post.bring(post.letter())
    assert Message.objects.of(post.house.organisation).filter(direction="inbound").count() == 1
    assert len(post.acknowledgements()) == 1


def test_a_copy_that_another_server_brought_is_the_same_message(post: Any) -> None:
    by_smtp = b"Received: from a by b; Wed, 4 Mar 2026 12:00:01 +0100\r\n" + post.letter()
    by_imap = b"Received: from c by d\r\nDelivered-To: vraag@deklank.example\r\nX-Spam: no\r\n" + post.letter()
    assert len(post.bring(by_smtp)) == 1
    assert post.bring(by_imap.replace(b"\r\n", b"\n"), uid=7) == []


def test_the_same_id_with_other_content_is_kept_and_marked(post: Any) -> None:
    (first,) = post.bring(post.letter())
    (other,) = post.bring(post.letter(text="Iets heel anders."))
    (third,) = post.bring(post.letter(text="Nog iets."))
    assert (first.marks, other.marks, third.marks) == ([], ["same_id"], ["same_id"])
    assert other.text == "Iets heel anders."
    assert post.bring(post.letter(text="Iets heel anders.")) == []


def test_what_another_process_receives_in_this_very_moment_is_a_copy_only_when_it_says_the_same(
    post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = post.bring(post.letter())
    look, seen = Known._look_up_messages, []

    def look_too_early(known: Known, batch: Any) -> None:
        if seen:
            look(known, batch)
        seen.append(batch)

    monkeypatch.setattr(Known, "_look_up_messages", look_too_early)
    (other,) = post.bring(post.letter(text="Iets heel anders."))
    assert (first.text, other.text, other.marks) == ("Is de bibliotheek zondag open?", "Iets heel anders.", ["same_id"])
    Arrival.objects.of(post.house.organisation).filter(pk=other.arrival_id).update(state=WorkState.READY)
    seen.clear()
    post.receive()
    assert Message.objects.of(post.house.organisation).filter(direction="inbound").count() == 2


def test_a_staffs_own_mail_with_the_same_id_and_other_content_is_kept_and_marked(post: Any) -> None:
    question = post.question()

    def sent(text: str) -> None:
        mail = post.letter(
            "answer", text, "vraag@deklank.example", To="ans@example.org", References="<question@example.org>"
        )
        post.bring(mail, by_staff=True, uid=1, sender="")

    for text in ("Ja, van 12 tot 17.", "Nee, zondag niet.", "Ja, van 12 tot 17.", "Nee, zondag niet."):
        sent(text)
    answers = Message.objects.of(post.house.organisation).filter(conversation=question, membership=None, automatic="")
    kept = answers.filter(direction="outbound").order_by("pk").values_list("text", "marks")
    assert list(kept) == [
        ("Ja, van 12 tot 17.", ["elsewhere"]),
        ("Nee, zondag niet.", ["same_id", "elsewhere"]),
    ]


def test_without_an_id_two_copies_are_one_and_two_texts_are_two(post: Any) -> None:
    assert len(post.bring(post.letter(**{"Message-ID": ""}))) == 1
    assert post.bring(post.letter(**{"Message-ID": ""})) == []
    assert len(post.bring(post.letter(text="Iets anders.", **{"Message-ID": ""}))) == 1


def test_the_database_itself_refuses_a_second_message_of_one_contribution(post: Any) -> None:
    (message,) = post.bring(post.letter())
    message.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save()


def test_one_mail_through_two_doors_is_a_message_in_each(post: Any) -> None:
    other: Channel = cast.channel(post.house.organisation, address="kinderen@deklank.example")
    assert len(post.bring(post.letter())) == 1
    assert len(post.bring(post.letter(), door=other)) == 1


def test_what_was_erased_does_not_come_back_by_a_second_delivery(post: Any) -> None:
    (message,) = post.bring(post.letter())
    organisation = post.house.organisation
    with transaction.atomic():
        ConversationsData().erase(organisation_id=organisation.pk, person_ids=[message.person_id])
    message.refresh_from_db()
    assert message.text == ""
    assert not Arrival.objects.of(organisation).exists()
    assert post.bring(post.letter()) == []
    assert not Arrival.objects.of(organisation).exists()
    assert len(post.bring(post.letter("2"))) == 1


def test_what_cannot_be_read_keeps_its_bytes_and_blocks_nobody(post: Any) -> None:
    said = post.bring(TOO_DEEP, post.letter())
    assert [each.text for each in said] == ["Is de bibliotheek zondag open?"]
    (kept,) = Arrival.objects.of(post.house.organisation).quarantined()
    assert bytes(kept.raw) == TOO_DEEP
    assert kept.last_error


def test_what_was_in_quarantine_becomes_a_message_when_it_is_tried_again(
    post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "klankbord.conversations.receiving._parse"
    with monkeypatch.context() as broken:
        from klankbord.channels.contract import CannotParse

        broken.setattr(limit, lambda _: CannotParse("This version cannot."))
        assert post.bring(post.letter()) == []
    (kept,) = Arrival.objects.of(post.house.organisation).quarantined()
    assert replay_arrival(arrival=kept)
    post.receive()
    assert Conversation.objects.of(post.house.organisation).count() == 1
    kept.refresh_from_db()
    assert (kept.state, kept.last_error) == (WorkState.DONE, "")
    assert not replay_arrival(arrival=kept)
    post.receive()
    assert Message.objects.of(post.house.organisation).filter(direction="inbound").count() == 1


def test_what_fails_for_another_reason_is_tried_three_times_before_it_is_set_aside(
    post: Any, still_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Arrival) -> Exception:
        return MemoryError("no room")

    with monkeypatch.context() as broken:
        broken.setattr("klankbord.conversations.receiving._parse", refuse)
        post.bring(post.letter())
        states = []
        for _ in range(3):
            arrival = Arrival.objects.of(post.house.organisation).get()
            states.append(arrival.state)
            still_clock.forward(hours=1)
            post.receive()
    assert states == ["ready", "ready", "given_up"]
