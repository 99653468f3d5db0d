"""Mail is fetched from a real IMAP server: at once, once, and whatever happens in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.fetched import PACE, Box, connected, received, trouble, wait_for
from tests.harness import House, mail, new_house
from tests.pace import wait_until
from tests.real_servers import Dovecot, running_dovecot
from tests.services import NewDatabases

WATCH = ["runner", "mailboxes"]


@pytest.fixture
def house() -> Iterator[House]:
    with new_house() as made:
        yield made


def _start(house: House, **options: object) -> House:
    return house.start(parts=WATCH, pace=PACE, alone=True, **options)


def test_a_mail_is_a_message_within_seconds_though_the_next_look_is_far_off(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house, imap_interval=600, sent_folder="-")
    connected(_start(house))
    box.deliver(mail("snel"))
    wait_for(house, {"snel"})  # its next look is ten minutes off
    box.deliver(mail("weer"))
    wait_for(house, {"snel", "weer"})
    with box.opened() as client:
        assert client.search(["SEEN"]) == [], "nothing was marked as read"


@pytest.mark.parametrize("tls", ["tls", "none"])
def test_every_way_of_connecting_works(house: House, dovecot: Dovecot, tls: str) -> None:
    port = dovecot.imaps_port if tls == "tls" else dovecot.imap_port
    box = Box(dovecot).given_to(house, imap_tls=tls, imap_port=port)
    connected(_start(house))
    box.deliver(mail(tls))
    wait_for(house, {tls})


def test_what_was_there_before_is_left_alone_unless_asked_for(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot)
    box.deliver(mail("oud"))
    box.given_to(house)
    connected(_start(house))
    box.deliver(mail("nieuw"))
    wait_for(house, {"nieuw"})


def test_some_days_of_history_come_along_quietly(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot)
    now = datetime.now(UTC)
    box.file(mail("jaar"), "INBOX", now - timedelta(days=365))
    box.file(mail("week"), "INBOX", now - timedelta(days=5))
    box.given_to(house, imap_history_days=10)
    connected(_start(house))
    box.deliver(mail("nieuw"))
    wait_for(house, {"week", "nieuw"})
    waits = house.rows(
        "SELECT m.external_id FROM conversations_conversation c"
        " JOIN conversations_message m ON m.conversation_id = c.id WHERE c.waiting_since IS NOT NULL"
        " AND m.direction = 'inbound'"
    )
    assert waits == [("vraag-nieuw@example.org",)]


def test_a_server_without_idle_is_asked_again_and_again(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot)
    with running_dovecot(capability="IMAP4rev1 LITERAL+ STARTTLS AUTH=PLAIN") as old:
        box = Box(old).given_to(house, imap_interval=1)
        connected(_start(house))
        box.deliver(mail("eens"))
        wait_for(house, {"eens"})
        box.deliver(mail("nogeens"))
        wait_for(house, {"eens", "nogeens"})
        assert " IDLE" not in old.said()


def test_five_hundred_mails_come_through_with_gaps_among_them(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house)
    connected(_start(house))
    house.stop()
    box.deliver(*(mail(number) for number in range(500)))
    with box.opened() as client:
        uids = client.search()
        client.delete_messages(uids[10:60])
        client.expunge()
    _start(house)
    wait_for(house, {str(number) for number in [*range(10), *range(60, 500)]}, seconds=60)


def test_mails_that_vanish_while_they_are_fetched_are_no_trouble(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house)
    connected(_start(house))
    stop = threading.Event()

    def clear_out() -> None:
        with box.opened() as client:
            while not stop.is_set():
                client.noop()
                uids = client.search()
                if uids[::2]:
                    client.delete_messages(uids[::2])
                    client.expunge()

    clearing = threading.Thread(target=clear_out)
    clearing.start()
    try:
        box.deliver(*(mail(f"weg{number}") for number in range(100)))
    finally:
        stop.set()
        clearing.join()
    box.deliver(mail("laatste"))
    wait_until(lambda: "laatste" in received(house), f"the last one came; {house.said()[-800:]}")
    house.wait_until_done()
    assert trouble(house) == ""
    assert len(house.message_ids()) == len(set(house.message_ids()))


def test_a_mailbox_whose_numbers_changed_is_read_anew_and_nothing_is_doubled(house: House, dovecot: Dovecot) -> None:
    with running_dovecot() as server:
        box = Box(server)
        box.file(mail("lang-geleden"), "INBOX", datetime.now(UTC) - timedelta(days=30))
        box.given_to(house)
        connected(_start(house))
        box.deliver(*(mail(number) for number in range(5)))
        wait_for(house, {str(number) for number in range(5)})
        before = house.rows("SELECT uid_validity FROM channels_mailboxposition WHERE folder = 'INBOX'")
        server.stop()
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (server.inbox_folder(box.user) / name).unlink(missing_ok=True)
        (server.inbox_folder(box.user) / "dovecot-uidvalidity").unlink(missing_ok=True)
        for left in server.inbox_folder(box.user).glob("dovecot-uidvalidity.*"):
            left.unlink()
        time.sleep(1.1)  # a new UIDVALIDITY is the second in which it was made
        server.start()
        box.deliver(mail("erna"))
        wait_for(house, {*(str(number) for number in range(5)), "erna"})
        after = house.rows("SELECT uid_validity FROM channels_mailboxposition WHERE folder = 'INBOX'")
        assert after != before
        assert house.count("SELECT count(*) FROM channels_arrival") == 6


def test_a_mail_that_is_too_large_is_kept_by_its_headers_and_stops_nobody(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house)
    house.environment = {"KLANKBORD_LARGEST_MAIL_MB": "1"}
    connected(_start(house))
    box.deliver(mail("groot", text="x" * 60 + ("\r\n" + "x" * 60) * 40_000), mail("klein"))
    wait_for(house, {"klein"})
    query = "SELECT state, last_error, size FROM channels_arrival WHERE external_id = 'vraag-groot@example.org'"
    [(state, said, size)] = house.rows(query)
    assert state == "given_up"
    assert "larger than the 1 MB" in said
    assert size < 10_000


def test_it_is_marked_as_read_after_it_was_stored_when_so_set(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house, mark_seen=True)
    connected(_start(house))
    box.deliver(mail("gelezen"))
    wait_for(house, {"gelezen"})

    def seen() -> bool:
        with box.opened(readonly=True) as client:
            return len(client.search(["SEEN"])) == 1

    wait_until(seen, "it is marked")


def test_a_watcher_killed_at_any_moment_misses_nothing_and_doubles_nothing(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house)
    connected(_start(house))
    house.kill()
    box.deliver(*(mail(number) for number in range(300)))
    for moment in (0.05, 0.15, 0.3, 0.5):
        _start(house)
        time.sleep(moment)
        house.kill()
    _start(house)
    wait_for(house, {str(number) for number in range(300)}, seconds=60)


@pytest.mark.slow
def test_two_watchers_share_the_work_and_the_second_takes_over_when_the_first_dies(
    dovecot: Dovecot, new_databases: NewDatabases, postgres_house: str
) -> None:
    with new_house(new_databases.copy_of(postgres_house)) as house:
        box = Box(dovecot).given_to(house)
        other = house.other()
        house.start(parts=WATCH, pace=PACE)
        connected(house)
        other.start(parts=WATCH, pace=PACE)
        box.deliver(*(mail(number) for number in range(40)))
        wait_for(house, {str(number) for number in range(40)})
        holder = house.rows("SELECT leased_by FROM channels_mailboxwatch")
        house.kill()
        box.deliver(*(mail(number) for number in range(40, 60)))
        wait_for(other, {str(number) for number in range(60)}, seconds=40)
        assert other.rows("SELECT leased_by FROM channels_mailboxwatch") != holder


def test_a_wrong_password_is_said_in_a_sentence_until_it_works(house: House, dovecot: Dovecot) -> None:
    box = Box(dovecot).given_to(house, password="verkeerd")
    _start(house)
    wait_until(lambda: trouble(house) != "", "it is said")
    assert trouble(house) == "The mail server refuses our user name or password."
    box.given_to(house)
    connected(house)
    wait_until(lambda: trouble(house) == "", "it is well again")
    said = [
        row[0] for row in house.rows("SELECT fields FROM events_outboxevent WHERE name = 'channels.ChannelTroubled'")
    ]
    assert len(said) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"imap_ca_file": ""}, "The mail server shows a certificate that is not trusted."),
        ({"imap_folder": "Nergens"}, "The mailbox has no folder Nergens."),
        ({"imap_host": "192.0.2.1", "imap_tls": "none"}, "Without encryption a mailbox is only read"),
        ({"imap_port": 1}, "The mail server cannot be reached."),
        ({"imap_host": "10.255.0.1"}, "This server is inside our own network."),
    ],
)
def test_every_trouble_has_its_own_sentence(
    house: House, dovecot: Dovecot, changes: dict[str, object], sentence: str
) -> None:
    Box(dovecot).given_to(house, **changes)
    _start(house)
    wait_until(lambda: trouble(house).startswith(sentence), f"it says so; it said {trouble(house)!r}")


def test_a_server_that_comes_back_is_watched_again(house: House) -> None:
    with running_dovecot() as server:
        box = Box(server).given_to(house)
        connected(_start(house))
        server.stop()
        wait_until(lambda: trouble(house) != "", "it is said that nobody answers")
        server.start()
        box.deliver(mail("terug"))
        wait_for(house, {"terug"})
        wait_until(lambda: trouble(house) == "", "it is well again")
