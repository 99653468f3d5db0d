"""Two processes are handed the same mails at the same moment, without Redis: each mail is one message all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.harness import House, Sender, mail, new_house
from tests.services import NewDatabases

pytestmark = pytest.mark.slow
MAILS = 25
TEXTS = ("Is het zondag open?", "Is het maandag open?")
_EACH_ROUND = 4
"""Connections to each process, all of which bring every mail."""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    database = ""
    if request.param == "PostgreSQL":
        new_databases: NewDatabases = request.getfixturevalue("new_databases")
        database = new_databases.copy_of(request.getfixturevalue("postgres_house"))
    with new_house(database) as house:
        house.environment = {"KLANKBORD_OUTBOX": "keep"}
        yield house


def _bring(doors: list[House], mails: list[tuple[str, bytes]]) -> None:
    senders = [Sender(door.ports["smtp_port"], mails) for door in doors for _ in range(_EACH_ROUND)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [(len(sender.accepted), sender.refused) for sender in senders] == [(len(mails), {})] * len(senders)


def test_what_two_processes_take_in_at_once_is_one_message_answered_once_and_other_words_are_another(
    house: House,
) -> None:
    doors = [house.start(), house.other().start()]
    same = [(str(number), mail(number)) for number in range(MAILS)]
    twice = [(text, mail(f"dubbel-{number}", text=text)) for number in range(MAILS) for text in TEXTS]
    _bring(doors, same + twice)
    house.wait_until_done()
    counted = Counter(house.rows("SELECT text FROM conversations_message WHERE direction = 'inbound'"))
    assert counted == Counter({("Is de bibliotheek zondag open?",): MAILS, **{(text,): MAILS for text in TEXTS}})
    ids = [each for each in house.message_ids() if each.startswith("vraag-") and "dubbel" not in each]
    assert Counter(ids) == Counter(f"vraag-{number}@example.org" for number in range(MAILS))
    marked = "SELECT count(*) FROM conversations_message WHERE CAST(marks AS text) LIKE ?"
    assert house.count(marked, "%same_id%") == MAILS
    for each in ("conversations_conversation", "conversations_promise"):
        assert house.count(f"SELECT count(*) FROM {each}") == 3 * MAILS
    assert house.count("SELECT count(*) FROM conversations_message WHERE automatic = 'acknowledgement'") == 3 * MAILS
