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
from klankbord.participation.events import TopicChanged
from klankbord.participation.models import Tagging

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
        for pk in _under(event):
            yield conversation_topic(pk), "conversation", pk
        if isinstance(event, RulesChanged):
            yield public_topic(organisation), "rules", organisation


MOST_PAGES = 2_000
"""Pages that are made anew when a topic gets another name; the rest follows at midnight."""


def _under(event: Event) -> list[int]:
    """The questions under a topic that changed."""
    if not isinstance(event, TopicChanged):
        return []
    rows = Tagging.objects.of(event.organisation_id).filter(
        topic_id=event.topic_id, conversation__question__isnull=False
    )
    return list(rows.order_by("-conversation_id").values_list("conversation_id", flat=True)[:MOST_PAGES])
