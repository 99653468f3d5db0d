"""Which screens and pages it changes when something happens to ideas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.database.prepared import Prepared
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
from klankbord.people.events import PersonErased, PersonsMerged, PersonUnmerged


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
            if isinstance(event, PublicMessageChanged):  # hidden or taken back, it is no longer named with a change
                yield changes_topic(organisation), "idea", event.conversation_id
        elif isinstance(event, IdeasMerged):
            yield from self._of_idea(organisation, event.conversation_id)
            yield from self._of_idea(organisation, event.into_conversation_id)
        elif isinstance(event, BoardChanged):
            yield board_topic(event.board_id), "board", event.board_id
            yield ideas_topic(organisation), "board", event.board_id
        elif isinstance(event, ChangePublished | ChangeRevised):
            yield changes_topic(organisation), "change", event.change_id
            yield ideas_topic(organisation), "change", event.change_id
        elif isinstance(event, ParticipantChanged | PersonErased | PersonsMerged | PersonUnmerged):
            yield ideas_topic(organisation), "person", event.person_id
            yield changes_topic(organisation), "person", event.person_id

    @staticmethod
    def _of_idea(organisation_id: int, conversation_id: int) -> Iterator[tuple[str, str, int]]:
        for board_id, is_merged in _PLACES.plain(organisation=organisation_id, conversation=conversation_id):
            boards, threads = {board_id}, {conversation_id}
            if is_merged:
                root = Idea.objects.of(organisation_id).get(conversation_id=conversation_id).root
                boards.add(root.board_id)
                threads.add(root.conversation_id)
            yield ideas_topic(organisation_id), "idea", conversation_id
            for board in boards:
                yield board_topic(board), "idea", conversation_id
            for shown_at in threads:
                yield conversation_topic(shown_at), "idea", conversation_id


def _places(*, organisation: int, conversation: int) -> Any:
    return Idea.objects.of(organisation).filter(conversation_id=conversation).values_list("board_id", "merged_into_id")


# Asked at each vote.
_PLACES = Prepared(_places, ("organisation", "conversation"))
