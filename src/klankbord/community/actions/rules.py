"""What an organisation chooses for its community."""

from __future__ import annotations

from django.db import transaction

from klankbord.audit.actions import record
from klankbord.community.events import RulesChanged
from klankbord.community.models import Rules
from klankbord.community.refusals import OnlyStaff
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Organisation, Role

LONGEST_WAIT = 24 * 365


def rules_of(organisation: Organisation) -> Rules:
    """What holds here; unsaved when the organisation chose nothing."""
    return Rules.objects.of(organisation).first() or Rules(organisation=organisation)


@transaction.atomic
def change_rules(*, organisation: Organisation, staff_after_hours: int | None, by: Membership) -> None:
    """After how many hours without an answer a question goes to staff; None: never by itself.

    Raises:
        OnlyStaff: `by` is no administrator here.
    """
    if by.organisation_id != organisation.pk or not by.may(Role.ADMINISTRATOR):
        raise OnlyStaff
    hours = None if staff_after_hours is None else min(max(staff_after_hours, 0), LONGEST_WAIT)
    rules = rules_of(organisation)
    if rules.staff_after_hours == hours and not rules._state.adding:
        return
    rules.staff_after_hours = hours
    rules.save()
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="changed_community_rules", subject=organisation)
    publish(RulesChanged(organisation_id=organisation.pk))
