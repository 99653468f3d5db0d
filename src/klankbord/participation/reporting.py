"""Reporting a post, as anybody can: at once for who is known here, after one click in a mail for a stranger."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.conversations.models import Message
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.refusals import CannotFlag, FlaggedAlready
from klankbord.moderation.rules import FlagReason
from klankbord.participation.saying import number
from klankbord.people.models import Membership, Organisation, Person


class ReportPost:
    """`message_id`, a `reason` of `FlagReason`, and `words` if somebody wants to say more."""

    kind = "flag"

    def check(self, *, organisation: Organisation, payload: Mapping[str, Any]) -> None:
        """There is such a post for everybody, and such a reason.

        Raises:
            CannotFlag: no.
        """
        _message(organisation, payload)
        if payload.get("reason") not in FlagReason.values:
            raise CannotFlag

    def perform(self, *, person: Person, membership: Membership | None, payload: Mapping[str, Any]) -> str:
        """Report it. A second time by the same person changes nothing; they are thanked all the same.

        Raises:
            CannotFlag: it is no longer there, or their own.
        """
        self.check(organisation=person.organisation, payload=payload)
        with suppress(FlaggedAlready):
            flag(
                message=_message(person.organisation, payload),
                person=person,
                reason=FlagReason(payload["reason"]),
                words=str(payload.get("words", "")),
                membership=membership,
                place=str(payload.get("place", "")),
            )
        return reverse("participation:flagged")

    def words(self, payload: Mapping[str, Any]) -> str:
        """What the mail says."""
        reason = payload.get("reason")
        said = FlagReason(reason).label if reason in FlagReason.values else ""
        return _("You want to report something: %(reason)s.") % {"reason": said}


def _message(organisation: Organisation, payload: Mapping[str, Any]) -> Message:
    rows = Message.objects.of(organisation).public().select_related("conversation")
    found = rows.filter(pk=number(payload.get("message_id"))).first()
    if found is None:
        raise CannotFlag
    return found
