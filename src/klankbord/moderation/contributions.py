"""Reporting a post, as anybody can: at once for who is known here, after one click in a mail for a stranger.

It is a `Contribution` of the package above, which this one does not know; what it refuses is a `Refused`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from klankbord.conversations.models import Message
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.contract import place_of
from klankbord.moderation.refusals import CannotFlag, FlaggedAlready
from klankbord.moderation.rules import FlagReason
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
        """Report it. A second time by the same person changes nothing.

        Raises:
            CannotFlag: it is no longer there, or their own.
        """
        self.check(organisation=person.organisation, payload=payload)
        message = _message(person.organisation, payload)
        place = place_of(message)
        try:
            flag(
                message=message,
                person=person,
                reason=FlagReason(payload["reason"]),
                words=str(payload.get("words", "")),
                membership=membership,
                place=str(payload.get("place", "")),
            )
        except FlaggedAlready:
            return place
        # What was hidden by it is no longer there to go back to.
        message.refresh_from_db(fields=["hidden_at"])
        return place if message.hidden_at is None else place.partition("#")[0]

    def words(self, payload: Mapping[str, Any]) -> str:
        """What the mail says."""
        reason = payload.get("reason")
        said = FlagReason(reason).label if reason in FlagReason.values else ""
        return _("You want to report something: %(reason)s.") % {"reason": said}


def _message(organisation: Organisation, payload: Mapping[str, Any]) -> Message:
    number = str(payload.get("message_id", ""))
    rows = Message.objects.of(organisation).public().select_related("conversation")
    found = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise CannotFlag
    return found
