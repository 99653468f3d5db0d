"""The rate limiter (it has no folder of its own for tests)."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import cache

from klankbord.limits import Limit, allow, network_places
from klankbord.portal.tests.conftest import StillClock

THREE = Limit("three", 3, timedelta(minutes=10))


def test_limit_holds_for_each_by_themselves() -> None:
    assert [allow(THREE, "ans") for _ in range(5)] == [True, True, True, False, False]
    assert allow(THREE, "piet")


def test_limit_slides_and_what_was_refused_does_not_count(still_clock: StillClock) -> None:
    for _ in range(10):
        allow(THREE, "ans")
    still_clock.forward(minutes=10)
    assert not allow(THREE, "ans")
    still_clock.forward(minutes=5)
    assert allow(THREE, "ans")
    still_clock.forward(minutes=20)
    assert [allow(THREE, "ans") for _ in range(4)] == [True, True, True, False]


def test_who_is_counted_cannot_be_read_from_the_storage() -> None:
    with mock.patch.object(cache, "incr", wraps=cache.incr) as counted:
        allow(THREE, "192.0.2.7")
    assert "192.0.2.7" not in counted.call_args.args[0]


def test_storage_that_is_away_refuses_nobody() -> None:
    with mock.patch.object(cache, "incr", side_effect=ConnectionError):
        assert all(allow(THREE, "ans") for _ in range(10))


@pytest.mark.parametrize(
    ("remote", "places"),
    [
        ("192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24")),
        ("::ffff:192.0.2.7", ("192.0.2.7/32", "192.0.2.0/24")),
        ("2001:db8:1:2:3::4", ("2001:db8:1:2::/64", "2001:db8:1::/48")),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/48")),
        ("", ("unknown", "unknown")),
        ("nonsense", ("unknown", "unknown")),
    ],
)
def test_sender_is_an_address_or_a_connection_and_the_network_around_it(remote: str, places: tuple[str, str]) -> None:
    assert network_places(remote) == places
