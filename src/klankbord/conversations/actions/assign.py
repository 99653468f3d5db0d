"""Deciding who answers."""

from __future__ import annotations

from django.db import transaction

from klankbord.conversations.events import ConversationAssigned
from klankbord.conversations.models import Conversation
from klankbord.conversations.refusals import NotYours
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Team


@transaction.atomic
def assign(*, conversation: Conversation, to: Membership | None, by: Membership, team: Team | None = None) -> None:
    """Let `to` (and `team`) answer it from now on; both None puts it back for anyone. Twice is once.

    Raises:
        NotYours: `by`, `to` or `team` is not of this organisation, or not active.
    """
    for member in (by, to):
        if member is not None and (member.organisation_id != conversation.organisation_id or not member.is_active):
            raise NotYours
    if team is not None and team.organisation_id != conversation.organisation_id:
        raise NotYours
    if conversation.assignee_id == (to.pk if to else None) and conversation.team_id == (team.pk if team else None):
        return
    conversation.assignee, conversation.team = to, team
    conversation.save(update_fields=["assignee", "team"])
    publish(
        ConversationAssigned(
            organisation_id=conversation.organisation_id,
            conversation_id=conversation.pk,
            assignee_id=to.pk if to else None,
            team_id=team.pk if team else None,
            by_id=by.pk,
        )
    )
