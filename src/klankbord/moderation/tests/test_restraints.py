"""Slowed down, then looked at first, then silent: each twice as long, and it ends by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.audit.models import AuditEntry
from klankbord.moderation import rules
from klankbord.moderation.actions.restrain import lift, next_step, restrain, restraint_on
from klankbord.moderation.refusals import NotAModerator
from klankbord.moderation.rules import Step
from tests.cast import helper

DAY = timedelta(days=1)


def test_each_time_goes_a_step_further_and_lasts_twice_as_long(klank):
    person = helper(klank.organisation)
    moment = clock.now()
    found = []
    for _time in range(9):
        with clock.reading(moment):
            made = restrain(person=person, by=klank.tom, reason="Onaardig")
            found.append((made.step, (made.ends_at - made.begins_at) / DAY))
            moment = made.ends_at + DAY
    steps = [Step.SLOW, Step.HELD, *[Step.SILENT] * 7]
    assert found == list(zip(steps, [1, 2, 4, 8, 16, 32, 64, 64, 64], strict=True))


def test_it_ends_by_itself(klank):
    person = helper(klank.organisation)
    made = restrain(person=person, by=klank.tom)
    assert restraint_on(person) == made
    with clock.reading(made.ends_at):
        assert restraint_on(person) is None


def test_what_is_lifted_counts_as_if_it_had_never_been(klank):
    person = helper(klank.organisation)
    made = restrain(person=person, by=klank.tom)
    assert lift(restraint=made, by=klank.noor) is True
    assert lift(restraint=made, by=klank.noor) is False
    assert restraint_on(person) is None
    assert next_step(person) == (Step.SLOW, rules.FIRST_SPAN)


def test_what_is_long_ago_is_forgotten(klank):
    person = helper(klank.organisation)
    restrain(person=person, by=klank.tom)
    assert next_step(person)[0] == Step.HELD
    with clock.reading(clock.now() + rules.REMEMBERED + 2 * DAY):
        assert next_step(person)[0] == Step.SLOW


def test_a_shorter_one_never_ends_a_longer_one(klank):
    person = helper(klank.organisation)
    first = [restrain(person=person, by=klank.tom) for _time in range(4)][-1]
    lift(restraint=first, by=klank.tom)
    longest = restraint_on(person)
    assert restrain(person=person, by=klank.tom).ends_at >= longest.ends_at


def test_only_moderators_may_and_it_stands_in_the_log_of_staff(klank):
    person = helper(klank.organisation)
    with pytest.raises(NotAModerator):
        restrain(person=person, by=klank.jamal)
    made = restrain(person=person, by=klank.tom)
    lift(restraint=made, by=klank.noor)
    verbs = AuditEntry.objects.of(klank.organisation).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["restrained_person", "lifted_restraint"]


def test_merged_persons_share_what_holds(klank):
    person = helper(klank.organisation)
    double = helper(klank.organisation, "Dubbel", merged_into=person)
    restrain(person=double, by=klank.tom)
    assert restraint_on(person) is not None
    assert next_step(person)[0] == Step.HELD
