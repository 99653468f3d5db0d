"""What of ideas and changes can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import Message
from klankbord.events.base import Event
from klankbord.ideas.counting import family
from klankbord.ideas.events import BoardChanged, ChangePublished, ChangeRevised, IdeaPosted, IdeasMerged, IdeaStatusSet
from klankbord.ideas.models import Board, Change, Idea
from klankbord.participation.events import Retagged, Revised
from klankbord.participation.models import Tagging
from klankbord.search.contract import Audience, Document

LONGEST_TEXT = 20_000
_TOUCHING = (IdeaPosted, IdeaStatusSet, Retagged, Revised, PublicMessagePosted, PublicMessageChanged)


class IdeaDocuments:
    """One document for each idea, by its own words, what others said of it, and what was merged into it.

    A panel's is found by staff only; on a shared board all who share it find it.
    """

    kind = "idea"

    def touched(self, event: Event) -> Iterable[int]:
        """The conversations of the ideas that the event may have changed."""
        if isinstance(event, IdeasMerged):
            return (event.conversation_id, event.into_conversation_id)
        if isinstance(event, BoardChanged) and event.shared:
            everywhere = Idea.objects.across_organisations("who shares a board finds what stands on it")
            return everywhere.filter(board_id=event.board_id).values_list("conversation_id", flat=True)
        if isinstance(event, _TOUCHING):
            rows = Idea.objects.of(event.organisation_id).filter(conversation_id=event.conversation_id)
            found = list(rows.select_related("merged_into"))
            return {event.conversation_id} | {idea.root.conversation_id for idea in found}
        return ()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The ideas as they are now; what was merged, held, hidden or withdrawn gives none."""
        everywhere = Idea.objects.across_organisations("one index holds all, each row under its own scope")
        shown = everywhere.filter(
            conversation_id__in=list(ids),
            merged_into__isnull=True,
            conversation__hidden_at__isnull=True,
            opening__withdrawn_at__isnull=True,
        )
        shared: dict[int, list[int]] = {}
        for idea in shown.select_related("conversation", "board"):
            board: Board = idea.board
            if board.pk not in shared:
                shared[board.pk] = board.organisation_ids()
            conversations = [each.conversation_id for each in family(idea)]
            said = (
                Message.objects.of(idea.organisation_id)
                .for_customer()
                .filter(conversation_id__in=conversations, hidden_at__isnull=True)
            )
            topics = Tagging.objects.of(idea.organisation_id).filter(conversation_id=idea.conversation_id)
            yield Document(
                kind=self.kind,
                id=idea.conversation_id,
                about_id=idea.conversation_id,
                organisation_id=idea.organisation_id,
                audience=Audience.STAFF if board.is_private else Audience.PUBLIC,
                title=idea.conversation.subject,
                text="\n".join(said.in_order().values_list("text", flat=True))[:LONGEST_TEXT],
                labels=(
                    f"board:{board.pk}",
                    f"status:{idea.status}",
                    *(f"topic:{topic_id}" for topic_id in topics.values_list("topic_id", flat=True)),
                ),
                also_for=tuple(each for each in shared[board.pk] if each != idea.organisation_id),
            )

    def all_ids(self) -> Iterator[int]:
        """All ideas."""
        everywhere = Idea.objects.across_organisations("the whole index is built anew")
        return everywhere.order_by("pk").values_list("conversation_id", flat=True).iterator(chunk_size=2000)


class ChangeDocuments:
    """One document for each change."""

    kind = "change"

    def touched(self, event: Event) -> Iterable[int]:
        """The change that the event is about."""
        return (event.change_id,) if isinstance(event, ChangePublished | ChangeRevised) else ()

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The changes as they are now."""
        everywhere = Change.objects.across_organisations("one index holds all, each row under its own scope")
        for change in everywhere.published().filter(pk__in=list(ids)):
            yield Document(
                kind=self.kind,
                id=change.pk,
                about_id=change.pk,
                organisation_id=change.organisation_id,
                audience=Audience.PUBLIC,
                title=change.title,
                text=change.text[:LONGEST_TEXT],
            )

    def all_ids(self) -> Iterator[int]:
        """All changes."""
        everywhere = Change.objects.across_organisations("the whole index is built anew")
        return everywhere.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)
