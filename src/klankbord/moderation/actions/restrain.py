"""Letting somebody write less freely for a while, step by step; and letting them again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.moderation import rules
from klankbord.moderation.events import PersonRestrained
from klankbord.moderation.models import Decision, Restraint
from klankbord.moderation.models.restraint import RestraintQuerySet
from klankbord.moderation.refusals import NotAModerator
from klankbord.moderation.rules import STEPS, Step
from klankbord.people.models import Membership, Person, Role


@transaction.atomic
def restrain(*, person: Person, by: Membership, reason: str = "", decision: Decision | None = None) -> Restraint:
    """The next step for this person: slowed down, then looked at first, then silent; each time twice as long.

    It begins now, ends by itself, and takes the place of one that is in force.

    Raises:
        NotAModerator: `by` may not.
    """
    if not by.may(Role.MODERATOR):
        raise NotAModerator
    person, now = person.canonical, clock.now()
    step, span = next_step(person, now)
    running = _rows(person).in_force(now)
    made = Restraint.objects.create(
        organisation_id=person.organisation_id,
        person=person,
        step=step,
        begins_at=now,
        ends_at=max(now + span, *(running.values_list("ends_at", flat=True) or [now])),
        reason=reason[:80],
        decision=decision,
        by=by,
    )
    record(
        organisation_id=person.organisation_id,
        membership_id=by.pk,
        verb="restrained_person",
        subject=person,
        step=step.value,
        days=max(1, round(span / timedelta(days=1))),
    )
    _tell(made)
    return made


@transaction.atomic
def lift(*, restraint: Restraint, by: Membership | None) -> bool:
    """Let somebody write as before. False: they could already. It then counts as if it had never been."""
    if by is not None and not by.may(Role.MODERATOR):
        raise NotAModerator
    rows = Restraint.objects.of(restraint.organisation_id).filter(pk=restraint.pk, lifted_at__isnull=True)
    if not rows.update(lifted_at=clock.now(), lifted_by=by):
        return False
    record(
        organisation_id=restraint.organisation_id,
        membership_id=by.pk if by else None,
        verb="lifted_restraint",
        subject=restraint.person,
    )
    _tell(restraint, lifted=True)
    return True


def next_step(person: Person, moment: datetime | None = None) -> tuple[Step, timedelta]:
    """What a further restraint of this person would be: which step, and for how long."""
    since = (moment or clock.now()) - rules.REMEMBERED
    before = _rows(person).filter(lifted_at__isnull=True, ends_at__gt=since).count()
    span = rules.FIRST_SPAN * 2 ** min(before, 16)
    return STEPS[min(before, len(STEPS) - 1)], min(span, rules.LONGEST_SPAN)


def restraint_on(person: Person) -> Restraint | None:
    """What holds for this person now; the latest when there are several."""
    return _rows(person).in_force().first()


def _rows(person: Person) -> RestraintQuerySet:
    family = Person.objects.of(person.organisation_id).same_as(person)
    return Restraint.objects.of(person.organisation_id).on(family)


def _tell(restraint: Restraint, *, lifted: bool = False) -> None:
    publish(
        PersonRestrained(
            organisation_id=restraint.organisation_id,
            restraint_id=restraint.pk,
            person_id=restraint.person_id,
            lifted=lifted,
        )
    )
