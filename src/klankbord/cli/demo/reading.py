"""Reads ``people.txt`` and ``conversations/*.md``: a line-by-line reading that checks as it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from klankbord.cli.demo.material import (
    Arrived,
    Attachment,
    Conversation,
    CorpusError,
    Door,
    DueIn,
    Ending,
    FormKind,
    Kind,
    Message,
    OnDay,
    Organisation,
    Person,
    WorkingAgo,
)

# RFC 2606 and RFC 6761: these can never belong to anybody.
RESERVED = re.compile(r"[\w.+-]+@(?:[\w-]+\.)*(?:example\.(?:org|com|net)|[\w-]+\.example)")
_DAY = re.compile(r"(\d+)d (\d\d:\d\d)")
_RELATIVE = re.compile(r"(now|due|late)-(\d+)m")
_DELAY = re.compile(r"(\d+)([mhd])")
_ATTACHED = re.compile(r"(\S.*) (\w+/[\w.+-]+) (\d+) kB")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(slots=True)
class _Block:
    """A heading, the line it stands on, and the lines under it."""

    path: Path
    line: int
    heading: str
    lines: list[str] = field(default_factory=list)

    def wrong(self, sentence: str) -> CorpusError:
        return CorpusError(self.path, self.line, sentence)

    @property
    def text(self) -> str:
        # Editors strip the space that RFC 3676 wants after the two dashes before a signature.
        return "\n".join("-- " if line == "--" else line for line in self.lines).strip("\n")


def read_people(path: Path) -> tuple[Person, ...]:
    """Everybody in `people.txt`.

    Raises:
        CorpusError: a line that is no person, an address that could be somebody's, a name or address used twice.
    """
    people: list[Person] = []
    taken: set[str] = set()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) not in (4, 5) or not all(cells[:2]) or not re.fullmatch(r"\d*", cells[2]):
            raise CorpusError(path, number, "a person is `name | addresses | age | language | what we know`")
        name, addresses = cells[0], tuple(cells[1].split(", "))
        for address in addresses:
            if not RESERVED.fullmatch(address):
                raise CorpusError(path, number, f"{address} could belong to somebody: use an example domain")
        if twice := taken & {name, *addresses}:
            raise CorpusError(path, number, f"{', '.join(twice)} stands here twice")
        taken |= {name, *addresses}
        known = [part.strip() for part in (cells[4] if len(cells) == 5 else "").split(";")]
        phone = next((part.removeprefix("tel ") for part in known if part.startswith("tel ")), "")
        about = "; ".join(part for part in known if part and not part.startswith("tel "))
        people.append(Person(name, addresses, int(cells[2]) if cells[2] else None, cells[3], phone, about))
    return tuple(people)


def read_conversations(
    folder: Path, organisation: Organisation, people: tuple[Person, ...]
) -> tuple[Conversation, ...]:
    """All conversations of the house in `folder`, in the order of its files.

    Raises:
        CorpusError: a form that is not understood, somebody or a topic that is not known, an ending that the messages
            contradict.
    """
    reader = _Reader(organisation, {person.name: person for person in people})
    conversations: list[Conversation] = []
    for path in sorted((folder / "conversations").glob("*.md")):
        for number, blocks in enumerate(_conversations(path), start=1):
            conversations.append(reader.conversation(f"{path.stem}-{number}", blocks))
    return tuple(conversations)


def _conversations(path: Path) -> Iterator[list[_Block]]:
    blocks: list[_Block] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith("## "):
            if blocks:
                yield blocks
            blocks = [_Block(path, number, line[3:].strip())]
        elif line.startswith("### ") and blocks:
            blocks.append(_Block(path, number, line[4:].strip()))
        elif blocks:
            blocks[-1].lines.append(line)
    if blocks:
        yield blocks


def _options(block: _Block, parts: list[str], allowed: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        name, _, value = (piece.strip() for piece in part.partition(":"))
        if name not in allowed:
            raise block.wrong(f"`{part}` is not an option here; there are {', '.join(sorted(allowed))}")
        found.setdefault(name, []).append(value)
    return found


def _attachments(block: _Block, words: list[str]) -> tuple[Attachment, ...]:
    found = []
    for word in words:
        match = _ATTACHED.fullmatch(word)
        if not match:
            raise block.wrong(f"`{word}` is no attachment: write `bon.pdf application/pdf 34 kB`")
        found.append(Attachment(match[1], match[2], int(match[3]) * 1000))
    return tuple(found)


class _Reader:
    """Turns blocks into conversations, knowing the house they belong to."""

    _FIRST = frozenset({"form", "team", "address", "html", "attach"})
    _LATER = frozenset({"address", "html", "attach"})

    def __init__(self, organisation: Organisation, people: dict[str, Person]) -> None:
        self.organisation = organisation
        self.people = people
        self.staff = frozenset(member.key for member in organisation.staff)

    def conversation(self, key: str, blocks: list[_Block]) -> Conversation:
        first = blocks[0]
        if not first.lines:
            raise first.wrong("after the subject comes `name | when | topic | how it stands`")
        parts = [part.strip() for part in first.lines.pop(0).split("|")]
        if len(parts) < 4:
            raise first.wrong("after the subject comes `name | when | topic | how it stands`")
        name, when, topic, standing, *rest = parts
        if name not in self.people:
            raise first.wrong(f"{name} does not stand in people.txt")
        if topic not in self.organisation.topics:
            raise first.wrong(f"`{topic}` is not one of the topics in organisation.toml")
        person = self.people[name]
        options = _options(first, rest, self._FIRST)
        messages = (
            self._message(first, person=person, kind=Kind.CUSTOMER, author=None, after=timedelta(0), options=options),
            *(self._later(block, person) for block in blocks[1:]),
        )
        ending, assignee = self._standing(first, standing, messages)
        arrived = self._arrived(first, when, messages)
        form = options.get("form", [""])[0]
        if form and form not in FormKind:
            raise first.wrong(f"`{form}` is no kind of form: {', '.join(FormKind)}")
        form_kind = FormKind(form) if form else None
        team = options["team"][0] if "team" in options else None
        if team is not None and team not in self.organisation.teams:
            raise first.wrong(f"{team} is not one of the teams in organisation.toml")
        door = Door.FORM if form_kind else Door.EMAIL
        return Conversation(
            key, first.heading, person, door, form_kind, arrived, topic, ending, assignee, team, messages
        )

    def _later(self, block: _Block, person: Person) -> Message:
        head, *rest = (part.strip() for part in block.heading.split("|"))
        *who, delay = head.split()
        match = _DELAY.fullmatch(delay)
        if not who or not match:
            raise block.wrong("a later message starts with who and after how long: `### marlies 35m`")
        after = timedelta(**{_UNITS[match[2]]: int(match[1])})
        kind, author = self._speaker(block, who)
        if author and match[2] == "d":
            raise block.wrong("staff work in opening hours: write minutes or hours, not days")
        options = _options(block, rest, self._LATER)
        return self._message(block, person=person, kind=kind, author=author, after=after, options=options)

    def _speaker(self, block: _Block, who: list[str]) -> tuple[Kind, str | None]:
        if who[0] in self.staff and len(who) == 1:
            return Kind.REPLY, who[0]
        if who[0] == Kind.NOTE and len(who) == 2 and who[1] in self.staff:
            return Kind.NOTE, who[1]
        if len(who) == 1 and who[0] in (Kind.CUSTOMER, Kind.AUTOMATIC, Kind.BOUNCE):
            return Kind(who[0]), None
        raise block.wrong(
            f"`{' '.join(who)}` is nobody: a staff key, `note` with a staff key, customer, auto or bounce"
        )

    def _message(
        self,
        block: _Block,
        *,
        person: Person,
        kind: Kind,
        author: str | None,
        after: timedelta,
        options: dict[str, list[str]],
    ) -> Message:
        address = options.get("address", [person.addresses[0]])[0]
        if address not in person.addresses:
            raise block.wrong(f"{address} is not one of the addresses of {person.name}")
        if not block.text.strip():
            raise block.wrong("nothing is said here")
        attachments = _attachments(block, options.get("attach", []))
        return Message(kind, author, after, block.text, "html" in options, address, attachments)

    def _arrived(self, block: _Block, words: str, messages: tuple[Message, ...]) -> Arrived:
        if match := _DAY.fullmatch(words):
            if int(match[1]) < 1:
                raise block.wrong("a clock time today may lie ahead of us: write `now-90m`")
            return OnDay(int(match[1]), time.fromisoformat(match[2]))
        match = _RELATIVE.fullmatch(words)
        if not match:
            raise block.wrong(f"`{words}` is no moment: write `45d 13:05`, `now-90m`, `due-25m` or `late-120m`")
        minutes = int(match[2])
        if match[1] == "late":
            minutes = -minutes
        relative = WorkingAgo(minutes) if match[1] == "now" else DueIn(minutes)
        ago = minutes if match[1] == "now" else self.organisation.promise_minutes - minutes
        if sum((message.after for message in messages), timedelta(0)) > timedelta(minutes=ago):
            raise block.wrong("what follows takes longer than there was time: its last message would lie ahead of us")
        return relative

    def _standing(self, block: _Block, words: str, messages: tuple[Message, ...]) -> tuple[Ending, str | None]:
        word, _, named = words.partition(" ")
        if word not in Ending:
            raise block.wrong(f"`{word}` is no way to stand: {', '.join(Ending)}")
        if named and named not in self.staff:
            raise block.wrong(f"`{named}` does not work here")
        ending = Ending(word)
        spoken = [message for message in messages if message.kind in (Kind.CUSTOMER, Kind.REPLY)]
        replied = spoken[-1].kind is Kind.REPLY
        acted = [message.author for message in messages if message.author]
        if ending is Ending.WAITS_FOR_US and replied:
            raise block.wrong("it waits for us, but the last word is ours")
        if ending is Ending.WAITS_FOR_CUSTOMER and not replied:
            raise block.wrong("it waits for the customer, but the last word is theirs")
        if ending is Ending.DONE and not acted:
            raise block.wrong("it is done, but nobody did anything: add a reply or a note")
        if ending is Ending.SPAM and any(message.kind is Kind.REPLY for message in messages):
            raise block.wrong("spam is not answered")
        if ending in (Ending.DONE, Ending.WAITS_FOR_CUSTOMER) and not named:
            return ending, acted[-1]
        return ending, named or None
