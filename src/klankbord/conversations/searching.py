"""What of conversations can be found: every message, by its own words and its conversation's subject and person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from klankbord.conversations.models import Message
from klankbord.events.base import Event
from klankbord.search.contract import Audience, Document

LONGEST_TEXT = 20_000
"""Characters of one message that can be found; beyond that it is a paste, not a message."""


class ConversationDocuments:
    """One document for each message; only staff find them. What was taken back cannot be found."""

    kind = "conversation"

    def touched(self, event: Event) -> Iterable[int]:
        """The message that the event is about, if any."""
        message_id = getattr(event, "message_id", None)
        return () if message_id is None else (message_id,)

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The messages as they are now."""
        everywhere = Message.objects.across_organisations("one index holds all, each row under its own scope")
        rows = everywhere.filter(pk__in=list(ids), withdrawn_at__isnull=True).exclude(automatic="acknowledgement")
        fields = ("pk", "conversation_id", "organisation_id", "text", "conversation__subject", "person__name")
        for pk, conversation_id, organisation_id, text, subject, name in rows.values_list(*fields):
            yield Document(
                kind=self.kind,
                id=pk,
                about_id=conversation_id,
                organisation_id=organisation_id,
                audience=Audience.STAFF,
                title=f"{subject} {name or ''}",
                text=text[:LONGEST_TEXT],
            )

    def all_ids(self) -> Iterator[int]:
        """All messages."""
        everywhere = Message.objects.across_organisations("the whole index is built anew")
        return everywhere.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)
