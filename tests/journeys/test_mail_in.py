"""Mail on its way in: over SMTP and LMTP, by a real mail server and by hand, wanted and unwanted."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import ADDRESS, SECOND_ADDRESS, House, Sender, mail, new_house
from tests.pace import at_this_pace, wait_until
from tests.real_servers import Route, running_opensmtpd

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One running house for all tests here; each uses mails of its own."""
    with new_house() as running:
        yield running.start()


def _arrivals(house: House, name: str) -> int:
    return house.count("SELECT count(*) FROM channels_arrival WHERE external_id = ?", f"vraag-{name}@example.org")


def _smtp(house: House) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", house.ports["smtp_port"], timeout=30)


@pytest.mark.parametrize("scheme", ["smtp", "lmtp"])
def test_a_mail_server_hands_on_what_it_received(house: House, scheme: str) -> None:
    port = house.ports[f"{scheme}_port"]
    with running_opensmtpd(Route("deklank.example", scheme, port)) as server:
        with smtplib.SMTP("127.0.0.1", server.port, timeout=30) as line:
            line.sendmail("klant@example.org", [ADDRESS], mail(f"via-{scheme}"))
        wait_until(lambda: _arrivals(house, f"via-{scheme}") == 1, f"it arrived; {server.said()[-500:]}", 60)
    house.wait_until_done()
    assert f"vraag-via-{scheme}@example.org" in house.message_ids()


@pytest.mark.parametrize("address", [ADDRESS, ADDRESS.upper(), "info+k7c-abcdefghijklmnop@deklank.example"])
def test_a_channel_is_found_by_its_address_in_any_case_and_with_a_tag(house: House, address: str) -> None:
    with _smtp(house) as line:
        assert line.sendmail("klant@example.org", [address], mail(f"aan-{address.partition('@')[0]}")) == {}


@pytest.mark.parametrize(
    "address", ["niemand@deklank.example", "info@elders.example", "info", "<>", "a@b@deklank.example"]
)
def test_mail_for_others_is_refused_in_words_and_nothing_is_relayed(house: House, address: str) -> None:
    with _smtp(house) as line:
        line.ehlo()
        line.mail("klant@example.org")
        code, said = line.rcpt(address)
        assert code in (550, 553, 501)
        assert said


def test_a_new_channel_gets_its_mail_within_a_second(house: House) -> None:
    same = "organisation_id, kind, settings, sealed, is_active, trouble, created_at"
    house.change(
        f"INSERT INTO channels_channel (name, address, {same})"
        f" SELECT 'Nieuw', 'nieuw@deklank.example', {same} FROM channels_channel LIMIT 1"
    )
    time.sleep(0.3)
    with _smtp(house) as line:
        line.sendmail("klant@example.org", ["nieuw@deklank.example"], mail("nieuw"))


def test_one_mail_to_two_channels_arrives_in_both(house: House) -> None:
    with _smtp(house) as line:
        line.sendmail("klant@example.org", [ADDRESS, SECOND_ADDRESS], mail("beide"))
    assert _arrivals(house, "beide") == 2


def test_lmtp_answers_for_each_recipient(house: House) -> None:
    recipients = b"".join(
        b"RCPT TO:<%s>\r\n" % each.encode() for each in (ADDRESS, "niemand@deklank.example", SECOND_ADDRESS)
    )
    said = b"LHLO x\r\nMAIL FROM:<a@b.example>\r\n" + recipients + b"DATA\r\n" + mail("per") + b".\r\nQUIT\r\n"
    heard = _talk(house.ports["lmtp_port"], said)
    assert heard.count(b"\r\n550 ") == 1
    assert heard.count(b"\r\n250 2.0.0") == 2
    assert _arrivals(house, "per") == 2


def test_a_mail_that_says_it_is_too_large_is_refused_at_once(house: House) -> None:
    with _smtp(house) as line:
        line.ehlo()
        assert line.esmtp_features["size"]
        assert line.mail("klant@example.org", [f"SIZE={60 * MEGABYTE}"])[0] == 552


def test_a_mail_of_60_megabytes_is_refused_without_filling_memory(house: House) -> None:
    house.wait_until_done()  # what earlier mails take is not this one's
    before = _memory(house)
    _forget_peak(house)
    began = time.monotonic()
    with _smtp(house) as line:
        line.ehlo()
        line.mail("klant@example.org")
        line.rcpt(ADDRESS)
        code, _ = line.data(mail("groot") + b"x" * 70 * MEGABYTE)  # one line without an end, to make it worse
        assert code == 552
        assert line.noop()[0] == 250
    assert time.monotonic() - began < at_this_pace(10)
    assert _memory(house, peak=True) - before < 300
    assert _arrivals(house, "groot") == 0


