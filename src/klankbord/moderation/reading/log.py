"""The public log: what was decided, why, and how objections went. Nobody's name, and no words of theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import openings
from klankbord.conversations.models import Message
from klankbord.conversations.score import percents
from klankbord.moderation import rules
from klankbord.moderation.models import Case, Decision, Flag, Objection
from klankbord.moderation.reading.names import kind_of
from klankbord.moderation.rules import Judgement
from klankbord.people.models import Organisation

SPAN = timedelta(days=90)
A_PAGE = 50
FEWEST = 10
"""Fewer objections than this give no share."""
INDICATIVE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One decision: on which day, about what, why, and what came of an objection."""

    id: int
    at: datetime
    kind: str
    judgement: str
    reason: str
    objected: bool
    granted: bool | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What was decided in the last ninety days. `share`: of objections granted, None when too few."""

    posts: int
    flags: int
    decided: int
    kept: int
    judgements: list[tuple[str, int]]
    reasons: list[tuple[str, int]]
    objections: int
    granted: int
    waiting: int
    share: int | None
    interval: tuple[int, int]
    is_indicative: bool


def read_figures(organisation: Organisation) -> Figures:
    """Counts of the last ninety days."""
    now = clock.now()
    since = now - SPAN
    rows = Decision.objects.of(organisation).in_log(now - rules.TELL_AFTER).filter(at__gte=since)
    found = list(rows.order_by().values_list("judgement", "reason", "reason_in"))
    judgements, named = (
        Counter(each for each, *_reason in found),
        Counter(rules.name_in_active_language(reason, others) for _, reason, others in found if reason),
    )
    outcomes = list(Objection.objects.of(organisation).filter(at__gte=since).values_list("granted", flat=True))
    judged = [each for each in outcomes if each is not None]
    granted = sum(judged)
    return Figures(
        posts=Message.objects.of(organisation).public().filter(said_at__gte=since, automatic="").count(),
        flags=Flag.objects.of(organisation).filter(at__gte=since).count(),
        decided=len(found),
        kept=judgements[Judgement.KEEP.value],
        judgements=[(str(each.label), judgements[each.value]) for each in Judgement if judgements[each.value]],
        reasons=named.most_common(),
        objections=len(outcomes),
        granted=granted,
        waiting=len(outcomes) - len(judged) + Case.objects.of(organisation).waiting().count(),
        share=round(100 * granted / len(judged)) if len(judged) >= FEWEST else None,
        interval=percents(granted, len(judged)),
        is_indicative=FEWEST <= len(judged) < INDICATIVE,
    )


def read_lines(organisation: Organisation, *, before: int | None) -> tuple[list[Line], int | None]:
    """A page of the log, and the number to go on from, or None when that was all."""
    rows = Decision.objects.of(organisation).in_log(clock.now() - rules.TELL_AFTER)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    needed = ("message__conversation", "objection")
    found = list(rows.select_related(*needed).order_by("-pk")[: A_PAGE + 1])
    first = openings(organisation_id=organisation.pk, conversation_ids=[each.message.conversation_id for each in found])
    lines = [
        Line(
            id=each.pk,
            at=each.at,
            kind=kind_of(each.message.conversation, each.message, opens=each.message_id in first),
            judgement=each.get_judgement_display(),
            reason=each.reason_read,
            objected=hasattr(each, "objection"),
            granted=each.objection.granted if hasattr(each, "objection") else None,
        )
        for each in found[:A_PAGE]
    ]
    return lines, (lines[-1].id if len(found) > A_PAGE else None)
