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
from klankbord.ideas.consents import newest_request
from klankbord.inbox.naming import called, persons_address
from klankbord.people.models import Membership, Person

MOST_MESSAGES = 60
ALL_MESSAGES = 1000
LONGEST_SHOWN = 50_000
"""Characters of a text that a page shows; all of it can be downloaded."""
STILL_WRITING = timedelta(seconds=90)
"""So long after their last key stroke someone counts as writing."""
_SHEET_WIDTH = 90
"""Characters a line of a formatted mail."""
_SHORT_SHEET, _LONG_SHEET = 10, 35
"""Its lines."""


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
        delivery: `queued`, `sent`, `failed`, `given_up`, `cancelled`, `returned` or `delayed` for what we sent; or
            empty.
        delivery_error: What went wrong, in the other side's words.
        is_cut: Whether the text is longer than what is shown.
        html: Whether there is a formatted version.
        is_by_another: Whether somebody else than the conversation's customer wrote it.
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
    is_by_another: bool = False
    files: list[ShownFile] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        """How much room its formatted version is likely to need: `short`, `long`, or empty for in between.

        The frame cannot tell: nothing runs in it, and from outside nobody can look into it.
        """
        whole = f"{self.text}\n{self.signature}\n{self.quoted}"
        lines = sum(1 + len(line) // _SHEET_WIDTH for line in whole.split("\n"))
        if lines > _LONG_SHEET:
            return "long"
        return "short" if lines <= _SHORT_SHEET and not self.remote_images and not self.files else ""


def find_conversation(membership: Membership, pk: int) -> Conversation:
    """The conversation with what its page needs of its own row, in one query.

    Carries as attributes `reply_draft`, `note_draft` (this member's, or None), `writer` (another member who is writing
    an answer just now) and `consent` (what was asked last of making it an idea, for `traces_of_consent`).

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
            consent=newest_request(membership),
        )
    )
    found: Conversation | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def kept_draft(membership: Membership, conversation: Conversation, kind: str) -> str:
    """What the member is writing here, as it was kept last; empty when there is nothing."""
    drafts = Draft.objects.visible_to(membership).filter(conversation=conversation, membership=membership, kind=kind)
    return str(drafts.values_list("text", flat=True).first() or "")


def was_said_lately(membership: Membership, conversation: Conversation, text: str) -> bool:
    """Whether `text` is what the member said here just now, or the beginning of it."""
    if not text.strip():
        return False
    lately = Message.objects.visible_to(membership).filter(
        conversation=conversation,
        membership=membership,
        withdrawn_at__isnull=True,
        said_at__gte=clock.now() - STILL_WRITING,
    )
    return any(said.startswith(text.strip()) for said in lately.values_list("text", flat=True)[:5])


_COLUMNS = (
    "id", "direction", "said_at", "person_id", "person__name", "membership_id", "membership__user__name",
    "membership__user__face", "channel__kind", "automatic", "marks", "has_html", "html__remote_images", "dispatch_id",
    "dispatch__state", "dispatch__last_error",
)  # fmt: skip


def read_messages(
    membership: Membership, conversation: Conversation, most: int = MOST_MESSAGES
) -> tuple[list[ShownMessage], bool]:
    """The last `most` messages, oldest first, and whether there are earlier ones. Two queries; where more than one
    person wrote, a few more.
    """
    rows = (
        Message.objects.visible_to(membership)
        .filter(conversation=conversation, withdrawn_at__isnull=True)
        .order_by("-said_at", "-id")
        .annotate(
            _text=Substr("text", 1, LONGEST_SHOWN + 1),
            _quoted=Substr("quoted", 1, LONGEST_SHOWN),
            _signature=Substr("signature", 1, LONGEST_SHOWN),
            _address=persons_address(membership.organisation_id),
        )
        .values(*_COLUMNS, "_text", "_quoted", "_signature", "_address")
    )
    found = list(rows[: most + 1])
    messages = [_shown(values) for values in reversed(found[:most])]
    _mark_others(messages, conversation)
    by_id = {message.id: message for message in messages}
    files = Attachment.objects.visible_to(membership).filter(message_id__in=by_id).order_by("id")
    for id_, message_id, name, size, type_ in files.values_list("id", "message_id", "name", "file__size", "file__type"):
        by_id[message_id].files.append(ShownFile(id_, name, size, type_))
    return messages, len(found) > most


def _mark_others(messages: list[ShownMessage], conversation: Conversation) -> None:
    """Whose address it was matters to staff: it may be somebody who got the mail passed on. In public all may write."""
    spoken = {each.person_id for each in messages if each.direction == Direction.INBOUND}
    if conversation.is_public or spoken <= {conversation.person_id}:
        return
    customer = set(Person.objects.of(conversation.organisation_id).same_as(conversation.person))
    for each in messages:
        each.is_by_another = each.direction == Direction.INBOUND and each.person_id not in customer


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
        name=values["membership__user__name"] or _speaker(values),
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


def _speaker(values: dict[str, Any]) -> str:
    return called(values["person__name"], values["_address"]) if values["person_id"] else ""


def delivery_of(state: str | None, error: str | None) -> str:
    """What became of a dispatch, in one word; `returned` when it was handed over and came back, `delayed` when the
    other side only says that it has not arrived yet.
    """
    if state is None:
        return ""
    if state == WorkState.DONE and error:
        return "delayed" if error.startswith("delayed") else "returned"
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


def newer_than(membership: Membership, conversation: Conversation, seen: int, text: str) -> dict[str, Any] | None:
    """The last message that came after the one on the screen; None when there is none.

    One's own as well, from another window; but not `text` itself, which a second click sends again.
    """
    rows = (
        Message.objects.visible_to(membership)
        .filter(conversation=conversation, id__gt=seen, withdrawn_at__isnull=True)
        .exclude(direction=Direction.NOTE)
        .exclude(membership=membership, text=text.strip())
        .filter(automatic="")
    )
    found = rows.order_by("-id").values("id", "direction", "membership_id", name=F("membership__user__name")).first()
    return {**found} if found else None
