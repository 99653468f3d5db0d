"""Which screens and pages it changes when people take part."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.conversations.announcing import conversation_topic, public_topic
from klankbord.events.base import Event
from klankbord.participation.events import (
    Followed,
    ParticipantChanged,
    Retagged,
    Revised,
    TopicChanged,
    VoteCast,
    VoteWithdrawn,
)
from klankbord.people.events import PersonErased, PersonsMerged, PersonUnmerged
from klankbord.reputation.events import PerkGranted, RulesOfStandingChanged, StandingChanged, Thanked


def person_topic(person_id: int) -> str:
    """What somebody's public page shows."""
    return f"person:{person_id}"


def standing_topic(organisation_id: int) -> str:
    """What the pages about standing and thanks show."""
    return f"organisation:{organisation_id}:standing"


class ParticipationAnnouncements:
    """Says for each vote, follow, tag and edition what it changes on screens."""

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        if isinstance(event, VoteCast | VoteWithdrawn | Retagged | Revised):
            yield conversation_topic(event.conversation_id), "conversation", event.conversation_id
            yield public_topic(event.organisation_id), "conversation", event.conversation_id
        elif isinstance(event, Followed) and event.conversation_id is not None:
            yield conversation_topic(event.conversation_id), "conversation", event.conversation_id
        elif isinstance(event, ParticipantChanged):
            yield person_topic(event.person_id), "person", event.person_id
            yield public_topic(event.organisation_id), "person", event.person_id
        elif isinstance(event, PersonErased | PersonsMerged | PersonUnmerged):
            for pk in _persons_of(event):
                yield person_topic(pk), "person", pk
            yield public_topic(event.organisation_id), "person", event.person_id
            yield standing_topic(event.organisation_id), "person", event.person_id
        elif isinstance(event, StandingChanged | Thanked | PerkGranted):
            yield person_topic(event.person_id), "person", event.person_id
            yield standing_topic(event.organisation_id), "person", event.person_id
        elif isinstance(event, RulesOfStandingChanged):
            yield standing_topic(event.organisation_id), "organisation", event.organisation_id
            yield public_topic(event.organisation_id), "organisation", event.organisation_id
        elif isinstance(event, TopicChanged):
            yield public_topic(event.organisation_id), "topic", event.topic_id


def _persons_of(event: PersonErased | PersonsMerged | PersonUnmerged) -> tuple[int, ...]:
    """Persons who look different on every page from now on."""
    if isinstance(event, PersonsMerged):
        return event.person_id, event.into_id
    return (event.person_id, event.was_id) if isinstance(event, PersonUnmerged) else (event.person_id,)
