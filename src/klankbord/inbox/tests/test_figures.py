"""Figures that stand on something."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Conversation
from klankbord.inbox.counting import capped_counts, shown_count
from klankbord.inbox.figures import nearest_rank, wilson
from klankbord.inbox.tests.conftest import receive
from klankbord.people.tenancy import UnscopedQuery


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    # As tabulated for the score interval without continuity correction (Newcombe 1998, method 3).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_wilsons(successes, total, low, high):
    assert wilson(successes, total) == (pytest.approx(low, abs=2e-4), pytest.approx(high, abs=2e-4))


def test_ranks():
    times = [timedelta(minutes=each) for each in range(1, 11)]
    assert nearest_rank(times, 0.5) == timedelta(minutes=5)
    assert nearest_rank(times, 0.9) == timedelta(minutes=9)
    assert nearest_rank([], 0.5) == timedelta()


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
    page = desk.get("/inbox/today/").content.decode()
    assert "9 answers so far." in page
    assert "%" not in page[page.index("The last seven days") :][:600]


def test_the_last_week_says_how_many_how_sure_and_that_it_is_indicative(cast, desk):
    answered(cast, 20, late=2)
    page = desk.get("/inbox/today/").content.decode()
    assert "90%" in page
    assert "18 of 20 answers; between 69 and 98 percent" in page
    assert "So few answers only point in a direction." in page


def test_nobody_counts_further_than_ninety_nine(cast):
    assert [shown_count(each) for each in (0, 1, 99, 100)] == ["", "1", "99", "99+"]


def test_counting_needs_to_know_whose_rows(cast):
    with pytest.raises(UnscopedQuery):
        capped_counts({"all": Conversation.objects.all()})
