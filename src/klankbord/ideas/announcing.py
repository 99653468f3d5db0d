"""Which screens and pages it changes when something happens to ideas."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.events.base import Event
from klankbord.ideas.events import (
    BoardChanged,
    ChangePublished,
    ChangeRevised,
    IdeaMoved,
    IdeaPosted,
    IdeasMerged,
    IdeaStatusSet,
)
from klankbord.ideas.models import Idea
from klankbord.participation.events import ParticipantChanged, Retagged, Revised, VoteCast, VoteWithdrawn
from klankbord.people.events import PersonsMerged, PersonUnmerged


def ideas_topic(organisation_id: int) -> str:
    """What lists of an organisation's ideas show."""
    return f"organisation:{organisation_id}:ideas"


def board_topic(board_id: int) -> str:
    """What a board shows, whoever shares it."""
    return f"board:{board_id}"


def changes_topic(organisation_id: int) -> str:
    """What the pages about changes show."""
    return f"organisation:{organisation_id}:changes"


_ABOUT_ONE = (
    IdeaPosted,
    IdeaStatusSet,
    IdeaMoved,
    VoteCast,
    VoteWithdrawn,
    Retagged,
    Revised,
    PublicMessagePosted,
    PublicMessageChanged,
)


class IdeaAnnouncements:
    """Says for each event about ideas, boards and changes what it changes on screens."""

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        organisation = event.organisation_id
        if isinstance(event, _ABOUT_ONE):
            yield from self._of_idea(organisation, event.conversation_id)
        elif isinstance(event, IdeasMerged):
            yield from self._of_idea(organisation, event.conversation_id)
            yield from self._of_idea(organisation, event.into_conversation_id)
        elif isinstance(event, BoardChanged):
            yield board_topic(event.board_id), "board", event.board_id
            yield ideas_topic(organisation), "board", event.board_id
        elif isinstance(event, ChangePublished | ChangeRevised):
            yield changes_topic(organisation), "change", event.change_id
            yield ideas_topic(organisation), "change", event.change_id
        elif isinstance(event, ParticipantChanged | PersonsMerged | PersonUnmerged):
            yield ideas_topic(organisation), "person", event.person_id
            yield changes_topic(organisation), "person", event.person_id

    @staticmethod
    def _of_idea(organisation_id: int, conversation_id: int) -> Iterator[tuple[str, str, int]]:
        rows = Idea.objects.of(organisation_id).filter(conversation_id=conversation_id).select_related("merged_into")
        for idea in rows:
            yield ideas_topic(organisation_id), "idea", conversation_id
            for board_id in {idea.board_id, idea.root.board_id}:
                yield board_topic(board_id), "idea", conversation_id
            for shown_at in {conversation_id, idea.root.conversation_id}:
                yield conversation_topic(shown_at), "idea", conversation_id
