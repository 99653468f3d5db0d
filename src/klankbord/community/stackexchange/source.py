"""One community that is brought in: where it comes from, whom and what of it is here already, and how far it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path

from django.db import transaction

from klankbord.community.models import Imported
from klankbord.community.stackexchange.rows import NotADump, Row, read_rows
from klankbord.people.models import Organisation

TOGETHER = 200
"""Rows in one transaction: an import that is broken off goes on after the last of these."""
_HOST = re.compile(r"(?=.{4,100}$)[a-z0-9-]+(\.[a-z0-9-]+)+")

type Progress = Callable[[str, int, int], None]
"""What is being read, how many bytes of how many."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class Source:
    """A dump in a folder, for one organisation.

    Attributes:
        name: Where it comes from, such as `french.meta.stackexchange.com`; what tells two dumps apart.
        new: How many rows of each file came in newly.
        aside: How many rows belong to something that the dump does not hold; they are kept as they are.
    """

    organisation: Organisation
    folder: Path
    name: str
    tell: Progress = silent
    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    aside: int = 0

    @property
    def site(self) -> str:
        """The address of the community there, if the name is a host's."""
        return f"https://{self.name}" if _HOST.fullmatch(self.name) else ""

    def file(self, kind: str) -> Path | None:
        """One of its files, if the dump has it."""
        path = self.folder / f"{kind}.xml"
        return path if path.is_file() else None

    def batches(self, kind: str, *, only: Callable[[Row], bool] | None = None) -> Iterator[list[Row]]:
        """The rows of a file that are not here yet, some at a time."""
        path = self.file(kind)
        if path is None:
            return
        total, done = path.stat().st_size, 0

        def wanted() -> Iterator[Row]:
            nonlocal done
            for row, read in read_rows(path):
                done = read
                _check_number(path, row)
                if only is None or only(row):
                    yield row

        for some in batched(wanted(), TOGETHER):
            here = self.here(kind, [number_of(row, "Id") for row in some])
            fresh = list({number_of(row, "Id"): row for row in some if number_of(row, "Id") not in here}.values())
            self.known[kind] += len(some) - len(fresh)
            if fresh:
                yield fresh
            self.tell(kind, done, total)

    def each(
        self, kind: str, bring_in: Callable[[list[Row]], None], *, only: Callable[[Row], bool] | None = None
    ) -> None:
        """Bring in what of a file is not here yet, each batch in a transaction of its own."""
        for batch in self.batches(kind, only=only):
            with transaction.atomic():
                bring_in(batch)

    def here(self, kind: str, numbers: Collection[int]) -> set[int]:
        """Which of these rows were brought in before."""
        rows = Imported.objects.of(self.organisation).rows(self.name, kind).filter(number__in=numbers)
        return set(rows.values_list("number", flat=True))

    def messages(self, numbers: Iterable[int]) -> dict[int, int]:
        """What these posts became: the message's id by the post's."""
        rows = Imported.objects.of(self.organisation).rows(self.name, "Posts").filter(number__in=set(numbers))
        return dict(rows.filter(message__isnull=False).values_list("number", "message_id"))

    def persons(self, numbers: Iterable[int]) -> dict[int, int]:
        """Who these users became: the person's id by the user's."""
        rows = Imported.objects.of(self.organisation).rows(self.name, "Users").filter(number__in=set(numbers))
        return dict(rows.filter(person__isnull=False).values_list("number", "person_id"))

    def keep(self, kind: str, rows: Iterable[tuple[Row, dict[str, int | None]]]) -> None:
        """Keep these rows as they came, each with what it became."""
        made = Imported.objects.bulk_create(
            Imported(
                organisation=self.organisation,
                source=self.name,
                kind=kind,
                number=number_of(row, "Id"),
                fields=row,
                **became,
            )
            for row, became in rows
        )
        self.new[kind] += len(made)


def _check_number(path: Path, row: Row) -> None:
    """A row is told from others by its number alone: without one it would be lost among them.

    Raises:
        NotADump: it has none.
    """
    if not number_of(row, "Id"):
        raise NotADump(f"{path.name}: a row has no number (its Id is {row.get('Id', '')[:30]!r}).")


def number_of(row: Row, name: str) -> int:
    """A whole number; 0 where there is none. Ids of this size fit any database."""
    text = row.get(name, "")
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0


def moment_of(row: Row, name: str) -> datetime | None:
    """A moment, which dumps give in UTC without saying so; None where there is none or it is nonsense."""
    try:
        found = datetime.fromisoformat(row.get(name, ""))
    except ValueError:
        return None
    if not 1990 < found.year < 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
