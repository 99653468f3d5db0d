"""Rising: recent votes count more, nothing but votes counts, and no nightly job is needed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.ideas.bursts import NETWORK_SPAN, NEW_PEOPLE, NEW_SPAN, ONE_NETWORK, Cast, burst, next_weights, weights
from klankbord.ideas.rising import EPOCH, HALF_LIFE, beginning, recent_votes, rising_of, with_vote

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
MOMENTS = st.integers(0, 400 * 24 * 3600).map(lambda seconds: NOW - timedelta(seconds=seconds))


def test_a_vote_of_a_half_life_ago_counts_for_half_a_vote():
    assert recent_votes(rising_of(NOW, [(NOW, 1.0)]), NOW) == pytest.approx(1, abs=1e-5)
    assert recent_votes(rising_of(NOW - HALF_LIFE, [(NOW - HALF_LIFE, 1.0)]), NOW) == pytest.approx(0.5, abs=1e-5)
    two_old = rising_of(NOW - HALF_LIFE, [(NOW - HALF_LIFE, 1.0)] * 2)
    assert two_old == pytest.approx(rising_of(NOW, [(NOW, 1.0)]), abs=1e-5)


@settings(deadline=None)
@given(st.lists(MOMENTS, max_size=30), st.lists(MOMENTS, max_size=30), st.integers(0, 3000))
def test_the_order_of_two_ideas_never_changes_by_the_passing_of_time(one, other, days):
    def decayed_sum(votes: list[datetime], at: datetime) -> float:
        return sum(2 ** (-((at - each) / HALF_LIFE)) for each in votes)

    today, later = NOW, NOW + timedelta(days=days % 300)
    difference = decayed_sum(one, today) - decayed_sum(other, today)
    if abs(difference) > 1e-4:
        stored = rising_of(NOW, [(each, 1.0) for each in one]) > rising_of(NOW, [(each, 1.0) for each in other])
        assert stored == (difference > 0) == (decayed_sum(one, later) > decayed_sum(other, later))


@settings(deadline=None)
@given(st.lists(MOMENTS, max_size=40))
def test_one_vote_more_each_time_is_the_same_as_counting_anew(votes):
    value = beginning(EPOCH)
    for at in votes:
        value = with_vote(value, at=at)
    assert value == pytest.approx(rising_of(EPOCH, [(at, 1.0) for at in reversed(votes)]), abs=1e-9)


def test_a_hundred_thousand_votes_in_ten_years_do_not_overflow():
    value = beginning(NOW)
    for number in range(100_000):
        value = with_vote(value, at=NOW + timedelta(days=3650 * number / 100_000))
    assert 500 < value < 1000


def test_of_one_network_the_first_votes_count_in_full_and_the_further_ones_less_and_less():
    casts = [Cast(NOW + timedelta(minutes=each), "here") for each in range(20)]
    found = weights(casts)
    assert found[:ONE_NETWORK] == [1.0] * ONE_NETWORK
    assert found[ONE_NETWORK] == ONE_NETWORK / (ONE_NETWORK + 1)
    assert found[19] == ONE_NETWORK / 20
    assert burst(casts).from_one_network == 20
    assert burst(casts).is_striking


def test_as_many_votes_from_many_networks_or_over_many_days_count_in_full():
    many_networks = [Cast(NOW + timedelta(minutes=each), f"place {each}") for each in range(50)]
    over_days = [Cast(NOW + NETWORK_SPAN / 4 * each, "library") for each in range(50)]
    unknown = [Cast(NOW, "") for _ in range(50)]
    for casts in (many_networks, over_days, unknown):
        assert set(weights(casts)) == {1.0}
        assert not burst(casts).is_striking


def test_a_crowd_of_new_people_within_the_hour_lifts_less_however_many_networks_they_come_from():
    casts = [Cast(NOW + timedelta(seconds=each), f"place {each}", is_fresh=True) for each in range(100)]
    found = weights(casts)
    assert found[NEW_PEOPLE - 1] == 1.0
    assert found[99] == NEW_PEOPLE / 100
    spread = [Cast(NOW + NEW_SPAN / 10 * each, f"place {each}", is_fresh=True) for each in range(100)]
    assert set(weights(spread)) == {1.0}


CASTS = st.lists(
    st.builds(
        Cast,
        at=st.integers(0, 100_000).map(lambda seconds: NOW + timedelta(seconds=seconds)),
        place=st.sampled_from(["", "a", "b"]),
        is_fresh=st.booleans(),
    ),
    max_size=60,
).map(lambda casts: sorted(casts, key=lambda each: each.at))


@settings(deadline=None)
@given(CASTS)
def test_a_vote_weighs_the_same_when_it_comes_in_as_when_all_are_counted_anew(casts):
    one_by_one = []
    for place, cast in enumerate(casts):
        before = casts[:place]
        near = Counter(each.place for each in before if each.at > cast.at - NETWORK_SPAN)
        new = sum(each.is_fresh for each in before if each.at > cast.at - NEW_SPAN)
        one_by_one += next_weights([cast], near=near, new=new)
    assert one_by_one == pytest.approx(weights(casts))


def test_votes_of_one_moment_weigh_as_if_they_came_one_after_the_other():
    casts = [Cast(NOW, "desk", is_fresh=True)] * 30
    assert next_weights(casts, near={}, new=0) == pytest.approx(weights(casts))
