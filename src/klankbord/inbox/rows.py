"""The rows of a list: plain values out of one query, and how each reads on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Substr
from django.utils.translation import gettext

from klankbord import clock
from klankbord.conversations.models import (
    NEEDS_NO_ANSWER,
    ConversationKind,
    ConversationQuerySet,
    ConversationState,
    Direction,
    Message,
)
from klankbord.inbox.lateness import lateness
from klankbord.inbox.lists import PAGE, InboxList, behind, cursor_of
from klankbord.inbox.naming import called, persons_address, persons_name
from klankbord.people.models import Membership, Organisation
from klankbord.people.opening_hours import OpeningHours

TONES = 8
_PREVIEW = 160


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list.

    Attributes:
        share: How much of the promised opening time is gone, 0 to 1, while someone waits.
        late: How late it is, in words that count opening time; empty while it is not.
        language: What the customer writes in, when that is not what the organisation speaks; else empty.
        state: The state in words, when nobody waits.
        assignee: First name of who is to answer, or empty.
        is_mine: Whether that is who looks.
    """

    id: int
    name: str
    person_id: int
    what: str
    language: str
    channel_kind: str
    kind: str
    due: datetime | None
    share: float
    late: str
    state: str
    at: datetime
    assignee: str
    assignee_face: str
    is_mine: bool
    team: str

    @property
    def tone(self) -> int:
        """Which of the soft colours stands behind this person's initials; always the same one."""
        return self.person_id % TONES

    @property
    def initials(self) -> str:
        """One or two letters of the name."""
        return initials(self.name)


def initials(name: str) -> str:
    """The first letters of the first and the last word; empty when the name has no letters."""
    words = [word for word in (part.strip("\"'()[]<>@._-") for part in name.split()) if word and word[0].isalpha()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. `next_cursor` is empty on the last one."""

    rows: tuple[Row, ...]
    next_cursor: str = ""


_COLUMNS = (
    "id", "subject", "kind", "state", "person_id", "person__language", "channel__kind", "waiting_since", "due_at",
    "promise_minutes", "last_message_at", "erased_at", "assignee_id", "assignee__user__name", "assignee__user__face",
    "team__name",
)  # fmt: skip


def read_values(rows: ConversationQuerySet, organisation: Organisation) -> Any:
    """`rows` as plain mappings, with who it is and the beginning of what the customer said last, in their own words."""
    last = (
        Message.objects.of(organisation)
        .filter(conversation=OuterRef("pk"), withdrawn_at__isnull=True, direction=Direction.INBOUND)
        .exclude(automatic__in=NEEDS_NO_ANSWER)
        .order_by("-said_at", "-id")
    )
    preview = Subquery(last.annotate(_beginning=Substr("text", 1, _PREVIEW)).values("_beginning")[:1])
    named = rows.annotate(_name=persons_name(), _address=persons_address(organisation), _preview=preview)
    return named.values(*_COLUMNS, "_name", "_address", "_preview")


def read_page(
    chosen: InboxList, membership: Membership, organisation: Organisation, hours: OpeningHours, cursor: str = ""
) -> Page:
    """One page of a list behind `cursor`, in one query."""
    rows = behind(chosen.of(membership), chosen.order, cursor)
    found = list(read_values(rows, organisation)[: PAGE + 1])
    shown = found[:PAGE]
    more = cursor_of(shown[-1][chosen.order.column], shown[-1]["id"]) if len(found) > PAGE else ""
    return Page(tuple(row_of(values, membership, organisation, hours) for values in shown), more)


def row_of(values: Mapping[str, Any], membership: Membership, organisation: Organisation, hours: OpeningHours) -> Row:
    """A row out of the values that `read_values` gives."""
    waiting = values["waiting_since"]
    language = values["person__language"]
    return Row(
        id=values["id"],
        name=called(values["_name"], values["_address"]),
        person_id=values["person_id"],
        what=values["subject"] or " ".join((values["_preview"] or "").split()) or _nothing(values),
        language="" if language == organisation.language else language,
        channel_kind=values["channel__kind"],
        kind=_kind(values["kind"]),
        due=values["due_at"] if waiting else None,
        share=share_gone(hours, waiting, values["promise_minutes"]) if waiting else 0.0,
        late=lateness(hours, values["due_at"]) if waiting else "",
        state="" if waiting else str(ConversationState(values["state"]).label),
        at=values["last_message_at"],
        assignee=(values["assignee__user__name"] or "").split(" ")[0],
        assignee_face=values["assignee__user__face"] or "",
        is_mine=values["assignee_id"] == membership.pk,
        team=values["team__name"] or "",
    )


def _nothing(values: Mapping[str, Any]) -> str:
    return gettext("(erased)") if values["erased_at"] else gettext("(no words)")


def _kind(kind: str) -> str:
    return str(ConversationKind(kind).label) if kind else ""


def share_gone(hours: OpeningHours, since: datetime, minutes: int) -> float:
    """The share of the promised opening time that is gone, 0 to 1."""
    if not minutes:
        return 0.0
    now = clock.now()
    # Nobody promises weeks: what waits longer than that is full without counting its days.
    if now - since > timedelta(days=30):
        return 1.0
    return min(1.0, hours.between(since, now) / timedelta(minutes=minutes))
