"""The live stream of the inbox: who works here hears that something changed, never what it says."""

from __future__ import annotations

from django.http import HttpRequest

from klankbord.conversations.announcing import conversation_topic, inbox_topic
from klankbord.conversations.models import Conversation
from klankbord.live.contract import Audience
from klankbord.people.announcing import rights_topic
from klankbord.people.models import Membership


class InboxStream:
    """`/live/inbox`, or `/live/inbox/<conversation id>` to hear of that conversation as well."""

    name = "inbox"

    def audience(self, request: HttpRequest, parameter: str) -> Audience | None:
        """What this member of staff may hear; None for everyone else."""
        membership: Membership | None = getattr(request, "membership", None)
        if membership is None:
            return None
        topics = [inbox_topic(membership.organisation_id)]
        if parameter:
            if not (parameter.isascii() and parameter.isdigit()) or len(parameter) > 18:
                return None
            if not Conversation.objects.visible_to(membership).filter(pk=int(parameter)).exists():
                return None
            topics.append(conversation_topic(int(parameter)))
        return Audience(
            topics=tuple(topics),
            listener=f"member:{membership.pk}",
            recheck_on=(rights_topic(membership.organisation_id),),
        )
