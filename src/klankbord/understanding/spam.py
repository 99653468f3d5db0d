"""How likely a post is spam, on the spot, with reasons that a person can read. No puzzles, no outside service.

Two things are weighed. *Signals* mean the same everywhere: many links, addresses that hide where they lead, the same
words again and again, shouting, letters of two scripts in one word, a text that was posted before, a flood from one
person. The *filter* knows nothing until the organisation's own decisions teach it: each adds one to the counts of the
text's features (`spam_features`), and taking a decision back subtracts them again; so counts can lie in rows and be
changed by many at once.

The filter is G. Robinson's and the SpamBayes project's: how spam-like a feature is, is its share among spam against its
share among good texts, drawn to one half as long as it was seen seldom; the most telling ones are joined by Fisher's
method. What points both ways ends in the middle rather than at an end. scikit-learn was weighed for its `partial_fit`:
with numpy and scipy some 150 MB of packages, and what it learned lies in an array that two machines cannot both add to.

Measured on comments of the YouTube Spam Collection (CC BY 4.0; Alberto, Lochter and Almeida, 2015): the first 103 below
one video (63 spam) and the first 81 below another (36 spam), copied by hand. At a probability of one half:

| taught by | tried on | spam found | good texts accused | area under the curve |
|---|---|---|---|---|
| nothing | other video | 0 of 36 | 0 of 45 | 0.56 |
| the one video | the other | 25 of 36 | 1 of 45 | 0.84 |
| the other | the one | 63 of 63 | 22 of 40 | 0.96 |
| half of both, shuffled | the other half | 40 of 43 | 6 of 49 | 0.97 |
| 40 decisions | that half | 39 of 43 | 2 of 49 | 0.96 |
| 20 decisions | that half | 33 of 43 | 1 of 49 | 0.93 |

So it learns what an organisation decides about its own pages, within some forty decisions; what it learned elsewhere
does not carry over (where all talk is about "checking the views", "check" means nothing). No open list of Dutch
comments was to be had.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from klankbord.understanding.spam_features import MOST_CHARACTERS, features, link_hosts, mixed_words, readable

_STRENGTH = 0.45
"""How many sightings the assumption weighs that an unknown feature says nothing (SpamBayes: 0.45)."""
_TELLING = 0.1
"""Features nearer to one half than this are left out (SpamBayes: 0.1)."""
_MOST_TELLING = 150
_ENOUGH = 10
"""Decisions of each kind after which the filter speaks at full strength; before, in proportion."""
_FILTER_WEIGHT = 6.0
"""Log-odds that a filter adds which is entirely sure."""
_MOST_FOR_GOOD = -2.0
"""Log-odds that it takes away at most: a good text with one bad link behind it is not good."""
_BEFORE = -3.0
"""Log-odds before anything is known: about one post in twenty is spam."""

_SHORTENERS = frozenset(
    (
        "bit.ly",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "buff.ly",
        "cutt.ly",
        "rb.gy",
        "shorturl.at",
        "adf.ly",
        "t.ly",
        "s.id",
    )
)
_CONTACTS = frozenset(
    ("wa.me", "t.me", "telegram.me", "api.whatsapp.com", "chat.whatsapp.com", "discord.gg", "line.me")
)
_BAD_ENDINGS = (".xyz", ".top", ".icu", ".click", ".loan", ".win", ".bet", ".casino", ".tk", ".cn.com", ".vip", ".club")
_NUMERIC_HOST = re.compile(r"[0-9.]+\Z|xn--")


class Reason(StrEnum):
    """Why a text looks like spam; the words for people are the caller's, in their language."""

    LINKS = "links"
    HIDDEN_LINKS = "hidden_links"
    ONLY_A_LINK = "only_a_link"
    REPETITION = "repetition"
    SHOUTING = "shouting"
    MIXED_SCRIPTS = "mixed_scripts"
    SAID_BEFORE = "said_before"
    FLOOD = "flood"
    LIKE_EARLIER_SPAM = "like_earlier_spam"


@dataclass(frozen=True, slots=True)
class Found:
    """One reason: how many times it holds, and words of the text that show it."""

    reason: Reason
    count: int = 1
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How likely a text is spam, and why: the heaviest reason first; none when nothing speaks for it."""

    probability: float
    reasons: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Signals:
    """What the text alone cannot tell.

    Attributes:
        recent: Posts of the same person or network in the last hour, this one not counted.
        said_before: How often the same text was posted before, by whomever.
        known_hosts: Hosts whose links mean nothing bad here: the organisation's own and those that it trusts.
    """

    recent: int = 0
    said_before: int = 0
    known_hosts: frozenset[str] = frozenset()


@dataclass(slots=True)
class Model:
    """What was decided before, as counts: how many texts, and for each feature in how many of them it stood.

    It may hold only the features of the text in question, as read from rows.
    """

    spam: int = 0
    good: int = 0
    counts: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Feature → (in spam, in good texts)."""


