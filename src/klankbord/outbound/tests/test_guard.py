"""Nothing that somebody typed leads inside, however it is written and whatever the name answers the second time."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

from klankbord.outbound import connecting
from klankbord.outbound.addresses import ANYWHERE, NOTHING_INSIDE, Inside, is_outside
from klankbord.outbound.connecting import LeadsInside, checked_addresses, connect
from klankbord.outbound.fetching import http_client

OUTSIDE = ["9.9.9.9", "192.0.0.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::909:909"]
INSIDE = {
    "this machine": ["127.0.0.1", "127.255.0.7", "::1", "0.0.0.0", "::", "0.1.2.3"],
    "a private network": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdab::1", "fec0::1"],
    "a carrier's network": ["100.64.0.1", "100.127.255.255"],
    "this link, where clouds tell their secrets": ["169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0"],
    "many at once": ["224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1", "ff0e::1"],
    "set apart": ["192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "240.0.0.1", "100::1"],
    "set apart (6)": ["2001:db8::1", "3fff::1", "5f00::1", "4000::1", "64:ff9b:1::1", "2001:2::1"],
    "carried by IPv6": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::9.9.9.9", "64:ff9b::7f00:1"],
    "carried by a tunnel": ["2002:7f00:1::1", "2002:a00:1::1", "2001:0:909:909::80ff:fffe", "2620:fe::5efe:a00:1"],
}


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_internet_is_outside(address: str):
    assert is_outside(ip_address(address))


@pytest.mark.parametrize("address", [each for some in INSIDE.values() for each in some])
def test_what_is_not_the_internet_is_refused(address: str):
    with pytest.raises(LeadsInside):
        checked_addresses(address, 993, inside=NOTHING_INSIDE)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]"])
def test_other_ways_to_write_this_machine_lead_nowhere(host: str):
    with pytest.raises(OSError, match=r"leads inside|not known|No address|not supported"):
        connect(host, 993, timeout=1, inside=NOTHING_INSIDE)


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """Names lead to these addresses, at each question to those of the next round; the names that were asked for."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_more: Any, **_named: Any) -> list[Any]:
        try:
            numbers = [str(ip_address(host))]
        except ValueError:
            asked.append(host)
            numbers = rounds[min(len(asked), len(rounds)) - 1]
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, 1, 6, "", (each, port)) for each in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_one_address_inside_among_others_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch):
    answers(monkeypatch, ["9.9.9.9", "2620:fe::fe", "10.0.0.1"])
    with pytest.raises(LeadsInside):
        connect("mail.example.org", 993, timeout=1, inside=NOTHING_INSIDE)


def test_the_connection_is_made_to_what_was_looked_at_and_the_name_is_asked_for_once(monkeypatch: pytest.MonkeyPatch):
    asked = answers(monkeypatch, ["9.9.9.9"], ["127.0.0.1"])
    reached: list[tuple[str, int]] = []

    def create_connection(place: tuple[str, int], _timeout: float) -> socket.socket:
        reached.append(place)
        return socket.socket()

    monkeypatch.setattr(connecting.socket, "create_connection", create_connection)
    connect("mail.example.org", 993, timeout=1, inside=NOTHING_INSIDE).close()
    assert reached == [("9.9.9.9", 993)]
    assert asked == ["mail.example.org"]


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.2", 0)) as server:
        port = server.getsockname()[1]
        answers(monkeypatch, ["127.0.0.3", "127.0.0.2"])
        with connect("two.example", port, timeout=1, inside=Inside.of(["127.0.0.0/8"])) as line:
            assert line.getpeername() == ("127.0.0.2", port)
        with pytest.raises(ConnectionRefusedError):
            connect("two.example", port + 1, timeout=1, inside=ANYWHERE)


@pytest.mark.parametrize(
    ("entries", "host", "address", "allowed"),
    [
        (["10.0.0.0/8"], "mail.intern", "10.1.2.3", True),
        (["10.0.0.0/8"], "mail.intern", "::ffff:10.1.2.3", True),
        (["10.0.0.0/8"], "mail.intern", "192.168.0.1", False),
        (["10.0.0.5"], "mail.intern", "10.0.0.6", False),
        (["fd00::/8"], "mail.intern", "fd12::1", True),
        (["[::1]"], "mail.intern", "::1", True),
        (["mail.intern"], "Mail.Intern.", "192.168.0.1", True),
        (["mail.intern"], "other.intern", "192.168.0.1", False),
    ],
)
def test_the_operator_may_let_some_of_the_inside_be_reached(
    monkeypatch: pytest.MonkeyPatch, entries: list[str], host: str, address: str, allowed: bool
):
    answers(monkeypatch, [address])
    if allowed:
        assert checked_addresses(host, 993, inside=Inside.of(entries)) == [address]
    else:
        with pytest.raises(LeadsInside):
            checked_addresses(host, 993, inside=Inside.of(entries))


@pytest.mark.parametrize("host", ["", "a..b", "x" * 70 + ".example", "mail.\u2024example", "no such host"])
def test_what_is_no_name_at_all_is_an_error_of_the_network(host: str):
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        connect(host, 993, timeout=1, inside=NOTHING_INSIDE)


@pytest.fixture
def service() -> Iterator[tuple[int, list[str]]]:
    """A small web server on this machine that redirects to itself; its port, and the names it was asked by."""
    asked: list[str] = []

    class Redirects(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Host"])
            self.send_response(302)
            self.send_header("Location", "/again")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Redirects)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def test_asking_over_http_is_guarded_too_and_follows_nothing(
    service: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
):
    port, asked = service
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
    with http_client(inside=NOTHING_INSIDE, timeout=2) as client, pytest.raises(LeadsInside):
        client.get(f"http://localhost:{port}/")
    assert asked == []
    names = answers(monkeypatch, ["127.0.0.3", "127.0.0.1"])
    with http_client(inside=Inside.of(["127.0.0.0/8"]), timeout=2) as client:
        answer = client.get(f"http://provider.example:{port}/")
    assert (answer.status_code, asked, names) == (302, [f"provider.example:{port}"], ["provider.example"])
