"""Which conversation a mail joins: by our signed marks, and by nothing else."""

from __future__ import annotations

from typing import Any

from klankbord.channels.shadow import copy_address
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Conversation, Direction
from klankbord.conversations.signing import conversation_token, new_message_id, reply_address
from tests import cast

MAILBOX = "vraag@deklank.example"


def address_of(conversation: Conversation) -> str:
    return reply_address(conversation.organisation_id, conversation.pk, MAILBOX)


def test_an_answer_to_our_signed_address_joins(post: Any) -> None:
    question = post.question()
    (answer,) = post.bring(post.letter("2"), to=address_of(question))
    assert answer.conversation == question
    (upper,) = post.bring(post.letter("3"), to=address_of(question).upper())
    assert upper.conversation == question


def test_an_answer_to_our_message_joins_by_its_signed_id(post: Any) -> None:
    question = post.question()
    reply = send_reply(conversation=question, by=post.house.jamal, text="Ja.")
    (answer,) = post.bring(post.letter("2", In_Reply_To=f"<{reply.external_id}>"))
    (later,) = post.bring(post.letter("3", References=f"<x@y.example> <{reply.external_id}> <2@example.org>"))
    assert {answer.conversation, later.conversation} == {question}


def test_a_subject_alone_joins_nothing(post: Any) -> None:
    question = post.question()
    (other,) = post.bring(post.letter("2", Subject=f"Re: Zondag [{question.code}] #{question.pk}"))
    assert other.conversation != question


def test_the_customers_own_id_joins_nothing(post: Any) -> None:
    question = post.question()
    (other,) = post.bring(post.letter("2", In_Reply_To="<question@example.org>", sender="kwaad@example.org"))
    assert other.conversation != question


def test_a_forged_mark_joins_nothing(post: Any) -> None:
    question = post.question()
    token = conversation_token(question.organisation_id, question.pk)
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    (one,) = post.bring(
        post.letter("2", In_Reply_To=f"<{forged}.00@deklank.example>"), to=f"vraag+{forged}@deklank.example"
    )
    (two,) = post.bring(post.letter("3"), to=f"vraag+k{question.pk}-{'a' * 16}@deklank.example")
    assert question not in (one.conversation, two.conversation)


def test_another_organisations_mark_joins_nothing_here(post: Any) -> None:
    question = post.question()
    village = cast.klankerveen()
    theirs = cast.conversation(cast.customer(village.organisation, email="kees@example.org"), village.mailbox)
    mark = new_message_id(village.organisation.pk, theirs.pk, village.mailbox.address)
    (said,) = post.bring(
        post.letter("2", In_Reply_To=f"<{mark}>"), to=reply_address(theirs.organisation_id, theirs.pk, MAILBOX)
    )
    assert said.organisation == question.organisation
    assert said.conversation not in (question, theirs)
    # A mark names one conversation in one organisation: the same number here is not meant either.
    same_number = conversation_token(village.organisation.pk, question.pk)
    (other,) = post.bring(post.letter("3"), to=f"vraag+{same_number}@deklank.example")
    assert other.conversation != question


def test_a_spoofed_staff_address_speaks_as_a_customer_and_stops_no_clock(post: Any) -> None:
    question = post.question()
    (said,) = post.bring(
        post.letter("2", "Hier is uw antwoord.", sender=post.house.jamal.user.email), to=address_of(question)
    )
    question.refresh_from_db()
    assert said.direction == Direction.INBOUND
    assert said.membership is None
    assert question.is_waiting


def test_the_secret_copy_address_in_a_header_proves_nothing(post: Any) -> None:

    question = post.question()
    secret = copy_address(post.house.mailbox)
    (said,) = post.bring(post.letter("2", To=f"{secret}, {address_of(question)}"))
    assert said.direction == Direction.INBOUND


def test_a_mail_in_what_was_done_opens_it_again_and_gives_it_a_code(post: Any) -> None:
    question = post.question()
    send_reply(conversation=question, by=post.house.jamal, text="Ja.", finish=True)
    Conversation.objects.of(post.house.organisation).update(code=None)
    post.bring(post.letter("2"), to=address_of(question))
    question.refresh_from_db()
    assert (question.state, question.is_waiting) == ("open", True)
    assert question.code


def test_who_writes_on_to_a_colleague_who_left_is_not_picked_up(post: Any) -> None:
    question = post.question()
    send_reply(conversation=question, by=post.house.jamal, text="Ja.", finish=True)
    deactivated = post.house.jamal
    deactivated.is_active = False
    deactivated.save()
    post.bring(post.letter("2"), to=address_of(question))
    assert list(Conversation.objects.of(post.house.organisation).unassigned()) == [question]


def test_an_answer_in_a_long_thread_still_names_its_first_mail(post: Any, still_clock: Any) -> None:
    question = post.question()
    for number in range(12):
        still_clock.forward(minutes=1)
        post.bring(post.letter(f"verder-{number}"), to=address_of(question))
    reply = send_reply(conversation=question, by=post.house.jamal, text="Ja.")
    assert reply.dispatch is not None
    references = reply.dispatch.message["references"]
    assert references[0] == "question@example.org"
    assert references[-2:] == ["verder-10@example.org", "verder-11@example.org"]
    assert len(references) == len(set(references)) == 11
