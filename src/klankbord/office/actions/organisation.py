"""Changing what the organisation says of itself, and when it is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.office.refusals import Refused, require
from klankbord.people.events import OrganisationChanged
from klankbord.people.models import ClosedDay, Membership, OpeningSpan, Organisation, Role

PROFILE = (
    "name", "phone", "email", "visiting_address", "introduction", "language", "is_formal", "customer_word", "time_zone",
    "promise_minutes",
)  # fmt: skip
"""What may be changed here; the host name is the operator's."""

type Span = tuple[int, time, time]
"""Weekday (Monday is 0), from, to; midnight as the end is the end of the day."""


@transaction.atomic
def change_profile(*, organisation: Organisation, values: Mapping[str, Any], by: Membership) -> None:
    """Change what the organisation says of itself. Without effect when nothing differs.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    changed = [name for name in PROFILE if name in values and getattr(organisation, name) != values[name]]
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, values[name])
    organisation.save(update_fields=changed)
    _tell(organisation, by, "changed_profile", fields=",".join(changed))


@transaction.atomic
def set_opening_hours(*, organisation: Organisation, spans: Iterable[Span], by: Membership) -> None:
    """Let it be open at these times each week, and at no others.

    Raises:
        NotAllowed: `by` is not an administrator here.
        Refused: a span ends before it begins, or two of a day overlap.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    wanted = sorted(set(spans))
    for _day, opens, closes in wanted:
        if closes != time(0) and closes <= opens:
            raise Refused(_("Closing time comes after opening time."))
    for (day, _opens, closes), (next_day, next_opens, _closes) in pairwise(wanted):
        if day == next_day and (closes == time(0) or next_opens < closes):
            raise Refused(_("Two times of one day overlap."))
    rows = OpeningSpan.objects.of(organisation)
    if sorted(rows.values_list("weekday", "opens", "closes")) == wanted:
        return
    rows.delete()
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=organisation, weekday=day, opens=opens, closes=closes) for day, opens, closes in wanted
    )
    _tell(organisation, by, "changed_hours", spans=len(wanted))


@transaction.atomic
def close_on(*, organisation: Organisation, day: date, reason: str, by: Membership) -> None:
    """Keep the doors closed on `day`. Twice is once; the last reason counts.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    ClosedDay.objects.update_or_create(organisation=organisation, day=day, defaults={"reason": reason})
    _tell(organisation, by, "closed_on", day=day.isoformat())


@transaction.atomic
def open_on(*, organisation: Organisation, day: date, by: Membership) -> None:
    """Take back that it is closed on `day`. Without effect when it is not.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    gone, _each = ClosedDay.objects.of(organisation).filter(day=day).delete()
    if gone:
        _tell(organisation, by, "opened_on", day=day.isoformat())


def _tell(organisation: Organisation, by: Membership, verb: str, **details: int | str) -> None:
    record(organisation_id=organisation.pk, membership_id=by.pk, verb=verb, subject=organisation, **details)
    publish(OrganisationChanged(organisation_id=organisation.pk))