def _memory(house: House, *, peak: bool = False) -> float:
    """Megabytes of the house's process and of all that it started."""
    name = "VmHWM:" if peak else "VmRSS:"
    found = 0.0
    for pid in _family(house.pid):
        with contextlib.suppress(OSError):  # a child that has just ended
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            found += sum(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
    assert found, "the house runs"
    return found


def _forget_peak(house: House) -> None:
    """From now on the peak is that of what comes."""
    for pid in _family(house.pid):
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def _family(pid: int) -> list[int]:
    """The process and its descendants."""
    children: list[str] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            children += (thread / "children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _talk(port: int, says: bytes) -> bytes:
    """Say all this at once and read until the line is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(says)
        heard = b""
        while chunk := line.recv(65536):
            heard += chunk
        return heard


def _commands(content: bytes) -> bytes:
    return b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nDATA\r\n%sQUIT\r\n" % (ADDRESS.encode(), content)


def test_only_a_dot_between_whole_line_ends_ends_a_mail(house: House) -> None:
    smuggled = b"MAIL FROM:<boss@deklank.example>\r\nRCPT TO:<%s>\r\nDATA\r\n" % ADDRESS.encode() + mail("smokkel")
    for number, end in enumerate((b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r")):
        _talk(house.ports["smtp_port"], _commands(mail(f"drager-{number}") + end + smuggled + b"\r\n.\r\n"))
    assert _arrivals(house, "smokkel") == 0
    assert [_arrivals(house, f"drager-{number}") for number in range(4)] == [1, 1, 1, 1]


def test_commands_may_come_in_one_go_and_dots_at_line_starts_survive(house: House) -> None:
    content = mail("punten", text=".begin\r\n..twee\r\n.").replace(b"\r\n.", b"\r\n..")
    heard = _talk(house.ports["smtp_port"], _commands(content + b".\r\n"))
    assert heard.count(b"\r\n250 2.0.0") == 1
    raw = house.rows("SELECT raw FROM channels_arrival WHERE external_id = 'vraag-punten@example.org'")[0][0]
    assert raw.endswith(b"\r\n.begin\r\n..twee\r\n.\r\n")


def test_an_empty_mail_is_taken_in(house: House) -> None:
    assert b"250 2.0.0" in _talk(house.ports["smtp_port"], _commands(b".\r\n"))


def test_a_mail_that_goes_round_in_a_circle_is_refused(house: House) -> None:
    hops = b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0100\r\n" * 51
    with _smtp(house) as line, pytest.raises(smtplib.SMTPDataError, match="554"):
        line.sendmail("klant@example.org", [ADDRESS], hops + mail("rond"))


def test_nothing_answers_a_mail_without_a_return_path(house: House) -> None:
    with _smtp(house) as line:
        line.sendmail("", [ADDRESS], mail("niemand", sender="stille@example.org"))
    house.wait_until_done()
    assert house.count("SELECT count(*) FROM channels_dispatch WHERE recipient = 'stille@example.org'") == 0


def test_addresses_and_content_in_other_scripts_are_kept_as_they_are(house: House) -> None:
    content = mail("κόσμε-1", sender="ζωή@παράδειγμα.example", text="Καλημέρα κόσμε")
    with _smtp(house) as line:
        line.sendmail("ζωή@παράδειγμα.example", [ADDRESS], content, mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    house.wait_until_done()
    assert house.count("SELECT count(*) FROM people_address WHERE value LIKE 'ζωή@%'") == 1


def test_a_sender_can_ask_for_encryption(tmp_path: Path) -> None:
    from klankbord.channels.intake import MailIntake
    from tests.real_servers import certificate

    place, key = certificate(tmp_path)
    intake = MailIntake("127.0.0.1", 0, None, certificate=str(place), key=str(key))
    intake.start()
    try:
        with smtplib.SMTP("127.0.0.1", intake.ports["smtp_port"], timeout=10) as line:
            line.starttls(context=ssl.create_default_context(cafile=str(place)))
            line.ehlo()
            assert "starttls" not in line.esmtp_features
            assert "auth" not in line.esmtp_features
    finally:
        intake.stop()


def test_a_taken_port_is_said_at_the_start() -> None:
    from klankbord.channels.intake import MailIntake

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            MailIntake("127.0.0.1", taken.getsockname()[1], None).start()


HOSTILE = {
    "100,000 headers": b"".join(b"X-%d: x\r\n" % each for each in range(100_000)),
    "2,000 deep": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (each, each) for each in range(2000)
    ),
    "100,000 parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 100_000,
    "1 MB of nested tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_mail_stops_nobody(house: House, what: str) -> None:
    name = what.replace(" ", "-").replace(",", "")
    head = b"From: x@example.org\r\nMessage-ID: <vraag-%s@example.org>\r\nMIME-Version: 1.0\r\n" % name.encode()
    began = time.monotonic()
    last = house.count("SELECT coalesce(max(id), 0) FROM channels_arrival")
    sender = Sender(house.ports["smtp_port"], [("hostile", head + HOSTILE[what]), ("next", mail(f"na-{name}"))])
    sender.run()
    house.wait_until_done(30)
    assert time.monotonic() - began < at_this_pace(10)
    assert "next" in sender.accepted
    assert f"vraag-na-{name}@example.org" in house.message_ids()
    states = [row[0] for row in house.rows("SELECT state FROM channels_arrival WHERE id > ? ORDER BY id", last)]
    assert "hostile" in sender.refused or states in (["given_up", "done"], ["done", "done"])
    assert _memory(house, peak=True) < 300
