"""An answer to a mail about a post, a tip or the question of the month lands where the others are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.models import Conversation, ConversationState, Message
from klankbord.conversations.receiving import Receiving
from klankbord.events.reacting import react_to_everything
from klankbord.moderation.models import Case
from klankbord.participation.actions import change_participant, follow
from klankbord.participation.models import Rhythm
from klankbord.participation.telling import mail_notices
from klankbord.people.models import Person
from klankbord.posts.actions import ask_monthly_question, give_tip, take_post_back, write_post
from klankbord.posts.models import MonthlyQuestion
from klankbord.reputation.actions import award
from klankbord.reputation.rules import Rule
from tests.cast import DeKlank, browser, helper


def _reader(klank: DeKlank, name: str, area: str = "") -> Person:
    """Somebody who is known by now, and mailed at once."""
    person = helper(klank.organisation, name)
    giver = helper(klank.organisation, "Wie eerder geholpen werd")
    award(person=person, rule=Rule.ANSWER_ACCEPTED, cause=f"earlier:{person.pk}", giver=giver)
    change_participant(person=person, rhythm=Rhythm.AT_ONCE)
    if area:
        follow(person=person, area=area)
    return person


def _answers(klank: DeKlank, person: Person, words: str, **more: str) -> Message:
    """Answer the last mail to this person, as their mail program does."""
    react_to_everything()
    with clock.reading(clock.now() + timedelta(minutes=2)):
        mail_notices()
    address = person.addresses.get().shown
    mail = Dispatch.objects.of(klank.organisation).filter(recipient=address).latest("pk").message
    head = {
        "From": address,
        "To": mail["reply_to"],
        "Subject": f"Re: {mail['subject']}",
        "Message-ID": "<1@example.org>",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**head, **more}.items())
    history = "\r\n".join(f"> {line}" for line in mail["text"].splitlines())
    told = f"{words}\r\n\r\nOp wo 4 mrt 2026 om 12:00 schreef De Klank <vraag@deklank.example>:\r\n{history}\r\n"
    raw = f"{lines}Content-Type: text/plain; charset=utf-8\r\n\r\n{told}".encode()
    envelope = {"sender": address, "recipients": [mail["reply_to"]]}
    store_arrivals([NewArrival(klank.mailbox, Arrival.Source.SMTP, raw, envelope)])
    receiving = Receiving()
    while receiving.perform_batch(owner="a"):
        pass
    react_to_everything()
    return Message.objects.of(klank.organisation).latest("pk")


def _page(klank: DeKlank, thread: Conversation) -> str:
    return (
        browser(klank.organisation).get(f"/{'tips' if thread.kind == 'tip' else 'posts'}/{thread.pk}/").content.decode()
    )


def test_the_question_of_the_month_is_answered_by_mail(klank: DeKlank) -> None:
    ans = _reader(klank, "Ans", "monthly")
    question = ask_monthly_question(by=klank.tom, title="Wat lees je?", text="", month=klank.organisation.today())
    _answers(klank, ans, "Annie M.G. Schmidt, altijd.")
    shown = _page(klank, question.conversation)
    assert "Annie M.G. Schmidt, altijd." in shown
    assert "schreef De Klank" not in shown
    assert MonthlyQuestion.objects.of(klank.organisation).get().answers == 1
    thread = Conversation.objects.of(klank.organisation).get(pk=question.pk)
    assert (thread.state, thread.is_waiting) == (ConversationState.PUBLIC, False)


@pytest.mark.parametrize("kind", ["post", "tip"])
def test_so_are_a_post_and_a_tip(klank: DeKlank, kind: str) -> None:
    giver, ans = _reader(klank, "Piet"), _reader(klank, "Ans", "posts")
    if kind == "post":
        thread, reader = write_post(by=klank.jamal, title="De kasten", text="Ze staan er.").conversation, ans
    else:
        follow(person=ans, whom=giver)
        thread, reader = give_tip(person=giver, title="Ronja", text="Over moed.").conversation, ans
        react_to_everything()
    _answers(klank, reader, "Dank je wel!")
    assert "Dank je wel!" in _page(klank, thread)


def test_a_machine_says_nothing_and_to_what_was_taken_back_a_colleague_looks(klank: DeKlank) -> None:
    ans = _reader(klank, "Ans", "posts")
    post = write_post(by=klank.jamal, title="De kasten", text="Ze staan er.")
    said = _answers(klank, ans, "Ik ben met vakantie.", **{"Auto-Submitted": "auto-replied"})
    assert said.hidden_at is not None
    assert not Case.objects.of(klank.organisation).exists()
    take_post_back(post=post, by=klank.jamal)
    said = _answers(klank, ans, "Jammer!", **{"Message-ID": "<2@example.org>"})
    assert Case.objects.of(klank.organisation).waiting().get().message == said
