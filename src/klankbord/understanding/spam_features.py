"""What of a text tells spam from what people say: its words, pairs of words, beginnings of words, and where links lead.

Each feature is a number below 65,536 (CRC-32 of its name), so that what is learned fits in a bounded number of rows and
is the same in every process. Texts are read as a person sees them: look-alike letters of other scripts and invisible
signs are undone first, or each spelling of "саsino" would be a new word.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from itertools import pairwise

BUCKETS = 65_536
MOST_CHARACTERS = 10_000
"""Read of each text; who says more than that says it in the first ten thousand signs."""
_MOST_WORDS = 400

_LINK = re.compile(
    r"\b(?:https?://|www\.)([^\s/?#<>\"']{1,120})[^\s<>\"']{0,300}"
    r"|(?<![\w@.])((?:[a-z0-9][a-z0-9-]{0,40}\.){1,3}(?:com|net|org|nl|be|de|fr|eu|info|biz|ru|cn|xyz|top|online|site|shop|club|io|co|me|tk|link"
    r"|click|live|icu|vip|win|bet|casino|loan|tv|ly|gl|gd|gg|cc|ws|store|blog|app|us|uk|example))(?![\w@.])(?:/[^\s<>\"']{0,300})?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]{2,30}")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_LOOK_ALIKE = str.maketrans(
    "аеорсухѕіјԁһԛԝѵтмнквАВЕКМНОРСТУХЅІЈοαρνεικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxsijdhqwvtmhkbABEKMHOPCTYXSIJoapveiktuABEZHIKMNOPTYX",
)
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u052f]")


def readable(text: str) -> str:
    """The text as it looks: invisible signs gone, compatibility forms and look-alike letters in Latin words undone."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text[:MOST_CHARACTERS]))
    if not _OTHER_SCRIPT.search(plain):
        return plain
    return re.sub(r"\w+", lambda word: _unmasked(word[0]), plain)


def mixed_words(text: str) -> int:
    """How many words hold Latin letters together with Greek or Cyrillic ones, as no language does."""
    words = re.findall(r"[^\W\d_]{3,}", text[:MOST_CHARACTERS])
    return sum(1 for word in words if _LATIN.search(word) and _OTHER_SCRIPT.search(word))


def link_hosts(text: str) -> list[str]:
    """The host names of all links, also those written without http, in lower case and without `www`."""
    found = (match[1] or match[2] for match in _LINK.finditer(text[:MOST_CHARACTERS]))
    return [host.lower().removeprefix("www.").rpartition("@")[2].split(":")[0].rstrip(".,;!?)]}*_") for host in found]


def features(text: str) -> dict[int, str]:
    """The features of a text: their numbers, each with words that a moderator may be shown (or none)."""
    plain = readable(text)
    hosts = link_hosts(plain)
    words = [word.casefold() for word in _WORD.findall(_LINK.sub(" ", plain))][:_MOST_WORDS]
    named: dict[str, str] = {f"host {host}": host for host in hosts}
    named.update((f"domain {_domain(host)}", _domain(host)) for host in hosts)
    named["links " + ("none" if not hosts else "one" if len(hosts) == 1 else "more")] = ""
    named["length " + _size(len(words))] = ""
    for word in words:
        named[f"word {word}"] = word
        if len(word) > 5:
            named[f"begins {word[:5]}"] = ""
    for first, second in pairwise(words):
        named[f"pair {first} {second}"] = f"{first} {second}"
    return {zlib.crc32(name.encode()) % BUCKETS: shown for name, shown in named.items()}


def _unmasked(word: str) -> str:
    return word.translate(_LOOK_ALIKE) if _LATIN.search(word) and _OTHER_SCRIPT.search(word) else word


def _domain(host: str) -> str:
    return ".".join(host.split(".")[-2:])


def _size(words: int) -> str:
    return "none" if not words else "short" if words < 6 else "middle" if words < 40 else "long"
