"""The rules of moderation: names, sentences and numbers. `docs/moderation.md` explains each, and names its test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

type Words = str | Promise
"""A sentence that is translated when it is shown."""


class WhyHeld(StrEnum):
    """Why something is looked at by a moderator before everybody sees it."""

    FIRST_POST = "first_post"
    LINKS = "links"
    PICTURES = "pictures"
    SPAM = "spam"
    PERSONAL_DATA = "personal_data"
    RESTRAINED = "restrained"
    FLAGS = "flags"
    CHANGED = "changed"
    ASKED = "asked"


TO_AUTHOR: dict[WhyHeld, Words] = {
    WhyHeld.FIRST_POST: _("This is the first time that you write here."),
    WhyHeld.LINKS: _("There is a link in it."),
    WhyHeld.PICTURES: _("There is a picture in it."),
    WhyHeld.SPAM: _("It looks a bit like advertising."),
    WhyHeld.PERSONAL_DATA: _("There is a number in it that is private."),
    WhyHeld.RESTRAINED: _("For now, a colleague looks at what you write before others see it."),
    WhyHeld.FLAGS: _("Several people reported it."),
    WhyHeld.CHANGED: _("You changed it."),
    WhyHeld.ASKED: _("A colleague has a look at it."),
}
"""What the author reads while it is held, beside the words that a colleague has a look first."""

TO_MODERATOR: dict[WhyHeld, Words] = {
    WhyHeld.FIRST_POST: _("First post of somebody new"),
    WhyHeld.LINKS: _("Link by somebody who is new"),
    WhyHeld.PICTURES: _("Picture by somebody who is new"),
    WhyHeld.SPAM: _("Looks like spam"),
    WhyHeld.PERSONAL_DATA: _("Private number (BSN or payment card)"),
    WhyHeld.RESTRAINED: _("Author's posts are looked at first"),
    WhyHeld.FLAGS: _("Reported"),
    WhyHeld.CHANGED: _("Changed by its author on request"),
    WhyHeld.ASKED: _("Put here by a colleague"),
}
"""What stands in the queue."""

SPAM_SIGNS: dict[str, Words] = {
    "links": _("Number of links: %(count)s"),
    "hidden_links": _("Links that hide where they lead"),
    "only_a_link": _("Hardly anything but a link"),
    "repetition": _("The same words again and again"),
    "shouting": _("Nearly all in capitals"),
    "mixed_scripts": _("Letters of two alphabets in one word"),
    "said_before": _("The same text was posted before: %(count)s times"),
    "flood": _("Posts by this person in the last hour: %(count)s"),
    "like_earlier_spam": _("Like what was spam here before"),
}
"""What the spam score found (`understanding.spam.Reason`)."""


class FlagReason(models.TextChoices):
    """What somebody says is wrong with a post."""

    SPAM = "spam", _("It is advertising or spam")
    UNKIND = "unkind", _("It is unkind or rude")
    PRIVATE = "private", _("It tells something private about somebody")
    WRONG = "wrong", _("What it says is not right")
    ELSEWHERE = "elsewhere", _("It does not belong here")
    OTHER = "other", _("Something else")


NEVER_HIDES = (FlagReason.WRONG,)
"""Who says this puts a post into the queue; it stays where it is, however many say so. Wrong is corrected beside it."""


class Judgement(models.TextChoices):
    """What a moderator decides."""

    KEEP = "keep", pgettext_lazy("moderation", "Keep")
    HIDE = "hide", pgettext_lazy("moderation", "Hide")
    SPAM = "spam", pgettext_lazy("moderation", "Spam")
    CHANGE = "change", pgettext_lazy("moderation", "Ask to change")
    RESTRAIN = "restrain", pgettext_lazy("moderation", "Hide and slow down")


DEFAULT_REASONS: tuple[tuple[str, Words, Words], ...] = (
    ("spam", _("Advertising"), _("It mainly advertises something. This place is for each other's questions.")),
    ("unkind", _("Unkind"), _("It hurts somebody. You may disagree here, but stay friendly.")),
    ("private", _("Private"), _("It tells something private about you or somebody else, for everybody to read.")),
    ("discriminating", _("Discrimination"), _("It speaks badly about people because of who they are.")),
    ("illegal", _("Against the law"), _("It may be against the law.")),
    ("elsewhere", _("Not the right place"), _("It is about something else. We gladly help you find the right place.")),
    ("unclear", _("Not to be understood"), _("We do not understand what you mean. Can you say it in another way?")),
)
"""Reasons that every organisation begins with: a code, a name for the log, and what the author reads."""


@cache
def _begun_with() -> dict[str, Words]:
    """Each name and sentence of these, in every language in which a moderator may have chosen it."""
    found: dict[str, Words] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(words): words for _code, *both in DEFAULT_REASONS for words in both}
    return found


type InLanguages = Mapping[str, Sequence[str]]
"""The name and the sentence of a reason in further languages."""


def name_in_active_language(name: str, others: InLanguages) -> str:
    """The name of a reason for who reads it: as the organisation gave it in their language; otherwise as it is.

    A decision notes its reason as it was; its author may speak another language than the moderator.
    """
    return _in_active_language(name, others, 0)


def sentence_in_active_language(sentence: str, others: InLanguages) -> str:
    """The same for what a reason says to the author."""
    return _in_active_language(sentence, others, 1)


def _in_active_language(words: str, others: InLanguages, which: int) -> str:
    given = others.get((translation.get_language() or "").partition("-")[0])
    return given[which] if given else str(_begun_with().get(words, words))


REASON_OF_FLAG = {
    FlagReason.SPAM: "spam",
    FlagReason.UNKIND: "unkind",
    FlagReason.PRIVATE: "private",
    FlagReason.ELSEWHERE: "elsewhere",
}
"""Which reason is chosen beforehand when people reported this."""


class Step(models.TextChoices):
    """How far somebody's writing is restrained."""

    SLOW = "slow", _("may write now and then")
    HELD = "held", _("is looked at before others see it")
    SILENT = "silent", _("cannot write")


