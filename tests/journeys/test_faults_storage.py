"""The disk is full, the database falls over: the sender keeps what could not be stored, and nothing is lost."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.harness import House, Sender, mail, new_house
from tests.long import LONG
from tests.pace import at_this_pace, wait_until
from tests.real_servers import Postgres, running_postgres


def test_with_a_full_disk_the_sender_is_told_to_try_later_and_nothing_is_lost() -> None:
    with new_house() as house:
        size = (house.folder / "klankbord.sqlite3").stat().st_size
        # No file may grow past this: the write-ahead log meets the end of its space in the middle of a commit.
        house.start(parts=["intake"], largest_file=size + 200_000)
        mails = [(str(each), mail(each, text="ruimte " * 3000)) for each in range(60)]
        first = Sender(house.ports["smtp_port"], mails)
        first.run()
        assert first.refused
        assert set(first.refused.values()) == {451}
        house.stop()
        house.start()
        again = Sender(house.ports["smtp_port"], [each for each in mails if each[0] in first.refused])
        again.run()
        house.wait_until_done()
        assert len(first.accepted) + len(again.accepted) == 60
        assert Counter(house.message_ids()) == Counter(f"vraag-{each}@example.org" for each in range(60))


MAILS, CONNECTIONS = 240, 6
WAYS = ["it falls over and comes back", "its backends are ended"][: 2 if LONG else 1]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.xdist_group("private_postgres")
@pytest.mark.parametrize("what_happens", WAYS)
def test_a_database_that_goes_away_under_load_loses_and_doubles_nothing(
    what_happens: str, postgres: Postgres, postgres_house: str
) -> None:
    with new_house(postgres.like(postgres_house)) as house:
        house.start()
        harm = _end_backends if what_happens == "its backends are ended" else _restart
        accepted = _load_while(house, lambda: harm(postgres))
        house.wait_until_done(120)
        counted = Counter(house.message_ids())
        assert {name for name in accepted if f"vraag-{name}@example.org" not in counted} == set()
        assert max(counted.values()) == 1
        assert len(accepted) == MAILS, "the senders were never able to deliver everything"


def _load_while(house: House, harm: Callable[[], None]) -> list[str]:
    """Send mails over several connections, trying again what was refused, while `harm` happens three times."""
    accepted: list[str] = []

    def deliver(names: list[str]) -> None:
        began = time.monotonic()
        while names and time.monotonic() - began < at_this_pace(60):
            sender = Sender(house.ports["smtp_port"], [(name, mail(name)) for name in names[:10]])
            sender.run()
            accepted.extend(sender.accepted)
            names = [name for name in names if name not in sender.accepted]
            if not sender.accepted:
                time.sleep(0.05)

    shares = [[str(number) for number in range(MAILS)][each::CONNECTIONS] for each in range(CONNECTIONS)]
    threads = [threading.Thread(target=deliver, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for part in (1, 2, 3):
        wait_until(lambda part=part: len(accepted) >= part * MAILS // 5, "mails are accepted", 60)  # type: ignore[misc]
        harm()
    for thread in threads:
        thread.join()
    return accepted


def _end_backends(postgres: Postgres) -> None:
    with postgres.connect() as link:
        link.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'house%'")


def _restart(postgres: Postgres) -> None:
    with contextlib.suppress(ProcessLookupError):
        postgres.stop_at_once()
    postgres.start()
