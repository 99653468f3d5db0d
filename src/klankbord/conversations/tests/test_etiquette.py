"""Mail etiquette: who is answered automatically, and who never."""

from __future__ import annotations

from typing import Any

import pytest

from klankbord.channels.dispatch import AUTOMATIC_A_DAY
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Conversation, Message
from klankbord.conversations.reactions import acknowledge
from klankbord.conversations.signing import reply_address
from klankbord.people.models import Address
from tests import cast

OUT_OF_OFFICE = (
    {"Auto_Submitted": "auto-replied"},
    {"Subject": "Automatisch antwoord: Zondag"},
    # As Exchange writes it.
    {
        "Subject": "Automatic reply: Zondag",
        "Auto_Submitted": "auto-generated",
        "X_Auto_Response_Suppress": "All",
    },
    # A ticket system that answers us by itself.
    {"Auto_Submitted": "auto-generated", "In_Reply_To": "<eerder@deklank.example>"},
    {"Precedence": "auto_reply"},
)


def test_a_person_is_told_that_their_message_came(post: Any) -> None:
    post.bring(post.letter())
    (sent,) = post.acknowledgements()
    assert (sent.recipient, sent.is_automatic) == ("ans@example.org", True)


@pytest.mark.parametrize(
    "field",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated"},
        {"List_Id": "<nieuws.example>"},
        {"List_Unsubscribe": "<mailto:weg@example.org>"},
        {"Precedence": "bulk"},
        {"Precedence": "junk"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "All"},
        {"From": "MAILER-DAEMON@example.org"},
        {"From": "no-reply@example.org"},
    ],
)
def test_a_machine_is_never_answered(post: Any, field: dict[str, str]) -> None:
    assert len(post.bring(post.letter(**field))) == 1
    assert post.acknowledgements() == []


def test_an_empty_return_path_is_never_answered(post: Any) -> None:
    assert len(post.bring(post.letter(), sender="")) == 1
    assert post.acknowledgements() == []


@pytest.mark.parametrize(
    "sender",
    ["vraag@deklank.example", "VRAAG@deklank.example", "vraag+k1-abc@deklank.example", "kinderen+x@deklank.example"],
)
def test_our_own_addresses_are_never_answered(post: Any, sender: str) -> None:
    cast.channel(post.house.organisation, address="kinderen@deklank.example")
    assert len(post.bring(post.letter(sender=sender))) == 1
    assert post.acknowledgements() == []


@pytest.mark.parametrize("sender", ["vraag@deklank.example", "Vraag+k1-abc@deklank.example"])
def test_nobody_waits_for_an_answer_to_our_own_address(post: Any, sender: str) -> None:
    (said,) = post.bring(post.letter(sender=sender))
    assert (said.automatic, said.conversation.is_waiting) == ("own", False)


def test_two_organisations_of_one_installation_do_not_answer_each_other_for_ever(post: Any, wire: Any) -> None:
    village = cast.klankerveen()
    letter = post.letter(sender=village.mailbox.address)
    post.bring(letter, sender=village.mailbox.address)
    (first,) = post.acknowledgements()
    assert first.recipient == village.mailbox.address
    # Once with the empty return path, and once through a server that lost it.
    for number, sender in enumerate(("", post.house.mailbox.address)):
        raw = wire(first).replace(b"Message-ID: <", f"Message-ID: <{number}".encode())
        (said,) = post.bring(raw, door=village.mailbox, sender=sender)
        assert not said.conversation.is_waiting
    assert post.acknowledgements(village) == []


def test_automatic_mail_to_one_address_is_capped_for_a_day(post: Any, still_clock: Any) -> None:
    for number in range(AUTOMATIC_A_DAY + 3):
        post.bring(post.letter(str(number)))
    assert len(post.acknowledgements()) == AUTOMATIC_A_DAY
    still_clock.forward(hours=25)
    post.bring(post.letter("de volgende dag"))
    assert len(post.acknowledgements()) == AUTOMATIC_A_DAY + 1


def test_an_address_whose_mail_came_back_is_not_written_to_automatically(post: Any, still_clock: Any) -> None:
    post.bring(post.letter())
    Address.objects.of(post.house.organisation).update(bounced_at=still_clock.moment)
    post.bring(post.letter("2"))
    assert len(post.acknowledgements()) == 1


def test_an_acknowledgement_is_queued_once_however_often_the_reaction_runs(post: Any) -> None:
    (said,) = post.bring(post.letter())
    event = MessageReceived(
        organisation_id=said.organisation_id, conversation_id=said.conversation_id, message_id=said.pk, opened=True
    )
    acknowledge(event)
    acknowledge(event)
    assert len(post.acknowledgements()) == 1
    assert Message.objects.of(post.house.organisation).filter(automatic="acknowledgement").count() == 1


def test_a_further_message_is_not_acknowledged(post: Any) -> None:
    question = post.question()
    post.bring(post.letter("2"), to=reply_address(question.organisation_id, question.pk, "vraag@deklank.example"))
    assert len(post.acknowledgements()) == 1


def test_an_answer_by_a_human_being_before_the_acknowledgement_makes_it_needless(post: Any) -> None:
    (said,) = post.bring(post.letter())
    Message.objects.of(post.house.organisation).filter(automatic="acknowledgement").delete()
    Dispatch.objects.of(post.house.organisation).delete()
    send_reply(conversation=said.conversation, by=post.house.jamal, text="Ja.")
    acknowledge(
        MessageReceived(
            organisation_id=said.organisation_id, conversation_id=said.conversation_id, message_id=said.pk, opened=True
        )
    )
    assert post.acknowledgements() == []


