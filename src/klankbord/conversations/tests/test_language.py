"""In which words customers are spoken to."""

from __future__ import annotations

import pytest

from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.send_reply import send_reply
from tests import cast

pytestmark = pytest.mark.django_db


def mail_to_customer(*, language: str = "", formal: bool = False) -> str:
    house = cast.de_klank()
    house.organisation.is_formal = formal
    house.organisation.save()
    conversation = cast.conversation(cast.customer(house.organisation), house.mailbox)
    conversation.person.language = language
    conversation.person.save()
    conversation.organisation.is_formal = formal
    send_reply(conversation=conversation, by=house.jamal, text="Dag.")
    return Dispatch.objects.of(house.organisation).get().message["text"]


def test_a_reply_says_je_unless_the_house_says_u():
    assert "Bel je liever?" in mail_to_customer()


def test_a_formal_house_says_u():
    assert "Belt u liever?" in mail_to_customer(formal=True)


def test_who_wrote_in_english_is_answered_in_english_also_by_a_formal_house():
    assert "Would you rather call?" in mail_to_customer(language="en", formal=True)


def test_the_formatted_part_says_what_was_typed_and_shows_no_tags():
    house = cast.de_klank()
    conversation = cast.conversation(cast.customer(house.organisation), house.mailbox)
    typed = "Dag Ans,\n\nEen <b>vraag</b>: 5*3*2 = 30?\nZie https://deklank.example/uren."
    send_reply(conversation=conversation, by=house.jamal, text=typed)
    html = Dispatch.objects.of(house.organisation).get().message["html"]
    assert (
        '<p dir="auto">Een &lt;b&gt;vraag&lt;/b&gt;: 5*3*2 = 30?<br>Zie <a href="https://deklank.example/uren"' in html
    )
    assert "&lt;p" not in html
