"""What is kept of a person in conversations: what was said, the files, the raw mails, and what was sent to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.db.models import Q, QuerySet

from klankbord.conversations.erasing import Selection, erase
from klankbord.conversations.models import Attachment, Conversation, Message, MessageQuerySet
from klankbord.files.actions import read_file
from klankbord.people.contract import PersonalData
from klankbord.people.models import Address, AddressKind


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
        erase(
            Selection(
                organisation_id=organisation_id,
                messages=_messages(organisation_id, person_ids),
                conversations=Conversation.objects.of(organisation_id).filter(person_id__in=person_ids),
                addresses=_mail_addresses(organisation_id, person_ids),
            )
        )


def _messages(organisation_id: int, person_ids: Sequence[int]) -> MessageQuerySet:
    """Everything in this person's own conversations, and what they said in those of others and in public.

    What others said in a public thread that this person began is theirs.
    """
    theirs = Q(conversation__person_id__in=person_ids, conversation__is_public=False) | Q(person_id__in=person_ids)
    found: MessageQuerySet = Message.objects.of(organisation_id).filter(
        pk__in=Message.objects.of(organisation_id).filter(theirs).values("pk")
    )
    return found


def _attachments(organisation_id: int, person_ids: Sequence[int]) -> QuerySet[Attachment]:
    return Attachment.objects.of(organisation_id).filter(message__in=_messages(organisation_id, person_ids))


def _mail_addresses(organisation_id: int, person_ids: Sequence[int]) -> list[str]:
    rows = Address.objects.of(organisation_id).filter(person_id__in=person_ids, kind=AddressKind.EMAIL)
    return list(rows.values_list("value", flat=True))
