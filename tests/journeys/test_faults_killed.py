"""Killed at any moment: what was accepted is there, once, and nobody dead holds on to any work."""

from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from tests.harness import House, Sender, mail, new_house
from tests.long import LONG
from tests.services import NewDatabases

TIMES = 200 if LONG else 20
MAILS = 400
LONGEST = 900 if LONG else 120
"""Seconds that working on all that was accepted may take."""


def _senders(house: House, left: list[str], connections: int = 4) -> list[Sender]:
    shares = [left[each::connections] for each in range(connections)]
    return [Sender(house.ports["smtp_port"], [(name, mail(name)) for name in share]) for share in shares]


@pytest.mark.long
@pytest.mark.slow
def test_nothing_accepted_is_missing_or_doubled_however_often_the_process_is_killed() -> None:
    chance = random.Random(20260302)
    with new_house() as house:
        accepted: list[str] = []
        number = 0
        for _ in range(TIMES):
            house.start(alone=True)
            names = [str(number + each) for each in range(MAILS)]
            number += MAILS
            # What was sent and not confirmed in earlier rounds is sent again, as mail servers do.
            senders = _senders(house, [*accepted[-20:], *names])
            for sender in senders:
                sender.start()
            time.sleep(chance.uniform(0.02, 0.45))
            house.kill()
            for sender in senders:
                sender.join()
                accepted += sender.accepted
        house.start(alone=True)
        house.wait_until_done(LONGEST)
        counted = Counter(house.message_ids())
        assert set(accepted), "nothing was accepted in any round, so nothing was tried"
        assert {name for name in accepted if f"vraag-{name}@example.org" not in counted} == set()
        assert [name for name, times in counted.items() if times > 1] == []
        arrived = house.count("SELECT count(*) FROM channels_arrival WHERE state <> 'done'")
        assert arrived == 0, "an arrival was left behind"
        _assert_acknowledged_once(house)


def _assert_acknowledged_once(house: House) -> None:
    doubled = house.rows(
        "SELECT conversation_id, count(*) FROM conversations_message WHERE automatic = 'acknowledgement'"
        " GROUP BY conversation_id HAVING count(*) > 1"
    )
    assert doubled == []
    without = house.count(
        "SELECT count(*) FROM conversations_conversation c WHERE NOT EXISTS (SELECT 1 FROM conversations_message m"
        " WHERE m.conversation_id = c.id AND m.automatic = 'acknowledgement')"
    )
    assert without == 0


@pytest.mark.long
@pytest.mark.slow
def test_nothing_is_left_or_done_twice_however_often_the_runner_is_killed_while_mail_comes_in(
    new_databases: NewDatabases, postgres_house: str
) -> None:
    chance = random.Random(20260303)
    with new_house(new_databases.copy_of(postgres_house)) as house:
        house.environment = {"KLANKBORD_OUTBOX": "keep"}
        house.start(parts=["intake"])
        runner = house.other()
        senders = _senders(house, [str(each) for each in range(TIMES * 30)], 2)
        for sender in senders:
            sender.start()
        for _ in range(TIMES):
            runner.start(parts=["runner"])
            time.sleep(chance.uniform(0.05, 0.5))
            dead = runner.pid
            runner.kill()
            _end_leases_of(house, dead)
        runner.start(parts=["runner"])
        for sender in senders:
            sender.join()
        house.wait_until_done(LONGEST)
        runner.stop()
        assert [sender.refused for sender in senders] == [{}, {}]
        assert Counter(house.message_ids()) == Counter(
            f"vraag-{name}@example.org" for sender in senders for name in sender.accepted
        )
        _assert_acknowledged_once(house)


def _end_leases_of(house: House, pid: int) -> None:
    """What a dead worker had claimed comes free when its lease ends; the test does not wait for that."""
    for table in ("channels_arrival", "events_outboxevent", "channels_dispatch"):
        house.change(f"UPDATE {table} SET due_at = now() WHERE state = 'ready' AND leased_by LIKE ?", f"%:{pid}:%")


def test_work_of_a_dead_worker_is_taken_over_when_its_lease_has_run_out() -> None:
    with new_house() as house:
        house.start(parts=["intake"])
        sender = Sender(house.ports["smtp_port"], [("1", mail(1))])
        sender.run()
        house.stop()
        house.change("UPDATE channels_arrival SET leased_by = 'dead:1:x', attempts = 1")
        house.start(parts=["runner"])
        house.wait_until_done()
        assert house.message_ids() == ["vraag-1@example.org"]


def test_the_same_mail_five_times_over_eight_connections_is_one_message() -> None:
    with new_house() as house:
        house.start()
        senders = [
            Sender(house.ports["smtp_port"], [(str(each), mail("dubbel")) for each in range(5)]) for _ in range(8)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sum(len(sender.accepted) for sender in senders) == 40
        house.wait_until_done()
        assert house.message_ids() == ["vraag-dubbel@example.org"]
        assert house.count("SELECT count(*) FROM channels_arrival") == 1
