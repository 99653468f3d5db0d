"""Which screens and pages it touches what happens with questions."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.community.events import (
    AnswerAccepted,
    AnswerMadeOfficial,
    AnswerNoLongerAccepted,
    AnswerNoLongerOfficial,
    PublicationAsked,
    PublicationDecided,
    QuestionChanged,
    QuestionsJoined,
    QuestionsParted,
    RulesChanged,
    StaffAsked,
    StaffNoLongerAsked,
    WentPrivate,
)
from klankbord.conversations.announcing import conversation_topic, inbox_topic, promise_topic, public_topic
from klankbord.events.base import Event

_ON_ITS_PAGE = (
    AnswerAccepted
    | AnswerMadeOfficial
    | AnswerNoLongerAccepted
    | AnswerNoLongerOfficial
    | QuestionChanged
    | QuestionsJoined
    | QuestionsParted
    | StaffAsked
    | StaffNoLongerAsked
    | WentPrivate
)
_IN_THE_INBOX = StaffAsked | StaffNoLongerAsked | WentPrivate | PublicationAsked | PublicationDecided


class CommunityAnnouncements:
    """Says for each of the community's events what it changes on screens."""

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        organisation = event.organisation_id
        if isinstance(event, _ON_ITS_PAGE):
            yield conversation_topic(event.conversation_id), "conversation", event.conversation_id
            yield public_topic(organisation), "conversation", event.conversation_id
        if isinstance(event, QuestionsJoined | QuestionsParted):
            yield conversation_topic(event.into_id), "conversation", event.into_id
        if isinstance(event, _IN_THE_INBOX):
            yield inbox_topic(organisation), "conversation", event.conversation_id
            yield conversation_topic(event.conversation_id), "conversation", event.conversation_id
            yield promise_topic(organisation), "promise", organisation
        if isinstance(event, RulesChanged):
            yield public_topic(organisation), "rules", organisation
