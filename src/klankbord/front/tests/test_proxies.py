"""Who is believed about who asks."""

from __future__ import annotations

import pytest

from klankbord.front.proxies import TrustedProxies
from klankbord.front.tests.cast import scope_of

CLAIMS = [("x-forwarded-for", "6.6.6.6, 198.51.100.4, 10.0.0.9"), ("x-forwarded-proto", "https"), ("x-real", "kept")]


@pytest.mark.parametrize(
    ("client", "trusted", "expected"),
    [
        ("10.0.0.1", ("10.0.0.0/8",), ("198.51.100.4", "https")),
        ("::ffff:10.0.0.1", ("10.0.0.0/8",), ("198.51.100.4", "https")),
        ("10.0.0.1", ("10.0.0.1",), ("10.0.0.9", "https")),
        ("192.0.2.1", ("10.0.0.0/8",), ("192.0.2.1", "http")),
        ("10.0.0.1", (), ("10.0.0.1", "http")),
        ("anything", ("*",), ("10.0.0.9", "https")),
        ("", ("10.0.0.0/8",), ("", "http")),
    ],
)
def test_only_named_proxies_are_believed_and_only_up_to_the_first_stranger(client, trusted, expected):
    scope = scope_of("/", headers=CLAIMS, client=(client, 1))
    TrustedProxies.of(trusted).see_through(scope)
    assert (scope["client"][0], scope["scheme"]) == expected
    assert [name for name, _ in scope["headers"]] == [b"host", b"x-real"]


def test_nonsense_in_the_chain_stops_at_the_last_address_that_is_one():
    scope = scope_of("/", headers=[("x-forwarded-for", "<script>, 10.0.0.9"), ("x-forwarded-proto", "gopher")])
    scope["client"] = ("10.0.0.1", 1)
    TrustedProxies.of(["10.0.0.0/8"]).see_through(scope)
    assert (scope["client"][0], scope["scheme"]) == ("10.0.0.9", "http")


def test_a_name_that_is_no_network_is_refused_at_the_start():
    with pytest.raises(ValueError, match="does not appear to be"):
        TrustedProxies.of(["proxy.example"])
