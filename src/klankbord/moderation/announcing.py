"""Which screens and pages a change in moderation touches."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.events.base import Event
from klankbord.moderation.events import (
    CaseOpened,
    DecisionMade,
    DecisionUndone,
    Flagged,
    HouseRulesChanged,
    Objected,
    ObjectionJudged,
    OfficialNoteChanged,
    PersonRestrained,
)


def queue_topic(organisation_id: int) -> str:
    """What the moderators' queue shows."""
    return f"organisation:{organisation_id}:moderation"


def log_topic(organisation_id: int) -> str:
    """What the public log of decisions shows."""
    return f"organisation:{organisation_id}:moderation-log"


class ModerationAnnouncements:
    """Says for each event of moderation what it changes on screens.

    That a post is hidden or shown is told by `conversations` itself (`PublicMessageChanged`).
    """

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        organisation = event.organisation_id
        if isinstance(event, CaseOpened | Flagged | DecisionMade | DecisionUndone):
            yield queue_topic(organisation), "message", event.message_id
        elif isinstance(event, Objected | ObjectionJudged):
            yield queue_topic(organisation), "objection", event.objection_id
        elif isinstance(event, PersonRestrained):
            yield queue_topic(organisation), "person", event.person_id
        elif isinstance(event, OfficialNoteChanged):
            yield conversation_topic(event.conversation_id), "conversation", event.conversation_id
            yield public_topic(organisation), "conversation", event.conversation_id
        elif isinstance(event, HouseRulesChanged):
            yield queue_topic(organisation), "organisation", organisation
        if isinstance(event, DecisionMade | DecisionUndone):
            yield log_topic(organisation), "decision", event.decision_id
        elif isinstance(event, Objected | ObjectionJudged):
            yield log_topic(organisation), "objection", event.objection_id
