"""What a view declares about its page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import HttpResponse

from klankbord.live.shows import HEADER, Shown, parse, shows


def test_what_a_view_declares_is_what_the_front_reads():
    moment = datetime(2026, 3, 2, 17, tzinfo=UTC)
    response = shows(HttpResponse(), "organisation:1:home", until=moment, query=["page", "q"])
    assert parse(response.headers[HEADER]) == Shown(
        frozenset({"organisation:1:home"}), moment.timestamp(), frozenset({"page", "q"})
    )


def test_two_declarations_add_up_and_the_earlier_end_counts():
    early, late = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 2, 17, tzinfo=UTC)
    response = shows(shows(shows(HttpResponse(), "a"), "b", until=late), "c", until=early)
    assert parse(response.headers[HEADER]) == Shown(frozenset({"a", "b", "c"}), early.timestamp(), frozenset())


@pytest.mark.parametrize("topic", ["", "a,b", "a;b", "A", "a\r\nset-cookie: x", "é", "a" * 101])
def test_what_is_no_topic_is_refused(topic: str):
    with pytest.raises(ValueError, match="not a topic"):
        shows(HttpResponse(), topic)


@pytest.mark.parametrize("value", ["", ";;", "a", "a;b"])
def test_a_page_that_declares_no_topic_is_not_kept(value: str):
    assert parse(value) is None