STEPS = (Step.SLOW, Step.HELD, Step.SILENT)
"""In this order for who was restrained before; the last one from then on."""
FIRST_SPAN = timedelta(days=1)
LONGEST_SPAN = timedelta(days=64)
"""Each further time lasts twice as long as the one before, up to this."""
REMEMBERED = timedelta(days=365)
"""Restraints that ended longer ago than this do not count any more."""
SLOW_GAP = timedelta(minutes=30)
"""Between two posts of somebody who may write now and then."""

FLAGS_TO_HIDE = 3.0
"""Weight of flags that hides a post until it is judged."""
MOST_WEIGHT = 2.5
"""Of one flag, so that nobody hides anything alone."""
ABUSE_AFTER = 5
"""Judged flags after which somebody who is nearly always wrong weighs nothing."""
ABUSE_BELOW = 0.2
SAME_PLACE = 0.5
"""What a flag from a network counts from which another flag on the same post came."""

FIRST_POSTS = 1
"""Posts of somebody new that are looked at first."""
SPAM_FROM = 70
"""Per cent from which something is held as likely spam."""
SPAM_FROM_KNOWN = 90
"""The same for who earned to be shown at once."""
MOST_IN_AN_HOUR = 30
MOST_IN_AN_HOUR_NEW = 8
SAID_KEPT = timedelta(days=30)
"""How long is remembered that a text was posted before."""

TELL_AFTER = timedelta(minutes=3)
"""Between a decision and the mail to the author: so long it can be undone without anybody having noticed."""
OBJECT_WITHIN = timedelta(days=60)
STOOD_FOR = timedelta(days=3)
"""A public post that nobody reported for so long teaches the filter what is good."""
