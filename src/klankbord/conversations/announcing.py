"""Which screens and pages a change in conversations touches."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.channels.events import ArrivalQuarantined, ChannelTroubled, DispatchFailed, DispatchSent
from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import Conversation, Message
from klankbord.events.base import Event
from klankbord.people.events import PersonErased, PersonsMerged, PersonUnmerged


def inbox_topic(organisation_id: int) -> str:
    """What lists of conversations show."""
    return f"organisation:{organisation_id}:inbox"


def conversation_topic(conversation_id: int) -> str:
    """What one conversation's page shows."""
    return f"conversation:{conversation_id}"


def public_topic(organisation_id: int) -> str:
    """What lists of public threads show."""
    return f"organisation:{organisation_id}:public"


def promise_topic(organisation_id: int) -> str:
    """What the public score of the promise shows."""
    return f"organisation:{organisation_id}:promise"


class ConversationAnnouncements:
    """Says for each event of conversations, persons and dispatches what it changes on screens."""

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        organisation = event.organisation_id
        conversation_id = getattr(event, "conversation_id", None)
        if isinstance(event, PublicMessagePosted | PublicMessageChanged):
            yield conversation_topic(event.conversation_id), "conversation", event.conversation_id
            yield public_topic(organisation), "conversation", event.conversation_id
        elif conversation_id is not None:
            yield inbox_topic(organisation), "conversation", conversation_id
            yield conversation_topic(conversation_id), "conversation", conversation_id
            yield promise_topic(organisation), "promise", organisation
        elif isinstance(event, DispatchSent | DispatchFailed):
            said_in = Message.objects.of(organisation).filter(dispatch_id=event.dispatch_id)
            for found in said_in.values_list("conversation_id", flat=True):
                yield conversation_topic(found), "conversation", found
        elif isinstance(event, PersonErased):
            yield inbox_topic(organisation), "inbox", organisation
            erased = Conversation.objects.of(organisation).filter(person_id=event.person_id)
            for found in erased.values_list("pk", flat=True):
                yield conversation_topic(found), "erased", found
        elif isinstance(event, ArrivalQuarantined | ChannelTroubled | PersonsMerged | PersonUnmerged):
            yield inbox_topic(organisation), "inbox", organisation
