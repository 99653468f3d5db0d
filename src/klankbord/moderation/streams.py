"""The live stream of the queue: moderators hear that something changed, never what it says."""

from __future__ import annotations

from django.http import HttpRequest

from klankbord.live.contract import Audience
from klankbord.moderation.announcing import queue_topic
from klankbord.people.announcing import rights_topic
from klankbord.people.models import Role
from klankbord.people.requests import membership_of


class ModerationStream:
    """`/live/moderation`."""

    name = "moderation"

    def audience(self, request: HttpRequest, parameter: str) -> Audience | None:
        """What this moderator may hear; None for everyone else."""
        membership = membership_of(request)
        if membership is None or parameter or not membership.may(Role.MODERATOR):
            return None
        return Audience(
            topics=(queue_topic(membership.organisation_id),),
            listener=f"member:{membership.pk}",
            recheck_on=(rights_topic(membership.organisation_id),),
        )
