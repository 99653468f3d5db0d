"""Figures that stand on something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Conversation
from klankbord.inbox.counting import capped_counts, shown_count
from klankbord.inbox.tests.conftest import receive
from klankbord.people.tenancy import UnscopedQuery


def answered(cast, count: int, *, late: int = 0) -> None:
    for number in range(count):
        conversation = receive(cast.mail, address=f"f{number}@example.org")
        cast.clock.pass_(minutes=130 if number < late else 2)
        send_reply(conversation=conversation, by=cast.marlies, text="Yes")
        if number < late:
            cast.clock.pass_(hours=20)
    cache.clear()


def test_fewer_than_ten_answers_say_nothing(cast, desk):
    answered(cast, 9)
    cast.clock.pass_(hours=3)
    page = desk.get("/inbox/today/").content.decode()
    assert "9 answers were due so far." in page
    assert "%" not in page[page.index("The last seven days") :][:600]


def test_the_last_week_says_how_many_how_sure_and_that_it_is_indicative(cast, desk):
    answered(cast, 20, late=2)
    cast.clock.pass_(hours=3)
    page = desk.get("/inbox/today/").content.decode()
    assert "90%" in page
    assert "18 of 20 answers that were due; between 69 and 98 percent" in page
    assert "So few answers only point in a direction." in page


@pytest.mark.parametrize("waits", [timedelta(hours=5), timedelta(days=9)])
def test_who_is_late_and_not_answered_counts_as_late_however_long_ago_it_was_due(cast, desk, waits):
    receive(cast.mail, address="waiting@example.org")
    cast.clock.pass_(days=waits.days, seconds=waits.seconds)
    answered(cast, 10)
    cast.clock.pass_(days=1)
    page = desk.get("/inbox/today/").content.decode()
    week = page[page.index("The last seven days") :]
    assert "10 of 11 answers that were due" in week
    assert "1 has not been answered yet, and counts as late." in week
    assert "100%" not in week


def test_nobody_counts_further_than_ninety_nine(cast):
    assert [shown_count(each) for each in (0, 1, 99, 100)] == ["", "1", "99", "99+"]


def test_counting_needs_to_know_whose_rows(cast):
    with pytest.raises(UnscopedQuery):
        capped_counts({"all": Conversation.objects.all()})