@pytest.mark.parametrize("fields", OUT_OF_OFFICE)
@pytest.mark.parametrize("done", [True, False])
def test_an_out_of_office_never_reopens_anything(post: Any, fields: dict[str, str], done: bool) -> None:
    question = post.question()
    send_reply(conversation=question, by=post.house.jamal, text="Ja.", finish=done)
    before = Conversation.objects.of(post.house.organisation).values_list("state", "waiting_since").get()
    to = reply_address(question.organisation_id, question.pk, "vraag@deklank.example")
    (said,) = post.bring(post.letter("afwezig", "Ik ben er niet.", **fields), to=to)
    assert said.conversation == question
    assert Conversation.objects.of(post.house.organisation).values_list("state", "waiting_since").get() == before
    assert len(post.acknowledgements()) == 1


def test_a_web_form_that_a_machine_sends_for_a_person_does_wait_for_us(post: Any) -> None:
    (said,) = post.bring(post.letter(Auto_Submitted="auto-generated"))
    assert said.conversation.is_waiting


def test_the_answer_to_a_web_form_goes_to_the_person_and_not_to_the_machine(post: Any) -> None:
    form = post.letter(sender="no-reply@formulier.example", Reply_To="Kees <kees@example.org>")
    (said,) = post.bring(form, sender="no-reply@formulier.example")
    reply = send_reply(conversation=said.conversation, by=post.house.jamal, text="Ja.")
    assert reply.dispatch is not None
    assert (reply.dispatch.recipient, said.person.name) == ("kees@example.org", "Kees")
    assert post.acknowledgements() == []


def test_an_answer_goes_to_the_person_and_not_to_a_machine_that_answered_in_between(post: Any) -> None:
    question = post.question()
    reply = send_reply(conversation=question, by=post.house.jamal, text="Ja.")
    post.bring(
        post.letter(
            "machine",
            "Wij hebben uw bericht ontvangen.",
            From="Kantoor van Ans <noreply@kantoor.example>",
            In_Reply_To=f"<{reply.external_id}>",
            Auto_Submitted="auto-replied",
        )
    )
    further = send_reply(conversation=question, by=post.house.jamal, text="En zaterdag ook.")
    assert further.dispatch is not None
    assert further.dispatch.recipient == "ans@example.org"
    assert further.dispatch.message["in_reply_to"] == reply.external_id, "she never saw what the machine said"


@pytest.mark.parametrize("sender", ["wordpress@deklank.example", "vraag@deklank.example"])
def test_a_form_on_the_own_website_speaks_for_who_filled_it_in(post: Any, sender: str) -> None:
    form = post.letter(From=f"WordPress <{sender}>", Reply_To="kees@example.org")
    (said,) = post.bring(form, sender="www-data@host.example")
    assert said.conversation.is_waiting
    assert said.person.name == "", "the form's name is not theirs"
    reply = send_reply(conversation=said.conversation, by=post.house.jamal, text="Ja.")
    assert reply.dispatch is not None
    assert reply.dispatch.recipient == "kees@example.org"


def test_who_asks_for_an_answer_elsewhere_gets_it_there_and_stays_who_they_are(post: Any) -> None:
    ans = post.question().person
    (said,) = post.bring(post.letter("2", Reply_To="Ans thuis <thuis@example.org>"))
    assert said.person == ans
    assert [each.recipient for each in post.acknowledgements()] == ["ans@example.org", "thuis@example.org"]
    reply = send_reply(conversation=said.conversation, by=post.house.jamal, text="Ja.")
    assert reply.dispatch is not None
    assert reply.dispatch.recipient == "thuis@example.org"
    assert Address.objects.of(ans.organisation).get(value="thuis@example.org").person != ans, "it need not be hers"


def test_an_answer_asked_for_at_our_own_address_goes_to_who_wrote(post: Any) -> None:
    (said,) = post.bring(post.letter(Reply_To="Bibliotheek <Vraag+iets@deklank.example>"))
    reply = send_reply(conversation=said.conversation, by=post.house.jamal, text="Ja.")
    assert reply.dispatch is not None
    assert reply.dispatch.recipient == "ans@example.org"


GROUP = {"List_Id": "<vraag.deklank.example>", "Precedence": "list"}


@pytest.mark.parametrize(
    "fields",
    [
        {"Mailing_List": "list vraag@deklank.example; contact vraag+owners@deklank.example"},
        {"List_Post": "<https://groups.example/vraag/post>, <mailto:Vraag@deklank.example>"},
        # As a group writes it for who has a strict domain.
        {
            "From": "'Ans' via Vraag <vraag@deklank.example>",
            "Reply_To": "Ans <ans@example.org>",
            "List_Post": "<mailto:vraag@deklank.example>",
        },
    ],
)
def test_who_writes_to_us_through_our_own_mail_group_waits_for_us(post: Any, fields: dict[str, str]) -> None:
    (said,) = post.bring(post.letter(**GROUP, **fields))
    assert said.conversation.is_waiting
    assert post.acknowledgements() == []
    reply = send_reply(conversation=said.conversation, by=post.house.jamal, text="Ja.")
    assert reply.dispatch is not None
    assert reply.dispatch.recipient == "ans@example.org"


def test_nobody_waits_in_somebody_elses_list(post: Any) -> None:
    (said,) = post.bring(post.letter(**GROUP, List_Post="<mailto:nieuws@example.org>"))
    assert not said.conversation.is_waiting
