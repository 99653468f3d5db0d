"""What may go public at once, what a moderator looks at first, and what cannot be posted now.

A machine never refuses words: it shows them or holds them. Only whom a moderator restrained, or who posts faster than
anyone types, is told to wait. Every rule stands in `docs/moderation.md`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.conversations.models import ConversationKind, Message
from klankbord.design.moments import moment_in_words
from klankbord.moderation import rules
from klankbord.moderation.house import house_rules, known_hosts, own_ways
from klankbord.moderation.models import HouseRules, Restraint, Said
from klankbord.moderation.rules import Step, WhyHeld
from klankbord.moderation.teaching import filter_for, whole_text
from klankbord.people.models import Membership, Organisation, Person
from klankbord.reputation.actions import points_of
from klankbord.reputation.rules import THRESHOLDS, Right
from klankbord.understanding import personal_data
from klankbord.understanding.personal_data import Certainty, Finding, Kind
from klankbord.understanding.spam import Score, Signals, score
from klankbord.understanding.spam_features import link_hosts

_HOUR = timedelta(hours=1)
_FEWEST_SIGNS = 20
"""Texts shorter than this are said by many people: "dank je wel" is no flood."""
_NEVER_PUBLIC = (Kind.BSN, Kind.CARD)
"""What a moderator looks at first even when its author was warned: with these others can do real harm."""


class Outcome(StrEnum):
    """What comes of a post."""

    PUBLISH = "publish"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for which a post is held."""

    code: WhyHeld
    details: dict[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """In words for its author."""
        return str(rules.TO_AUTHOR[self.code])


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a post, before a moderator saw it.

    Attributes:
        outcome: Shown at once, held for a moderator, or not taken now.
        reasons: Why it is held.
        refusal: Why it is not taken now, and from when it is: a kind sentence.
        spam: How likely it is spam, 0 to 1.
    """

    outcome: Outcome
    reasons: tuple[Why, ...] = ()
    refusal: str = ""
    spam: float = 0.0

    @property
    def held(self) -> bool:
        """Whether only moderators see it at first: what `held=` of the action that posts it takes."""
        return self.outcome is Outcome.HOLD

    @property
    def sentences(self) -> list[str]:
        """What the author of a held post is told."""
        return [why.sentence for why in self.reasons]


@transaction.atomic
def screen(
    *,
    organisation: Organisation,
    person: Person,
    membership: Membership | None,
    text: str,
    subject: str = "",
    pictures: int = 0,
) -> Verdict:
    """Decide what comes of a post or an edit, once, in the transaction in which it is posted.

    It is noted that something was posted (for floods and repetitions), unless it is refused. The caller posts
    with `held=verdict.held` and then hands a held message to `actions.hold.hold_for_judgement`.
    """
    if membership is not None and membership.is_active:
        return Verdict(Outcome.PUBLISH)
    family = Person.objects.of(organisation).same_as(person)
    points = points_of(person)
    stood = points >= THRESHOLDS[Right.UNSCREENED].points or _stood(organisation, family, 1)
    restraint = Restraint.objects.of(organisation).on(family).in_force().first()
    recent = list(
        Said.objects.of(organisation)
        .filter(person_id__in=family, at__gt=clock.now() - _HOUR)
        .order_by("-at")
        .values_list("at", flat=True)
    )
    refusal = _refusal(restraint, recent, is_new=not stood)
    if refusal:
        return Verdict(Outcome.REFUSE, refusal=refusal)
    chosen, whole = house_rules(organisation), whole_text(subject, text)
    mark = fingerprint(whole)
    found = score(
        whole,
        model=filter_for(organisation, whole),
        signals=Signals(len(recent), _said_before(organisation, mark), known_hosts(organisation, chosen)),
    )
    reasons = tuple(_reasons(organisation, family, points, chosen, restraint, whole, found, pictures))
    Said.objects.create(organisation=organisation, person=person, fingerprint=mark)
    return Verdict(Outcome.HOLD if reasons else Outcome.PUBLISH, reasons, spam=found.probability)


def forget_said() -> None:
    """Job: forget who posted when, once it is too long ago to tell a flood or a repetition."""
    before = clock.now() - rules.SAID_KEPT
    Said.objects.across_organisations("old ones go, whosever they are").filter(at__lt=before).delete()


def personal_data_in(text: str, organisation: Organisation) -> list[tuple[Finding, str]]:
    """What is personal in a draft, each with its words, for the warning before posting; the house's own is left out."""
    found = personal_data.find(text, allowed=own_ways(organisation))
    return [(each, text[each.start : each.end]) for each in found]


def fingerprint(text: str) -> str:
    """The same for texts that differ in spaces, signs and capitals only; empty for one that many people say."""
    plain = re.sub(r"[\W_]+", "", text).casefold()
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if len(plain) >= _FEWEST_SIGNS else ""


def _refusal(restraint: Restraint | None, recent: list[datetime], *, is_new: bool) -> str:
    if restraint is not None and restraint.step == Step.SILENT:
        moment = moment_in_words(restraint.ends_at)
        return _("You can write here again from %(moment)s. You can always call or mail us.") % {"moment": moment}
    if restraint is not None and restraint.step == Step.SLOW and recent:
        free = recent[0] + rules.SLOW_GAP
        if free > clock.now():
            return _("You can write here again from %(moment)s.") % {"moment": moment_in_words(free)}
    if len(recent) >= (rules.MOST_IN_AN_HOUR_NEW if is_new else rules.MOST_IN_AN_HOUR):
        return _("That was a lot in one hour. Please wait a little, then go on.")
    return ""


def _reasons(
    organisation: Organisation,
    family: list[int],
    points: int,
    chosen: HouseRules,
    restraint: Restraint | None,
    whole: str,
    found: Score,
    pictures: int,
) -> Iterable[Why]:
    def earned(right: Right) -> bool:
        return points >= THRESHOLDS[right].points

    if restraint is not None and restraint.step == Step.HELD:
        yield Why(WhyHeld.RESTRAINED)
    if found.probability * 100 >= (rules.SPAM_FROM_KNOWN if earned(Right.UNSCREENED) else chosen.spam_from):
        signs = [{"sign": each.reason.value, "count": each.count, "words": list(each.words)} for each in found.reasons]
        yield Why(WhyHeld.SPAM, {"signs": signs})
    if not earned(Right.UNSCREENED) and not _stood(organisation, family, chosen.first_posts):
        yield Why(WhyHeld.FIRST_POST)
    hosts = sorted(_unknown(link_hosts(whole), known_hosts(organisation, chosen)))
    if hosts and not earned(Right.LINKS):
        yield Why(WhyHeld.LINKS, {"hosts": hosts[:5]})
    if pictures and not earned(Right.PICTURES):
        yield Why(WhyHeld.PICTURES)
    private = {each.kind for each in personal_data.find(whole) if each.certainty is Certainty.CERTAIN}
    if private & set(_NEVER_PUBLIC):
        yield Why(WhyHeld.PERSONAL_DATA)


def _unknown(hosts: Iterable[str], known: frozenset[str]) -> set[str]:
    return {host for host in hosts if not any(host == each or host.endswith("." + each) for each in known)}


def _stood(organisation: Organisation, family: list[int], posts: int) -> bool:
    """Whether at least so many of this person's posts are there for everybody; a thank-you is none."""
    rows = Message.objects.of(organisation).public().filter(person_id__in=family)
    rows = rows.exclude(conversation__kind=ConversationKind.THANKS)
    return len(rows.values_list("pk", flat=True)[:posts]) >= posts


def _said_before(organisation: Organisation, mark: str) -> int:
    if not mark:
        return 0
    return len(Said.objects.of(organisation).filter(fingerprint=mark).values_list("pk", flat=True)[:10])
