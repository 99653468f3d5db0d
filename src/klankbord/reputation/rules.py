"""The rules of standing, in one table. `docs/standing.md` explains them to people; a test holds the two together.

Nothing is earned by quantity: asking, answering and suggesting give no points by themselves. What counts is that
somebody else found it of use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

type Lazy = object
"""A sentence that is translated when it is shown."""


class Rule(StrEnum):
    """What can be earned, for what."""

    ANSWER_HELPFUL = "answer_helpful"
    QUESTION_HELPFUL = "question_helpful"
    ANSWER_ACCEPTED = "answer_accepted"
    ANSWER_OFFICIAL = "answer_official"
    REACTION_HELPFUL = "reaction_helpful"
    IDEA_SUPPORTED = "idea_supported"
    IDEA_TAKEN_UP = "idea_taken_up"
    TIP_LIKED = "tip_liked"
    EDIT_KEPT = "edit_kept"
    THANKED = "thanked"
    FLAG_RIGHT = "flag_right"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a rule gives.

    Attributes:
        points: How many.
        capped: Whether it counts towards the daily cap: what many people can give with one click does.
        shared: Whether it counts towards what one person can give another: all that people give each other does.
        needs_giver: Whether somebody else must have given it; what one gives oneself is worth nothing.
        words: What it is for, as people read it.
    """

    points: int
    capped: bool
    shared: bool
    needs_giver: bool
    words: Lazy


WORTH: dict[Rule, Worth] = {
    Rule.ANSWER_HELPFUL: Worth(10, True, True, True, _("Somebody found your answer useful")),
    Rule.QUESTION_HELPFUL: Worth(2, True, True, True, _("Your question helped somebody else too")),
    Rule.ANSWER_ACCEPTED: Worth(15, False, True, True, _("The asker was helped by your answer")),
    Rule.ANSWER_OFFICIAL: Worth(20, False, False, True, _("We made your answer our own")),
    Rule.REACTION_HELPFUL: Worth(2, True, True, True, _("Somebody found your reaction useful")),
    Rule.IDEA_SUPPORTED: Worth(2, True, True, True, _("Somebody else wants your idea too")),
    Rule.IDEA_TAKEN_UP: Worth(50, False, False, True, _("Your idea was carried out")),
    Rule.TIP_LIKED: Worth(2, True, True, True, _("Somebody liked your tip")),
    Rule.EDIT_KEPT: Worth(2, True, True, False, _("You made somebody's text better")),
    Rule.THANKED: Worth(5, True, True, True, _("Somebody thanked you")),
    Rule.FLAG_RIGHT: Worth(1, True, True, False, _("You rightly said that something was wrong")),
}

DAILY_CAP = 100
"""Points that capped rules give in one day at most. Counted anew whenever a vote of that day is reversed."""
FROM_ONE_GIVER = 40
"""Points that one person can give another in 30 days by shared rules; the rest counts for nothing. So who asks under
another name and accepts their own answers gets nowhere with it."""


class Sign(models.TextChoices):
    """What points by agreement, or points that somebody gives themselves, look like."""

    RING = "ring", _("they gave to each other")
    SELF = "self", _("somebody seems to have given to themselves")
    FAVOUR = "favour", _("all of it came from one colleague")


@dataclass(frozen=True, slots=True)
class Agreement:
    """When something looks like an agreement.

    Attributes:
        least: For how many different things at least something was given: votes, accepted answers, thanks and what the
            organisation made its own are one mechanism, and all that one gives for one thing is one.
        words: What it is, as people read it; `%(least)s` is that number.
    """

    least: int
    words: Lazy


AGREEMENTS: dict[Sign, Agreement] = {
    Sign.RING: Agreement(5, _("A few people mostly give to each other, each for %(least)s things or more.")),
    Sign.SELF: Agreement(
        3, _("A new name gives to one person only, from the same place: for %(least)s things or more.")
    ),
    Sign.FAVOUR: Agreement(
        5,
        _("One colleague gives for %(least)s things or more, nobody else does, and other colleagues give to others."),
    ),
}
AGREEMENT_SPAN = timedelta(days=30)
"""How far is looked back for an agreement."""
LEAST_SHARE = 0.5
"""Of all that somebody gave, the share that goes to one person of their ring."""
LARGEST_RING = 6


class Right(StrEnum):
    """What people may do in public."""

    LINKS = "links"
    PICTURES = "pictures"
    FLAG_WEIGHT = "flag_weight"
    UNSCREENED = "unscreened"
    RETAG = "retag"
    EDIT_OTHERS = "edit_others"


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how many points on somebody has a right, and what it lets them do."""

    points: int
    words: Lazy


THRESHOLDS: dict[Right, Threshold] = {
    Right.LINKS: Threshold(5, _("Put links in what you write")),
    Right.PICTURES: Threshold(5, _("Add pictures")),
    Right.UNSCREENED: Threshold(10, _("What you write is shown at once, without a first look")),
    Right.FLAG_WEIGHT: Threshold(50, _("What you report weighs double")),
    Right.RETAG: Threshold(100, _("Change the topics of a question")),
    Right.EDIT_OTHERS: Threshold(300, _("Improve what others wrote")),
}

RANKS: tuple[tuple[int, Lazy], ...] = (
    (0, ""),
    (50, _("helps along")),
    (200, _("helps often")),
    (600, _("knows the way")),
    (1500, _("pillar of the house")),
)
"""From how many points on which rank; an organisation can change both (`Rank`)."""