def score(text: str, *, model: Model, signals: Signals = Signals()) -> Score:
    """Say how likely `text` is spam. Linear in its first 10,000 characters; the rest is not read."""
    weighed = [*_links(text, signals), *_manner(text), *_circumstances(signals)]
    says, words = filter_probability(text, model)
    learned = max(_MOST_FOR_GOOD, _FILTER_WEIGHT * (2 * says - 1))
    total = _BEFORE + sum(weight for weight, _ in weighed) + learned
    if learned > 0.5:
        weighed.append((learned, Found(Reason.LIKE_EARLIER_SPAM, words=words)))
    reasons = tuple(found for _, found in sorted(weighed, key=lambda each: -each[0]))
    return Score(probability=1 / (1 + math.exp(-total)), reasons=reasons)


def learn(model: Model, text: str, *, is_spam: bool, times: int = 1) -> list[int]:
    """Add a decision to the model in place; `times=-1` takes one back. Returns the features whose counts changed."""
    changed = list(features(text))
    model.spam += times * is_spam
    model.good += times * (not is_spam)
    for feature in changed:
        spam, good = model.counts.get(feature, (0, 0))
        model.counts[feature] = (max(0, spam + times * is_spam), max(0, good + times * (not is_spam)))
    return changed


def filter_probability(text: str, model: Model) -> tuple[float, tuple[str, ...]]:
    """What the filter alone says, and the words that say it most. One half while it has not seen both kinds."""
    if not (model.spam and model.good):
        return 0.5, ()
    judged = sorted(_telling(features(text), model), reverse=True)[:_MOST_TELLING]
    if not judged:
        return 0.5, ()
    spam_like = _fisher(1 - share for _, share, _ in judged)
    good_like = _fisher(share for _, share, _ in judged)
    says = (1 + good_like - spam_like) / 2
    trust = min(1.0, min(model.spam, model.good) / _ENOUGH)
    words = tuple(shown for _, share, shown in judged if shown and share > 0.7)[:3]
    return 0.5 + trust * (says - 0.5), words


def _telling(found: Mapping[int, str], model: Model) -> Iterable[tuple[float, float, str]]:
    for feature, shown in found.items():
        spam, good = model.counts.get(feature, (0, 0))
        if not (seen := spam + good):
            continue
        in_spam, in_good = spam / model.spam, good / model.good
        share = (_STRENGTH * 0.5 + seen * in_spam / (in_spam + in_good)) / (_STRENGTH + seen)
        if abs(share - 0.5) >= _TELLING:
            yield abs(share - 0.5), share, shown


def _fisher(chances: Iterable[float]) -> float:
    """Fisher's method: how unlikely chances as small as these are together (chi-square with two degrees each)."""
    count, total = 0, 0.0
    for chance in chances:
        count, total = count + 1, total - math.log(max(chance, 1e-12))
    term = summed = math.exp(-min(total, 700.0))
    for step in range(1, count):
        term *= total / step
        summed += term
    return min(summed, 1.0)


def _links(text: str, signals: Signals) -> Iterable[tuple[float, Found]]:
    hosts = [host for host in link_hosts(readable(text)) if not _known(host, signals.known_hosts)]
    if not hosts:
        return
    yield min(0.4 * len(hosts), 2.5), Found(Reason.LINKS, len(hosts), tuple(dict.fromkeys(hosts))[:3])
    hidden = [host for host in hosts if _hides(host)]
    if hidden:
        yield 1.5, Found(Reason.HIDDEN_LINKS, len(hidden), tuple(dict.fromkeys(hidden))[:3])
    if len(re.findall(r"\w+", text[:MOST_CHARACTERS])) < 6 + 8 * len(hosts):
        yield 1.2, Found(Reason.ONLY_A_LINK)


def _known(host: str, known: frozenset[str]) -> bool:
    return any(host == each or host.endswith("." + each) for each in known)


def _hides(host: str) -> bool:
    return host in _SHORTENERS or host in _CONTACTS or host.endswith(_BAD_ENDINGS) or bool(_NUMERIC_HOST.match(host))


def _manner(text: str) -> Iterable[tuple[float, Found]]:
    plain = readable(text)
    words = [word.casefold() for word in re.findall(r"[^\W\d_]{2,}", plain)]
    if len(words) >= 12 and len(set(words)) / len(words) < 0.35:
        yield 1.5, Found(Reason.REPETITION)
    elif re.search(r"([^\s.\-_=*])\1{9}", plain):
        yield 0.7, Found(Reason.REPETITION)
    letters = [sign for sign in plain if sign.isalpha()]
    if len(letters) >= 20 and sum(sign.isupper() for sign in letters) / len(letters) > 0.6:
        yield 0.8, Found(Reason.SHOUTING)
    if mixed := mixed_words(text):
        yield min(1.0 + 0.5 * mixed, 3.0), Found(Reason.MIXED_SCRIPTS, mixed)


def _circumstances(signals: Signals) -> Iterable[tuple[float, Found]]:
    if signals.said_before:
        yield min(1.5 + 0.75 * signals.said_before, 4.5), Found(Reason.SAID_BEFORE, signals.said_before)
    if signals.recent >= 4:
        yield min(0.5 * (signals.recent - 3), 3.0), Found(Reason.FLOOD, signals.recent)
