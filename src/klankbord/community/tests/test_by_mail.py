"""An answer to a mail about a question stands in public, screened, without quoted history; and starts no clock."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival
from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.models import Answer
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.models import Conversation, ConversationState, Message, Promise
from klankbord.conversations.receiving import Receiving
from klankbord.conversations.signing import reply_address
from klankbord.events.reacting import react_to_everything
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.models import Case
from klankbord.moderation.rules import Judgement
from klankbord.participation.actions import follow
from klankbord.participation.models import Notice
from tests import cast

TEXT = (
    "Bij mij staat de knop **links**.\r\n\r\nGroet, Fatima\r\n\r\n"
    "Op wo 4 mrt 2026 om 12:00 schreef De Klank <vraag@deklank.example>:\r\n> Nieuwe vraag: Hoe verleng ik?\r\n"
)


@pytest.fixture(scope="module")
def receiving() -> Receiving:
    return Receiving()


@pytest.fixture
def post(scene: SimpleNamespace, receiving: Receiving) -> Any:
    """Sends a mail to the reply address of the question, in the name of this person."""
    follow(person=scene.fatima, conversation=scene.question.conversation)

    def send(person: Any, text: str = TEXT, *, number: int = 1, address: str = "", **more: str) -> Message:
        sender = address or person.addresses.get().shown
        to = reply_address(scene.here.pk, scene.question.pk, scene.house.mailbox.address)
        head = {"From": f"Iemand <{sender}>", "To": to, "Subject": "Re: vraag", "Message-ID": f"<{number}@example.org>"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**head, **more}.items())
        raw = f"{lines}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
        envelope = {"sender": sender, "recipients": [to]}
        store_arrivals([NewArrival(scene.house.mailbox, Arrival.Source.SMTP, raw, envelope)])
        while receiving.perform_batch(owner="a"):
            pass
        react_to_everything()
        return Message.objects.of(scene.here).latest("pk")

    return send


def told(scene: SimpleNamespace, person: Any, message: Message, why: str) -> None:
    """As if this person was mailed about this message."""
    Notice.objects.update_or_create(
        organisation=scene.here,
        person=person,
        conversation=scene.question.conversation,
        message=message,
        why=why,
        defaults={"due_at": message.said_at, "told_at": message.said_at},
    )


def test_it_becomes_an_answer_without_history_and_signature_and_others_hear_of_it(scene, post):
    said = post(scene.fatima)
    shown = page(cast.browser(scene.here), scene.path)
    assert "Bij mij staat de knop <strong>links</strong>." in shown
    assert "schreef De Klank" not in shown
    assert Answer.objects.of(scene.here).filter(pk=said.pk).exists()
    assert anew(scene.question).answers == 2
    told_of = Notice.objects.of(scene.here).filter(message=said).values_list("person_id", flat=True)
    assert sorted(told_of) == sorted([scene.ans.pk, scene.piet.pk])


def test_it_starts_no_promise_and_wakes_nobody(scene, post):
    post(scene.ans)
    row = Conversation.objects.of(scene.here).get(pk=scene.question.pk)
    assert (row.state, row.is_waiting) == (ConversationState.PUBLIC, False)
    assert not Promise.objects.of(scene.here).exists()


def test_what_the_asker_answers_is_a_comment_under_what_the_mail_was_about(scene, post):
    told(scene, scene.ans, scene.answer.message, "answer")
    said = post(scene.ans, "Gelukt, dank je!")
    assert said.reply_to_id == scene.answer.pk
    assert not Answer.objects.of(scene.here).filter(pk=said.pk).exists()


def test_an_answer_to_the_mail_about_the_question_itself_is_an_answer(scene, post):
    told(scene, scene.fatima, scene.question.opening, "question")
    assert Answer.objects.of(scene.here).filter(pk=post(scene.fatima).pk).exists()


def test_a_second_copy_adds_nothing(scene, post):
    post(scene.fatima)
    post(scene.fatima)
    assert anew(scene.question).answers == 2


def test_who_never_followed_waits_for_a_moderator_and_then_counts(scene, post):
    said = post(cast.helper(scene.here, "Onbekend"), "Koop nu!", number=2)
    assert "Koop nu!" not in page(cast.browser(scene.here), scene.path)
    case = Case.objects.of(scene.here).waiting().get(message=said)
    assert anew(scene.question).answers == 1
    decide(case=case, judgement=Judgement.KEEP, by=scene.house.tom)
    react_to_everything()
    assert anew(scene.question).answers == 2
    assert "Koop nu!" in page(cast.browser(scene.here), scene.path)


def test_somebody_with_a_members_address_does_not_speak_as_staff(scene, post):
    said = post(None, "Het mag gratis.", address=scene.house.jamal.user.email, number=3)
    assert said.membership is None
    assert said.hidden_at is not None


def test_a_phone_number_in_a_mail_is_looked_at_first(scene, post):
    said = post(scene.fatima, "Bel mij op 06 12345678.")
    assert said.hidden_at is not None
    assert Case.objects.of(scene.here).waiting().filter(message=said).exists()


def test_what_a_machine_answers_is_never_shown(scene, post):
    said = post(scene.fatima, "Ik ben met vakantie.", **{"Auto-Submitted": "auto-replied"})
    assert said.hidden_at is not None
    assert not Case.objects.of(scene.here).waiting().filter(message=said).exists()
    assert "vakantie" not in page(cast.browser(scene.here), scene.path)


def test_on_the_page_of_a_joined_question_it_stands_there(scene, post):
    from klankbord.community.actions.join import join

    other = ask(person=scene.piet, title="Boek verlengen", text="")
    answer(question=other, person=scene.ans, text="Bel even.")
    join(question=scene.question, into=other, by=scene.house.tom)
    post(scene.fatima)
    assert anew(other).answers == 3
