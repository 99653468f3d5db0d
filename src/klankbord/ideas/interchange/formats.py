"""What the columns of Fider and UserVoice are called, and how they write statuses and moments.

Fider: the export of its administration, `app/pkg/csv/csv.go` in its repository; `Duplicate` and capitals in older ones.
UserVoice: the full export of ideas, with a row for each idea and voter ("Idea ID", ...), and the analysis export with
dotted names ("suggestion.id", ...), as its help pages describe them. Columns that are not named here are kept as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from klankbord.ideas.models import Status


@dataclass(frozen=True, slots=True)
class Format:
    """One product's CSV.

    Attributes:
        name: As `--format` says it.
        title: As the product writes itself.
        columns: The header of an export, by field; in its order. What this package can make something of.
        aliases: Other headers for the same field, in lower case without signs.
        needs: A file is of this format when it has these fields.
        statuses: Their word for each of our statuses, as they write it.
        understood: Further words of theirs, in lower case.
        duplicate: Their word for an idea that goes on as another.
        moment: How they write a moment, for `strftime`.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    aliases: Mapping[str, str]
    needs: frozenset[str]
    statuses: Mapping[Status, str]
    understood: Mapping[str, Status]
    duplicate: str
    moment: str

    def field_of(self, header: str) -> str | None:
        """Which field a column holds; None for one that is only kept."""
        plain = plain_header(header)
        for field, name in self.columns.items():
            if plain_header(name) == plain:
                return field
        return self.aliases.get(plain)

    @property
    def needed(self) -> list[str]:
        """The columns without which a file is not theirs, as they call them."""
        return [name for field, name in self.columns.items() if field in self.needs]

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a file with this header is theirs."""
        return self.needs <= {self.field_of(each) for each in header}

    def read_status(self, word: str) -> Status | None:
        """Our status for their word; None for a word that means none of them."""
        plain = word.strip().lower()
        if not plain:
            return Status.NEW
        ours = {theirs.lower(): status for status, theirs in self.statuses.items()}
        return ours.get(plain) or self.understood.get(plain)

    def write_moment(self, moment: datetime | None) -> str:
        """A moment as they write it; empty for none."""
        return moment.astimezone(UTC).strftime(self.moment) if moment else ""


@lru_cache(maxsize=1000)
def plain_header(header: str) -> str:
    """A header without capitals and signs: `Idea ID` and `idea_id` are the same."""
    return re.sub(r"[^a-z0-9]+", " ", header.lower()).strip()


FIDER = Format(
    name="fider",
    title="Fider",
    columns={
        "number": "number",
        "title": "title",
        "text": "description",
        "created_at": "created_at",
        "author": "created_by",
        "votes": "votes_count",
        "comments": "comments_count",
        "status": "status",
        "answer_by": "responded_by",
        "answered_at": "responded_at",
        "answer": "response",
        "original": "original_number",
        "original_title": "original_title",
        "tags": "tags",
    },
    aliases={"total votes": "votes", "total comments": "comments"},
    needs=frozenset({"number", "title", "author", "created_at", "status"}),
    statuses={
        Status.NEW: "open",
        Status.REVIEW: "open",
        Status.PLANNED: "planned",
        Status.STARTED: "started",
        Status.DONE: "completed",
        Status.DECLINED: "declined",
        Status.EXISTS: "completed",
    },
    understood={"open": Status.NEW, "completed": Status.DONE},
    duplicate="duplicate",
    moment="%Y-%m-%dT%H:%M:%SZ",
)

USERVOICE = Format(
    name="uservoice",
    title="UserVoice",
    columns={
        "number": "Idea ID",
        "title": "Idea Title",
        "text": "Idea Description",
        "author_email": "Idea Creator Email Address",
        "author": "Idea Creator Name",
        "tags": "Labels",
        "status": "Public Status Name",
        "votes": "Voters Count",
        "comments": "Comments Count",
        "created_at": "Created Timestamp",
        "answer": "Public Status Update Message",
        "answered_at": "Public Status Updated Timestamp",
        "answer_by": "Public Status Creator Email Address",
        "original": "Merged Into Idea ID",
        "voter_email": "User Email Address",
        "voter_name": "User Name",
        "voted_at": "Linked Idea Creation Date",
    },
    aliases={
        "suggestion id": "number",
        "suggestion title": "title",
        "suggestion body": "text",
        "suggestion created timestamp": "created_at",
        "suggestion user name": "author",
        "suggestion created by name": "author",
        "suggestion creator name": "author",
        "suggestion user email address": "author_email",
        "suggestion created by email address": "author_email",
        "suggestion creator email address": "author_email",
        "suggestion status name": "status",
        "suggestion labels name": "tags",
        "suggestion supporters count": "votes",
        "suggestion voters count": "votes",
        "suggestion votes count": "votes",
        "suggestion comments count": "comments",
        "suggestion parent id": "original",
        "suggestion response text": "answer",
        "suggestion status update body": "answer",
        "suggestion response created timestamp": "answered_at",
        "suggestion status update created timestamp": "answered_at",
        "suggestion response user name": "answer_by",
        "suggestion status update user name": "answer_by",
        "user email address": "voter_email",
        "user name": "voter_name",
        "parent idea id": "original",
        "idea parent id": "original",
    },
    needs=frozenset({"number", "title", "created_at"}),
    statuses={
        Status.NEW: "",
        Status.REVIEW: "under review",
        Status.PLANNED: "planned",
        Status.STARTED: "started",
        Status.DONE: "completed",
        Status.DECLINED: "declined",
        Status.EXISTS: "already exists",
    },
    understood={
        "active": Status.NEW,
        "open": Status.NEW,
        "new": Status.NEW,
        "reviewing": Status.REVIEW,
        "in progress": Status.STARTED,
        "working on it": Status.STARTED,
        "shipped": Status.DONE,
        "done": Status.DONE,
        "closed": Status.DECLINED,
        "will not implement": Status.DECLINED,
        "won't do": Status.DECLINED,
    },
    duplicate="duplicate",
    moment="%Y-%m-%d %H:%M:%S",
)

FORMATS = {each.name: each for each in (FIDER, USERVOICE)}
