"""What of the community can be found: each question with its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from klankbord.community.events import QuestionChanged, QuestionsJoined, QuestionsParted, WentPrivate
from klankbord.community.models import Question
from klankbord.conversations.events import MessageErased, PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import Message
from klankbord.events.base import Event
from klankbord.moderation.events import HeldPostShown, HiddenPostShown, PostHidden
from klankbord.participation.events import Retagged, Revised
from klankbord.participation.models import Tagging
from klankbord.search.contract import Audience, Document

LONGEST_TEXT = 60_000
"""Characters of a question with its answers that can be found; the best come first."""

_ABOUT_A_THREAD = (
    PublicMessagePosted
    | PublicMessageChanged
    | MessageErased
    | HeldPostShown
    | HiddenPostShown
    | PostHidden
    | Retagged
    | Revised
    | QuestionChanged
    | QuestionsJoined
    | QuestionsParted
    | WentPrivate
)


class QuestionDocuments:
    """One document for each question that has a page; its duplicates' words are found there too."""

    kind = "question"

    def touched(self, event: Event) -> Iterable[int]:
        """The questions that the event is about."""
        if not isinstance(event, _ABOUT_A_THREAD):
            return ()
        ids = [event.conversation_id]
        if isinstance(event, QuestionsJoined | QuestionsParted):
            ids.append(event.into_id)
        rows = Question.objects.of(event.organisation_id).filter(pk=event.conversation_id)
        return [*ids, *(pk for pk in rows.values_list("joined_into_id", flat=True) if pk is not None)]

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        """The questions as they are now."""
        everywhere = Question.objects.across_organisations("one index holds all, each row under its own scope")
        rows = everywhere.shown().filter(pk__in=list(ids)).select_related("conversation")
        for question in rows:
            yield self._document(question)

    def all_ids(self) -> Iterator[int]:
        """All questions."""
        everywhere = Question.objects.across_organisations("the whole index is built anew")
        return everywhere.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)

    def _document(self, question: Question) -> Document:
        joined = Question.objects.of(question.organisation_id).filter(joined_into_id=question.pk)
        titles = dict(joined.values_list("pk", "conversation__subject"))
        said = Message.objects.of(question.organisation_id).public()
        texts = said.filter(conversation_id__in=[question.pk, *titles]).in_order().values_list("text", flat=True)
        topics = Tagging.objects.of(question.organisation_id).filter(conversation_id=question.pk)
        return Document(
            kind=self.kind,
            id=question.pk,
            about_id=question.pk,
            organisation_id=question.organisation_id,
            audience=Audience.PUBLIC,
            title=" ".join([question.conversation.subject, *titles.values()]),
            text="\n".join(texts)[:LONGEST_TEXT],
            labels=tuple(f"topic:{slug}" for slug in topics.values_list("topic__slug", flat=True)),
        )
