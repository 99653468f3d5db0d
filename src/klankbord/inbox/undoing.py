"""What can still be taken back, wherever in the inbox one has gone meanwhile.

A cookie that lives as long as the undo says that there may be something; only then is the database asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import Truncator

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.send_reply import UNDO_SECONDS, may_be_taken_back
from klankbord.conversations.models import Message
from klankbord.events.work import WorkState
from klankbord.inbox.access import StaffRequest
from klankbord.inbox.naming import persons_name

_COOKIE = "undo"
MOST = 3
"""More than so many replies in ten seconds are not offered at once."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """A reply that goes out in `seconds`, unless its author takes it back."""

    message_id: int
    conversation_id: int
    name: str
    seconds: int
    words: str


def offer_undo(response: HttpResponse, sent: Message) -> HttpResponse:
    """Have the next pages of this browser offer to take back what was sent just now."""
    response.set_cookie(
        _COOKIE, str(sent.pk), max_age=UNDO_SECONDS, path=reverse("inbox:list"), httponly=True, samesite="Lax"
    )
    return response


def read_undoable(request: StaffRequest) -> list[Undoable]:
    """The member's own replies that have not gone out, latest first. No query when nothing was sent just now."""
    if _COOKIE not in request.COOKIES:
        return []
    now = clock.now()
    rows = Dispatch.objects.visible_to(request.membership).filter(
        purpose=Dispatch.Purpose.REPLY,
        state=WorkState.READY,
        attempts=0,
        due_at__gt=now,
        said__membership=request.membership,
        said__withdrawn_at__isnull=True,
    )
    named = rows.annotate(_name=persons_name("said__conversation__person")).order_by("-due_at", "-pk")
    found = named.values_list("said__pk", "said__conversation_id", "due_at", "_name", "said__text")
    return [
        Undoable(message_id, conversation_id, name or "", max(1, round((due_at - now).total_seconds())), _begins(text))
        for message_id, conversation_id, due_at, name, text in found[:MOST]
    ] or _under_link(request)


def _under_link(request: StaffRequest) -> list[Undoable]:
    """The reply of which the cookie speaks, where it goes out in no mail."""
    number = request.COOKIES[_COOKIE]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return []
    rows = Message.objects.visible_to(request.membership).filter(membership=request.membership, dispatch__isnull=True)
    named = rows.annotate(_name=persons_name("conversation__person"))
    sent = named.filter(pk=int(number), withdrawn_at__isnull=True).first()
    if sent is None or not may_be_taken_back(sent):
        return []
    left = sent.said_at + timedelta(seconds=UNDO_SECONDS) - clock.now()
    seconds = max(1, round(left.total_seconds()))
    name = sent._name or ""  # type: ignore[attr-defined]  # annotated
    return [Undoable(sent.pk, sent.conversation_id, name, seconds, _begins(sent.text))]


def _begins(text: str) -> str:
    """The first words of an answer, to know it by beside another to the same person."""
    return Truncator(" ".join(text.split())).chars(60)
