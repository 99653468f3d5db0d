"""A slip of the pen in the demo's texts is said with its file, its line, and what to change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path

import pytest

from klankbord.cli.demo.corpus import HOUSES, Attachment, Conversation, CorpusError, Kind, OnDay, WorkingAgo, load

Write = Callable[..., Conversation]
PEOPLE = "Ada | ada@example.org, ada@werk.example | 40 | nl | lid sinds 2001; tel 06 12 34 56 78\n"
WHOLE = """\
## Boek nat
Ada | 3d 10:05 | boetes | done | attach: een foto.jpg image/jpeg 12 kB | address: ada@werk.example

Dag,

het regende.
--
Ada

### note jamal 5m
Oei.

### jamal 2h
Geeft niets.

### customer 1d
Fijn.
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Read one conversation in a house of which everything else is right."""

    def writing(text: str, people: str = PEOPLE) -> Conversation:
        house = tmp_path / "de-klank"
        (house / "conversations").mkdir(parents=True)
        shutil.copy(HOUSES / "de-klank/organisation.toml", house)
        (house / "people.txt").write_text(people, "utf-8")
        (house / "conversations/one.md").write_text(f"# Een kop\n\n{text}", "utf-8")
        (conversation,) = load(tmp_path).houses[0].conversations
        return conversation

    return writing


def test_a_conversation_is_read_as_it_is_written(write: Write) -> None:
    read = write(WHOLE)
    first, note, reply, thanks = read.messages
    assert (read.key, read.subject, read.arrived) == ("one-1", "Boek nat", OnDay(3, time(10, 5)))
    assert first.text == "Dag,\n\nhet regende.\n-- \nAda"
    assert first.attachments == (Attachment("een foto.jpg", "image/jpeg", 12_000),)
    assert (first.address, thanks.address) == ("ada@werk.example", "ada@example.org")
    assert (note.kind, note.author, note.after) == (Kind.NOTE, "jamal", timedelta(minutes=5))
    assert (reply.kind, reply.after, thanks.after) == (Kind.REPLY, timedelta(hours=2), timedelta(days=1))
    assert read.assignee == "jamal"
    assert (read.person.phone, read.person.about) == ("06 12 34 56 78", "lid sinds 2001")


def test_a_fresh_conversation_is_told_in_opening_hours(write: Write) -> None:
    assert write("## Hoi\nAda | now-90m | boetes | us anja\n\nHoi").arrived == WorkingAgo(90)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("## Hoi\nBob | 3d 10:05 | boetes | us\n\nHoi", "one.md:3: Bob does not stand in people.txt"),
        ("## Hoi\nAda | 3d 10:05 | taart | us\n\nHoi", "`taart` is not one of the topics"),
        ("## Hoi\nAda | gisteren | boetes | us\n\nHoi", "`gisteren` is no moment"),
        ("## Hoi\nAda | 0d 10:05 | boetes | us\n\nHoi", "may lie ahead of us"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us\n\n", "nothing is said here"),
        ("## Hoi", "after the subject comes"),
        ("## Hoi\nAda | 3d 10:05", "after the subject comes"),
        ("## Hoi\nAda | 3d 10:05 | boetes | klaar\n\nHoi", "`klaar` is no way to stand"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us piet\n\nHoi", "`piet` does not work here"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us | team: Zuid\n\nHoi", "Zuid is not one of the teams"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us | haast\n\nHoi", "`haast` is not an option here"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us | form: shout\n\nHoi", "`shout` is no kind of form"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us | attach: foto\n\nHoi", "`foto` is no attachment"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us | address: x@example.org\n\nHoi", "is not one of the addresses of Ada"),
        ("## Hoi\nAda | 3d 10:05 | boetes | done\n\nHoi", "nobody did anything"),
        ("## Hoi\nAda | 3d 10:05 | boetes | us\n\nHoi\n### anja 5m\nDag", "the last word is ours"),
        ("## Hoi\nAda | 3d 10:05 | boetes | customer\n\nHoi", "the last word is theirs"),
        ("## Hoi\nAda | 3d 10:05 | boetes | spam\n\nHoi\n### anja 5m\nDag", "spam is not answered"),
        ("## Hoi\nAda | 3d 10:05 | boetes | done\n\nHoi\n### piet 5m\nDag", "one.md:7: `piet` is nobody"),
        ("## Hoi\nAda | 3d 10:05 | boetes | done\n\nHoi\n### anja\nDag", "who and after how long"),
        ("## Hoi\nAda | 3d 10:05 | boetes | done\n\nHoi\n### anja 1d\nDag", "not days"),
        ("## Hoi\nAda | now-20m | boetes | done\n\nHoi\n### anja 30m\nDag", "would lie ahead of us"),
    ],
)
def test_a_slip_in_a_conversation_is_named(write: Write, text: str, sentence: str) -> None:
    with pytest.raises(CorpusError) as refused:
        write(text)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ("Ada | ada@bestaat.nl | 40 | nl", "people.txt:1: ada@bestaat.nl could belong to somebody"),
        ("# kop\nAda | ada@example.org | veertig | nl", "people.txt:2: a person is"),
        ("Ada, ada@example.org", "a person is"),
        (
            "Ada | ada@example.org | | nl\nAda 2 | ada@example.org | | nl",
            "people.txt:2: ada@example.org stands here twice",
        ),
    ],
)
def test_a_slip_in_the_list_of_people_is_named(write: Write, people: str, sentence: str) -> None:
    with pytest.raises(CorpusError) as refused:
        write("## Hoi\nAda | 3d 10:05 | boetes | us\n\nHoi", people)
    assert sentence in str(refused.value)


def test_a_slip_in_the_organisation_is_named(tmp_path: Path) -> None:
    (tmp_path / "huis").mkdir()
    (tmp_path / "huis/organisation.toml").write_text('name = "Zonder rest"', "utf-8")
    with pytest.raises(CorpusError, match=r"huis/organisation\.toml:1: cannot be used"):
        load(tmp_path)
