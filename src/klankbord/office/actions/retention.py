"""Deciding for how long what is over is kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.office.models import RetentionRule
from klankbord.office.refusals import require
from klankbord.people.events import OrganisationChanged
from klankbord.people.models import Membership, Organisation, Role

LEAST_MONTHS, MOST_MONTHS = 1, 240
GRACE = timedelta(days=1)


@transaction.atomic
def keep_for(*, organisation: Organisation, months: int | None, by: Membership) -> None:
    """Keep what is over for so many months from now on, None: for ever. Nothing is erased within a day.

    Without effect when it is so already.

    Raises:
        NotAllowed: `by` is not an administrator here.
        ValueError: fewer or more months than is sane.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    if months is not None and not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise ValueError(months)
    rows = RetentionRule.objects.of(organisation)
    before = rows.values_list("months", flat=True).first()
    if before == months:
        return
    if months is None:
        rows.delete()
    else:
        values = {"months": months, "begins_at": clock.now() + GRACE}
        RetentionRule.objects.update_or_create(organisation=organisation, defaults=values)
    changed = {"months": months or 0, "before": before or 0}
    record(
        organisation_id=organisation.pk, membership_id=by.pk, verb="changed_keeping", subject=organisation, **changed
    )
    publish(OrganisationChanged(organisation_id=organisation.pk))
