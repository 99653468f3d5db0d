"""How long what is over is kept: what a rule of so many months would erase, and the erasing itself."""

from __future__ import annotations

import calendar
import time
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.actions.erase_over import AT_ONCE, erase_over, erase_stray_mail
from klankbord.conversations.models import STILL_SAYS, Conversation, Message
from klankbord.office.actions.personal_data import forget_person
from klankbord.office.models import RetentionRule
from klankbord.people.models import Person

LONGEST_RUN = 240.0
"""Seconds for one run over all organisations; what is left waits for the next."""


def months_ago(months: int) -> datetime:
    """This moment so many months ago; the last day of a month that is shorter."""
    now = clock.now()
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, calendar.monthrange(year, month + 1)[1]))


def would_be_erased(*, organisation_id: int, months: int) -> int:
    """How many conversations a rule of so many months erases at once."""
    return Conversation.objects.of(organisation_id).over_since(months_ago(months)).count()


def erase_what_is_over() -> None:
    """On the schedule: for each organisation with a rule erase what was over before it, a little at a time."""
    rules = list(
        RetentionRule.objects.across_organisations("the schedule keeps every organisation's rule")
        .filter(begins_at__lte=clock.now())
        .order_by("pk")
    )
    for rule in rules:
        end = time.monotonic() + LONGEST_RUN / len(rules)
        while _erase_some(rule) and time.monotonic() < end:
            pass


@transaction.atomic
def _erase_some(rule: RetentionRule) -> bool:
    """One slice, noted in the log; False when nothing is left."""
    organisation_id, before = rule.organisation_id, months_ago(rule.months)
    conversations = erase_over(organisation_id=organisation_id, before=before)
    mails = erase_stray_mail(organisation_id=organisation_id, before=before)
    persons = 0 if conversations else _forget_some(organisation_id, before)
    if not (conversations or mails or persons):
        return False
    counts = {"conversations": conversations, "mails": mails, "persons": persons, "months": rule.months}
    record(organisation_id=organisation_id, membership_id=None, verb="erased_what_was_over", subject=rule, **counts)
    return True


def _forget_some(organisation_id: int, before: datetime) -> int:
    """Erase some of those of whom nothing is left: known since before, and nothing of theirs or with them still says
    anything. Whoever takes part in public stays as they are; their own page is where they leave.
    """
    talks = Conversation.objects.of(organisation_id).filter(STILL_SAYS)
    theirs = Q(person=OuterRef("pk")) | Q(person__merged_into=OuterRef("pk"))
    said = Message.objects.of(organisation_id).filter(Q(person=OuterRef("pk"))).exclude(text="")
    rows = Person.objects.of(organisation_id).filter(
        ~Exists(talks.filter(theirs)),
        ~Exists(said),
        created_at__lt=before,
        merged_into__isnull=True,
        pseudonym="",
        keys__isnull=True,
        participant__isnull=True,
        works_as__isnull=True,
    )
    known = rows.filter(Q(addresses__isnull=False) | ~Q(name="")).distinct().order_by("pk")
    found = [person for person in known[:AT_ONCE] if _says_nothing(person)]
    for person in found:
        forget_person(person=person)
    return len(found)


def _says_nothing(person: Person) -> bool:
    """Whether that holds for everyone who was merged into them, however deep."""
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    talks = Conversation.objects.of(person.organisation_id).filter(STILL_SAYS, person_id__in=everyone)
    keys = Person.objects.of(person.organisation_id).filter(pk__in=everyone, keys__isnull=False)
    return not (talks.exists() or keys.exists())
