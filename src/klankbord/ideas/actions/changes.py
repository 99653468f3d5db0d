"""Telling what was changed because of ideas, and hearing whether it is better now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.design.writing import has_no_word, says_nothing
from klankbord.events.publish import publish
from klankbord.ideas.actions.decide import set_status
from klankbord.ideas.events import ChangePublished, ChangeRevised
from klankbord.ideas.models import Change, ChangeAnswer, ChangeIdea, Idea, Status, Verdict
from klankbord.ideas.refusals import NothingToTell, NoTitle, NotYet
from klankbord.participation.contract import NoLongerThere
from klankbord.people.models import Membership, Person


@transaction.atomic
def publish_change(
    *,
    by: Membership,
    title: str,
    text: str,
    changed_on: date,
    ideas: Sequence[Idea] = (),
    done: bool = False,
) -> Change:
    """Tell everybody what is different, and those who voted, wrote or followed once each, by mail after commit.

    `done` also takes these ideas to the end of their road, with the title as the sentence; of that nobody gets a
    second mail.

    Raises:
        NoTitle, NothingToTell: the words.
        NoReason: the title says nothing that could stand on a road.
        NotYet: the day is still to come.
        NoLongerThere: an idea of another organisation.
    """
    _check(by, title, text, changed_on, ideas)
    moment = clock.now()
    change = Change.objects.create(
        organisation_id=by.organisation_id,
        title=title.strip()[:200],
        text=text.strip(),
        changed_on=changed_on,
        by=by,
        created_at=moment,
        published_at=moment,
    )
    _because_of(change, ideas)
    for idea in to_be_done(ideas) if done else ():
        set_status(idea=idea, status=Status.DONE, sentence=change.title, by=by, quiet=True)
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="published_change", subject=change)
    publish(ChangePublished(organisation_id=by.organisation_id, change_id=change.pk))
    return change


@transaction.atomic
def revise_change(
    *, change: Change, by: Membership, title: str, text: str, changed_on: date, ideas: Sequence[Idea]
) -> None:
    """Put a change in better words, or name further ideas: who asked for those hears of it as well, nobody twice.

    Raises:
        NoTitle, NothingToTell: the words.
        NotYet: the day is still to come.
        NoLongerThere: the change or an idea is another organisation's.
    """
    if change.organisation_id != by.organisation_id:
        raise NoLongerThere
    _check(by, title, text, changed_on, ideas)
    change.title, change.text, change.changed_on = title.strip()[:200], text.strip(), changed_on
    change.save(update_fields=["title", "text", "changed_on"])
    ChangeIdea.objects.of(change.organisation_id).filter(change=change).exclude(idea__in=ideas).delete()
    _because_of(change, ideas)
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="revised_change", subject=change)
    publish(ChangePublished(organisation_id=by.organisation_id, change_id=change.pk))


@transaction.atomic
def answer_change(*, change: Change, person: Person, verdict: Verdict) -> ChangeAnswer:
    """What this person says of it; a later answer takes the place of the earlier, also of one they were merged with."""
    person = person.canonical
    if person.organisation_id != change.organisation_id:
        raise NoLongerThere
    everyone = Person.objects.of(change.organisation_id).same_as(person)
    rows = ChangeAnswer.objects.of(change.organisation_id).filter(change=change)
    rows.filter(person_id__in=everyone).exclude(person=person).delete()
    answer, _made = ChangeAnswer.objects.update_or_create(
        organisation_id=change.organisation_id,
        change=change,
        person=person,
        defaults={"verdict": verdict, "at": clock.now()},
    )
    publish(ChangeRevised(organisation_id=change.organisation_id, change_id=change.pk))
    return answer


def to_be_done(ideas: Sequence[Idea]) -> list[Idea]:
    """Those of them that are not done yet."""
    return [idea for idea in ideas if idea.status != Status.DONE]


def _because_of(change: Change, ideas: Sequence[Idea]) -> None:
    ChangeIdea.objects.bulk_create(
        (ChangeIdea(organisation_id=change.organisation_id, change=change, idea=idea) for idea in ideas),
        ignore_conflicts=True,
    )


def _check(by: Membership, title: str, text: str, changed_on: date, ideas: Sequence[Idea]) -> None:
    if has_no_word(title):
        raise NoTitle
    if says_nothing(text):
        raise NothingToTell
    if changed_on > by.organisation.today():
        raise NotYet
    if any(idea.organisation_id != by.organisation_id or idea.board.is_private for idea in ideas):
        raise NoLongerThere
