"""The public log: what was decided, why, and how objections went. Nobody's name, and no words of theirs."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from klankbord import clock
from klankbord.conversations.models import Message
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
    found = list(rows.order_by().values_list("judgement", "reason"))
    judgements, named = Counter(each for each, _ in found), Counter(reason for _, reason in found if reason)
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
        interval=_interval(granted, len(judged)),
        is_indicative=FEWEST <= len(judged) < INDICATIVE,
    )


def read_lines(organisation: Organisation, *, before: int | None) -> tuple[list[Line], int | None]:
    """A page of the log, and the number to go on from, or None when that was all."""
    rows = Decision.objects.of(organisation).in_log(clock.now() - rules.TELL_AFTER)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    needed = ("message__conversation", "objection")
    found = list(rows.select_related(*needed).order_by("-pk")[: A_PAGE + 1])
    first = _first_messages(organisation, [each.message.conversation_id for each in found])
    lines = [
        Line(
            id=each.pk,
            at=each.at,
            kind=kind_of(each.message.conversation, each.message, opens=each.message_id in first),
            judgement=each.get_judgement_display(),
            reason=each.reason,
            objected=hasattr(each, "objection"),
            granted=each.objection.granted if hasattr(each, "objection") else None,
        )
        for each in found[:A_PAGE]
    ]
    return lines, (lines[-1].id if len(found) > A_PAGE else None)


def _interval(hits: int, n: int) -> tuple[int, int]:
    """The 95 % score interval of a share in whole per cents, rounded outwards (E. B. Wilson, 1927)."""
    if not n:
        return 0, 100
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return math.floor(100 * max(0.0, middle - half)), math.ceil(100 * min(1.0, middle + half))


def _first_messages(organisation: Organisation, conversation_ids: list[int]) -> set[int]:
    """The message with which each of these threads began."""
    rows = Message.objects.of(organisation).filter(conversation_id__in=conversation_ids, conversation__is_public=True)
    first: dict[int, int] = {}
    for pk, conversation_id in rows.in_order().values_list("pk", "conversation_id"):
        first.setdefault(conversation_id, pk)
    return set(first.values())
