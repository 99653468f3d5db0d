"""What is kept of a person in conversations: what was said, the files, the raw mails, and what was sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from klankbord.channels.arrivals import tombstone_mark
from klankbord.channels.models import Arrival, Dispatch, Tombstone
from klankbord.channels.quarantine import arrivals_of
from klankbord.conversations.events import MessageErased
from klankbord.conversations.models import Attachment, Conversation, Draft, Message, MessageHtml, PrivateLink
from klankbord.events.publish import publish
from klankbord.events.work import WorkState
from klankbord.files.actions import forget_file, read_file
from klankbord.files.models import StoredFile
from klankbord.people.contract import PersonalData
from klankbord.people.models import Address, AddressKind

_EMPTY_MAIL: dict[str, Any] = {
    "sender": {"name": "", "address": ""},
    "to": [],
    "subject": "",
    "text": "",
    "attachments": [],
    "message_id": "",
}


class ConversationsData:
    """Provides `KeepsPersonalData` for conversations and all that travelled for them."""

    name = "conversations"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """All conversations in the order of their beginning, each with what was said, and the files beside them."""
        conversations = Conversation.objects.of(organisation_id).filter(person_id__in=person_ids).order_by("created_at")
        said: dict[int, list[dict[str, Any]]] = {}
        for message in _messages(organisation_id, person_ids).in_order().select_related("membership__user"):
            said.setdefault(message.conversation_id, []).append(
                {
                    "at": message.said_at,
                    "direction": message.direction,
                    "by": message.membership.user.name if message.membership else None,
                    "text": message.text,
                    "quoted": message.quoted,
                    "signature": message.signature,
                }
            )
        values = [
            {
                "code": each.code,
                "kind": each.kind,
                "subject": each.subject,
                "state": each.state,
                "began": each.created_at,
                "messages": said.pop(each.pk, []),
            }
            for each in conversations
        ]
        elsewhere = [message for messages in said.values() for message in messages]
        return PersonalData(
            {"conversations": values, "in_conversations_of_others": elsewhere},
            {
                f"{each.pk}-{PurePath(each.name).name}": read_file(each.file)
                for each in _attachments(organisation_id, person_ids).select_related("file")
            },
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """Words, files, raw mails, drafts and links; a tombstone stays for each, so that no second copy comes back."""
        addresses = _mail_addresses(organisation_id, person_ids)
        _bury(organisation_id, person_ids, addresses)
        _forget_files(organisation_id, person_ids)
        messages = _messages(organisation_id, person_ids)
        MessageHtml.objects.of(organisation_id).filter(message__in=messages).delete()
        sent = Dispatch.objects.of(organisation_id).filter(Q(said__in=messages) | Q(recipient__in=addresses))
        for dispatch in sent.exclude(recipient=""):
            if dispatch.state == WorkState.READY:
                dispatch.state = WorkState.CANCELLED
            dispatch.recipient, dispatch.message, dispatch.last_error = "", _EMPTY_MAIL, ""
            dispatch.save(update_fields=["recipient", "message", "state", "last_error"])
        own = Conversation.objects.of(organisation_id).filter(person_id__in=person_ids)
        Draft.objects.of(organisation_id).filter(conversation__in=own).delete()
        PrivateLink.objects.of(organisation_id).filter(conversation__in=own).delete()
        for pk, conversation_id in messages.values_list("pk", "conversation_id"):
            publish(MessageErased(organisation_id=organisation_id, conversation_id=conversation_id, message_id=pk))
        messages.update(text="", quoted="", signature="", has_html=False, external_id=None, digest="", marks=[])
        own.update(subject="", code=None)


def _messages(organisation_id: int, person_ids: Sequence[int]) -> Any:
    """Everything in this person's own conversations, and what they said in those of others and in public.

    What others said in a public thread that this person began is theirs.
    """
    theirs = Q(conversation__person_id__in=person_ids, conversation__is_public=False) | Q(person_id__in=person_ids)
    return Message.objects.of(organisation_id).filter(
        pk__in=Message.objects.of(organisation_id).filter(theirs).values("pk")
    )


def _attachments(organisation_id: int, person_ids: Sequence[int]) -> QuerySet[Attachment]:
    return Attachment.objects.of(organisation_id).filter(message__in=_messages(organisation_id, person_ids))


def _mail_addresses(organisation_id: int, person_ids: Sequence[int]) -> list[str]:
    rows = Address.objects.of(organisation_id).filter(person_id__in=person_ids, kind=AddressKind.EMAIL)
    return list(rows.values_list("value", flat=True))


def _bury(organisation_id: int, person_ids: Sequence[int], addresses: list[str]) -> None:
    """Delete the raw mails, also those that became no message, and remember their marks."""
    messages = _messages(organisation_id, person_ids)
    # What a mailbox was fetched from says no sender beside the mail itself: quarantined or waiting, it is looked into.
    heard = Message.objects.of(organisation_id).filter(arrival=OuterRef("pk"))
    unheard = Arrival.objects.of(organisation_id).filter(~Exists(heard)).exclude(source=Arrival.Source.FORM)
    came_as = (
        Q(pk__in=messages.filter(arrival__isnull=False).values("arrival_id"))
        | Q(envelope__sender__in=addresses)
        | Q(pk__in=arrivals_of(addresses, among=unheard))
    )
    arrivals = Arrival.objects.of(organisation_id).filter(came_as)
    marks = [tombstone_mark(arrival) for arrival in arrivals.defer("raw")]
    # Messages whose raw mail is gone already.
    for message in messages.filter(external_id__isnull=False, channel__isnull=False).exclude(digest=""):
        external_id = message.external_id.removesuffix(f"#{message.digest[:16]}")  # came second under the same id
        twin = Arrival(channel_id=message.channel_id, external_id=external_id, digest=message.digest)
        marks.append(tombstone_mark(twin))
    Tombstone.objects.bulk_create(
        (Tombstone(organisation_id=organisation_id, mark=mark) for mark in set(marks)), ignore_conflicts=True
    )
    messages.update(arrival=None)
    arrivals.delete()


def _forget_files(organisation_id: int, person_ids: Sequence[int]) -> None:
    attached = _attachments(organisation_id, person_ids)
    files = list(StoredFile.objects.of(organisation_id).filter(pk__in=attached.values("file_id")))
    attached.delete()
    for stored in files:
        if not Attachment.objects.of(organisation_id).filter(file=stored).exists():
            forget_file(stored)
