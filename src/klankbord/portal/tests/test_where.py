"""The lost link."""

from __future__ import annotations

from typing import Any

import pytest

from klankbord.channels.models import Dispatch
from klankbord.conversations.codes import is_code
from klankbord.conversations.models import Conversation, PrivateLink
from klankbord.events.base import load
from klankbord.events.models import OutboxEvent
from klankbord.people.models import AddressKind
from klankbord.portal.events import WayBackAskedFor
from klankbord.portal.reactions import mail_way_back
from klankbord.portal.views.where import FOR_ONE_CODE, FROM_ONE_ADDRESS
from tests import cast

CODE = next(f"20451{digit}" for digit in range(10) if is_code(f"20451{digit}"))
OTHER_CODE = next(f"30451{digit}" for digit in range(10) if is_code(f"30451{digit}"))


@pytest.fixture
def talk(house: cast.DeKlank) -> Conversation:
    person = cast.customer(house.organisation)
    cast.known_by(person, "06 12 34 56 78", AddressKind.PHONE)
    return cast.conversation(person, house.mailbox, code=CODE)


def ask(house: cast.House, code: str = CODE, contact: str = "ans@example.org") -> Any:
    return cast.browser(house.organisation).post("/where/", {"code": code, "contact": contact})


def mailed(house: cast.House) -> list[Dispatch]:
    """What the runner sends; each reaction twice, as it may."""
    for row in OutboxEvent.objects.filter(name=WayBackAskedFor.name):
        event: Any = load(row.name, row.fields)
        mail_way_back(event)
        mail_way_back(event)
    return list(Dispatch.objects.of(house.organisation))


@pytest.mark.parametrize("contact", ["ans@example.org", " Ans@Example.org ", "5678", "06 12345678"])
def test_who_knows_code_and_person_gets_a_working_link_by_mail(
    house: cast.DeKlank, talk: Conversation, contact: str
) -> None:
    assert ask(house, f"{CODE[:3]} {CODE[3:]}.", contact).headers["Location"] == "/where/asked/"
    (mail,) = mailed(house)
    assert (mail.recipient, mail.purpose, mail.is_automatic) == ("ans@example.org", Dispatch.Purpose.LINK, True)
    path = mail.message["text"].split(house.organisation.host)[1].split("/", 1)[1].split()[0]
    assert cast.browser(house.organisation).get(f"/{path}").status_code == 200
    assert PrivateLink.objects.of(house.organisation).count() == 1


@pytest.mark.parametrize(
    ("code", "contact"),
    [(CODE, "piet@example.org"), (OTHER_CODE, "ans@example.org"), (CODE, "0000"), (CODE, "+31 6 12 34 00 78")],
)
def test_answer_is_the_same_and_nothing_is_sent_when_it_is_wrong(
    house: cast.DeKlank, talk: Conversation, code: str, contact: str
) -> None:
    right, wrong = ask(house), ask(house, code, contact)
    assert right.headers["Location"] == wrong.headers["Location"]
    assert right.status_code == wrong.status_code
    assert OutboxEvent.objects.filter(name=WayBackAskedFor.name).count() == 2
    assert len(mailed(house)) == 1


def test_another_houses_code_is_unknown(house: cast.DeKlank, talk: Conversation) -> None:
    other = cast.klankerveen()
    ask(other)
    assert mailed(other) == []
    assert mailed(house) == []


@pytest.mark.parametrize(
    ("code", "contact", "field"), [("123", "a@b.nl", "code"), (CODE, "12", "contact"), ("", "", "code")]
)
def test_slip_of_the_pen_is_told_at_its_field(house: cast.DeKlank, code: str, contact: str, field: str) -> None:
    answer = ask(house, code, contact)
    assert answer.status_code == 422
    assert f'<a href="#id_{field}">' in answer.content.decode()


def test_one_code_is_mailed_a_few_times_a_day_and_the_answer_stays_the_same(
    house: cast.DeKlank, talk: Conversation
) -> None:
    answers = [ask(house).headers["Location"] for _ in range(FOR_ONE_CODE.most + 2)]
    assert set(answers) == {"/where/asked/"}
    assert len(mailed(house)) == FOR_ONE_CODE.most


def test_guessing_from_one_address_ends(house: cast.DeKlank, talk: Conversation) -> None:
    answers = [ask(house, contact=f"{number:04d}").status_code for number in range(FROM_ONE_ADDRESS.most + 1)]
    assert answers[-1] == 429
    assert answers[:-1] == [302] * FROM_ONE_ADDRESS.most
