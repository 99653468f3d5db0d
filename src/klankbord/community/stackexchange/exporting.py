"""Taking the community out as a Stack Exchange dump: what was brought in as it came, and what happened here since.

A row that came from a dump goes out with all its fields; those that changed here say what holds now. What was said here
gets the next free numbers. Nothing goes out that is hidden, withdrawn or erased, and no vote says whose it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from klankbord.community.models import Imported
from klankbord.community.stackexchange import exported_history, exported_posts, exported_votes
from klankbord.community.stackexchange.numbering import Numbers
from klankbord.community.stackexchange.rows import Row, write_rows
from klankbord.community.stackexchange.source import Progress, silent
from klankbord.people.models import Organisation


class WhichSource(ValueError):
    """Several communities were brought in, and their numbers overlap; the sentence names them."""


@dataclass(slots=True)
class Exported:
    """How many rows each file has."""

    rows: dict[str, int] = field(default_factory=dict)


def export_dump(*, organisation: Organisation, folder: Path, name: str = "", progress: Progress = silent) -> Exported:
    """Write the dump's files into `folder`. `name` is whose numbers are kept, when several were brought in.

    Raises:
        WhichSource: there are several, and none or another was named.
    """
    source = _source(organisation, name)
    numbers = Numbers(organisation, source)
    folder.mkdir(parents=True, exist_ok=True)
    done = Exported()
    for place, (kind, rows) in enumerate(_files(organisation, source, numbers)):
        path = folder / f"{kind}.xml"
        done.rows[kind] = write_rows(path, kind, rows)
        if not done.rows[kind] and not _had(organisation, source, kind):
            path.unlink()
            del done.rows[kind]
        progress(kind, place + 1, 8)
    return done


def _files(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "Users", exported_posts.users(organisation, source, numbers)
    yield "Tags", exported_posts.tags(organisation, source)
    yield "Posts", exported_posts.posts(organisation, source, numbers)
    yield "Comments", exported_posts.comments(organisation, source, numbers)
    yield "Votes", exported_votes.votes(organisation, source, numbers)
    yield "PostLinks", exported_votes.links(organisation, source, numbers)
    yield "PostHistory", exported_history.history(organisation, source, numbers)
    yield "Badges", (row.fields for row in numbers.imported("Badges"))


def _source(organisation: Organisation, name: str) -> str:
    rows = Imported.objects.of(organisation).filter(kind="Posts").order_by("source")
    sources = list(rows.values_list("source", flat=True).distinct())
    if name and name.lower() not in sources:
        raise WhichSource(f"Nothing was brought in from {name}. There is: {', '.join(sources) or 'nothing'}.")
    if not name and len(sources) > 1:
        raise WhichSource(f"Say with --source whose numbers are kept: {', '.join(sources)}.")
    return name.lower() or next(iter(sources), "")


def _had(organisation: Organisation, source: str, kind: str) -> bool:
    """Whether the dump had this file, or it is one that every dump has."""
    if kind in ("Posts", "Users", "Comments", "Votes", "PostLinks", "Tags"):
        return True
    return Imported.objects.of(organisation).rows(source, kind).exists()
