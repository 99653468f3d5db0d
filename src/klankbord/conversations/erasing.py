"""Taking words out of conversations for good. What stays is that there was one, when, and how soon it was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from klankbord import clock
from klankbord.channels.arrivals import tombstone_mark
from klankbord.channels.models import Arrival, ArrivalQuerySet, Dispatch, DispatchQuerySet, Tombstone
from klankbord.channels.quarantine import arrivals_of
from klankbord.conversations.events import MessageErased, PublicMessageChanged
from klankbord.conversations.models import (
    Attachment,
    ConversationQuerySet,
    Draft,
    EarlyReply,
    Message,
    MessageHtml,
    MessageQuerySet,
    PrivateLink,
)
from klankbord.events.publish import publish_all
from klankbord.events.work import WorkState
from klankbord.files.actions import forget_file
from klankbord.files.models import StoredFile

_EMPTY_MAIL: dict[str, Any] = {
    "sender": {"name": "", "address": ""},
    "to": [],
    "subject": "",
    "text": "",
    "attachments": [],
    "message_id": "",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be erased, of one organisation.

    Attributes:
        messages: Whose words go.
        conversations: Those that are erased as a whole.
        addresses: All mail to and from these goes as well, in lower case.
    """

    organisation_id: int
    messages: MessageQuerySet
    conversations: ConversationQuerySet
    addresses: Sequence[str] = ()


def erase(selected: Selection) -> None:
    """Erase words, files, raw mails, drafts and links, in the caller's transaction. Twice is once.

    A tombstone stays for each contribution, so that no second copy brings it back.
    """
    organisation_id, messages = selected.organisation_id, selected.messages
    _bury(selected)
    _forget_files(organisation_id, messages)
    MessageHtml.objects.of(organisation_id).filter(message__in=messages).delete()
    about = Q(said__in=messages) | Q(recipient__in=selected.addresses)
    empty_dispatches(Dispatch.objects.of(organisation_id).filter(about))
    for kind in (Draft, PrivateLink, EarlyReply):
        kind.objects.of(organisation_id).filter(conversation__in=selected.conversations).delete()
    public = messages.filter(conversation__is_public=True)
    publish_all(
        [
            PublicMessageChanged(organisation_id=organisation_id, conversation_id=conversation_id, message_id=pk)
            for pk, conversation_id in public.values_list("pk", "conversation_id")
        ]
    )
    publish_all(
        [
            MessageErased(organisation_id=organisation_id, conversation_id=conversation_id, message_id=pk)
            for pk, conversation_id in messages.values_list("pk", "conversation_id")
        ]
    )
    # In public, without words, it is what its author took back: in no list, and not to be answered.
    public.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
    messages.update(text="", quoted="", signature="", has_html=False, external_id=None, digest="", marks=[])
    selected.conversations.update(subject="", code=None, erased_at=clock.now())


def empty_dispatches(dispatches: DispatchQuerySet) -> None:
    """Take out what was sent and to whom; what has not gone out stays here. That something was sent is kept."""
    for dispatch in dispatches.exclude(recipient=""):
        if dispatch.state == WorkState.READY:
            dispatch.state = WorkState.CANCELLED
        dispatch.recipient, dispatch.message, dispatch.last_error = "", _EMPTY_MAIL, ""
        dispatch.save(update_fields=["recipient", "message", "state", "last_error"])


def became_no_message(organisation_id: int) -> ArrivalQuerySet:
    """Arrivals that are a second copy, a report, could not be read or were not read yet."""
    heard = Message.objects.of(organisation_id).filter(arrival=OuterRef("pk"))
    arrivals: ArrivalQuerySet = Arrival.objects.of(organisation_id).filter(~Exists(heard))
    return arrivals


def bury(organisation_id: int, arrivals: ArrivalQuerySet, marks: Sequence[str] = ()) -> None:
    """Delete these raw mails and remember their marks (and the given ones), so that no copy is taken in again."""
    known = {*marks, *(tombstone_mark(arrival) for arrival in arrivals.defer("raw"))}
    Tombstone.objects.bulk_create(
        (Tombstone(organisation_id=organisation_id, mark=mark) for mark in known), ignore_conflicts=True
    )
    arrivals.delete()


def _bury(selected: Selection) -> None:
    """The raw mails of the messages, and those of the addresses that became no message."""
    organisation_id, messages = selected.organisation_id, selected.messages
    came_as = Q(pk__in=list(messages.filter(arrival__isnull=False).values_list("arrival_id", flat=True)))
    if selected.addresses:
        # What a mailbox was fetched from says no sender beside the mail itself: it is looked into.
        unheard = became_no_message(organisation_id).exclude(source=Arrival.Source.FORM)
        own = arrivals_of(selected.addresses, among=unheard)
        came_as |= Q(envelope__sender__in=selected.addresses) | Q(pk__in=own)
    marks = []
    # Messages whose raw mail is gone already.
    for message in messages.filter(external_id__isnull=False, channel__isnull=False).exclude(digest=""):
        external_id = (message.external_id or "").removesuffix(
            f"#{message.digest[:16]}"
        )  # came second under the same id
        twin = Arrival(channel_id=message.channel_id or 0, external_id=external_id, digest=message.digest)
        marks.append(tombstone_mark(twin))
    messages.update(arrival=None)
    bury(organisation_id, Arrival.objects.of(organisation_id).filter(came_as), marks)


def _forget_files(organisation_id: int, messages: MessageQuerySet) -> None:
    attached = Attachment.objects.of(organisation_id).filter(message__in=messages)
    files = list(StoredFile.objects.of(organisation_id).filter(pk__in=attached.values("file_id")))
    attached.delete()
    for stored in files:
        forget_file(stored)
