"""What a conversation page shows: the conversation, its messages with what became of them, and the person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Substr
from django.http import Http404

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.channels.telling import in_words
from klankbord.conversations.models import Attachment, Conversation, Direction, Draft, DraftKind, Message
from klankbord.events.work import WorkState
from klankbord.people.models import Membership

MOST_MESSAGES = 60
ALL_MESSAGES = 1000
LONGEST_SHOWN = 50_000
"""Characters of a text that a page shows; all of it can be downloaded."""
STILL_WRITING = timedelta(seconds=90)
"""So long after their last key stroke someone counts as writing."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file at a message."""

    id: int
    name: str
    size: int
    type: str


@dataclass(slots=True)
class ShownMessage:
    """One message as the thread shows it.

    Attributes:
        delivery: `queued`, `sent`, `failed`, `given_up`, `cancelled` or `returned` for what we sent; else empty.
        delivery_error: What went wrong, in the other side's words.
        is_cut: Whether the text is longer than what is shown.
        html: Whether there is a formatted version.
    """

    id: int
    direction: str
    text: str
    quoted: str
    signature: str
    said_at: datetime
    name: str
    face: str
    person_id: int | None
    membership_id: int | None
    channel_kind: str
    automatic: str
    marks: list[str]
    html: bool
    remote_images: bool
    dispatch_id: int | None
    delivery: str
    delivery_error: str
    is_cut: bool
    files: list[ShownFile] = field(default_factory=list)


def find_conversation(membership: Membership, pk: int) -> Conversation:
    """The conversation with what its page needs of its own row, in one query.

    Carries as attributes `reply_draft`, `note_draft` (this member's, or None) and `writer`, `writer_since` (another
    member who is writing an answer just now).

    Raises:
        Http404: there is none of this id in the member's organisation.
    """
    drafts = Draft.objects.visible_to(membership).filter(conversation=OuterRef("pk"))
    mine = drafts.filter(membership=membership)
    others = drafts.exclude(membership=membership).filter(
        kind=DraftKind.REPLY, updated_at__gte=clock.now() - STILL_WRITING
    )
    rows = (
        Conversation.objects.visible_to(membership)
        .select_related("channel", "assignee__user", "team")
        .annotate(
            reply_draft=Subquery(mine.filter(kind=DraftKind.REPLY).values("text")[:1]),
            note_draft=Subquery(mine.filter(kind=DraftKind.NOTE).values("text")[:1]),
            writer=Subquery(others.order_by("-updated_at").values("membership__user__name")[:1]),
        )
    )
    found: Conversation | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


_COLUMNS = (
    "id", "direction", "said_at", "person_id", "person__name", "membership_id", "membership__user__name",
    "membership__user__face", "channel__kind", "automatic", "marks", "has_html", "html__remote_images", "dispatch_id",
    "dispatch__state", "dispatch__last_error",
)  # fmt: skip


def read_messages(
    membership: Membership, conversation: Conversation, most: int = MOST_MESSAGES
) -> tuple[list[ShownMessage], bool]:
    """The last `most` messages, oldest first, and whether there are earlier ones. Two queries."""
    rows = (
        Message.objects.visible_to(membership)
        .filter(conversation=conversation, withdrawn_at__isnull=True)
        .order_by("-said_at", "-id")
        .annotate(
            _text=Substr("text", 1, LONGEST_SHOWN + 1),
            _quoted=Substr("quoted", 1, LONGEST_SHOWN),
            _signature=Substr("signature", 1, LONGEST_SHOWN),
        )
        .values(*_COLUMNS, "_text", "_quoted", "_signature")
    )
    found = list(rows[: most + 1])
    messages = [_shown(values) for values in reversed(found[:most])]
    by_id = {message.id: message for message in messages}
    files = Attachment.objects.visible_to(membership).filter(message_id__in=by_id).order_by("id")
    for id_, message_id, name, size, type_ in files.values_list("id", "message_id", "name", "file__size", "file__type"):
        by_id[message_id].files.append(ShownFile(id_, name, size, type_))
    return messages, len(found) > most


def _shown(values: dict[str, Any]) -> ShownMessage:
    delivery = delivery_of(values["dispatch__state"], values["dispatch__last_error"])
    text = values["_text"]
    return ShownMessage(
        id=values["id"],
        direction=values["direction"],
        text=text[:LONGEST_SHOWN],
        quoted=values["_quoted"],
        signature=values["_signature"],
        said_at=values["said_at"],
        name=values["membership__user__name"] or values["person__name"] or "",
        face=values["membership__user__face"] or "",
        person_id=values["person_id"],
        membership_id=values["membership_id"],
        channel_kind=values["channel__kind"] or "",
        automatic=values["automatic"],
        marks=list(values["marks"]),
        html=values["has_html"] and values["html__remote_images"] is not None,
        remote_images=bool(values["html__remote_images"]),
        dispatch_id=values["dispatch_id"],
        delivery=delivery,
        delivery_error=in_words((values["dispatch__last_error"] or "")[:400]),
        is_cut=len(text) > LONGEST_SHOWN,
    )


def delivery_of(state: str | None, error: str | None) -> str:
    """What became of a dispatch, in one word; `returned` when it was handed over and came back."""
    if state is None:
        return ""
    if state == WorkState.DONE and error:
        return "returned"
    return Dispatch(state=state, last_error=error or "").status


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another conversation of the same person."""

    id: int
    subject: str
    at: datetime
    state: str
    kind: str


def read_earlier(membership: Membership, person_ids: list[int], *, most: int, but: int | None = None) -> list[Earlier]:
    """The person's conversations, latest first, whoever they were merged with; one beyond `most` if there are."""
    rows = Conversation.objects.visible_to(membership).filter(person_id__in=person_ids)
    if but is not None:
        rows = rows.exclude(pk=but)
    values = rows.order_by("-last_message_at", "-id").values_list("id", "subject", "last_message_at", "state", "kind")
    return [Earlier(*row) for row in values[: most + 1]]


def newer_than(membership: Membership, conversation: Conversation, seen: int) -> dict[str, Any] | None:
    """The last message that came after the one on the screen and is not one's own; None when there is none."""
    rows = (
        Message.objects.visible_to(membership)
        .filter(conversation=conversation, id__gt=seen, withdrawn_at__isnull=True)
        .exclude(direction=Direction.NOTE)
        .exclude(membership=membership)
        .filter(automatic="")
    )
    found = rows.order_by("-id").values("id", "direction", name=F("membership__user__name")).first()
    return {**found} if found else None
