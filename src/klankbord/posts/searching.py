"""What of posts, tips and questions of the month everybody can find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from klankbord.conversations.models import Conversation, ConversationKind, Message
from klankbord.events.base import Event
from klankbord.search.contract import Audience, Document

_LONGEST = 20_000


class _Threads:
    """One document for each thread of this kind: its title, and all that everybody may read in it."""

    kind: str

    def touched(self, event: Event) -> Iterable[int]:
        """The thread that the event is about, if any."""
        conversation_id = getattr(event, "conversation_id", None)
        return () if conversation_id is None else (conversation_id,)

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The threads as they are now."""
        everywhere = Conversation.objects.across_organisations("one index holds all, each row under its own scope")
        for each in everywhere.public().filter(pk__in=list(ids), kind=self.kind):
            rows = Message.objects.of(each.organisation_id).public().filter(conversation=each).in_order()
            said = list(rows.values_list("text", flat=True)[:200])
            if said:
                yield Document(
                    kind=self.kind,
                    id=each.pk,
                    about_id=each.pk,
                    organisation_id=each.organisation_id,
                    audience=Audience.PUBLIC,
                    title=each.subject,
                    text="\n\n".join(said)[:_LONGEST],
                )

    def all_ids(self) -> Iterator[int]:
        """All threads of this kind."""
        everywhere = Conversation.objects.across_organisations("the whole index is built anew").filter(kind=self.kind)
        return everywhere.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)


class PostDocuments(_Threads):
    """Our own messages and the questions of the month."""

    kind = ConversationKind.POST.value


class TipDocuments(_Threads):
    """What customers want to give."""

    kind = ConversationKind.TIP.value
