"""How `words.xz` and `parts.xz` were made: `python -m klankbord.understanding.dutch.gather /usr/share/dict/dutch`.

The list is OpenTaal's (BSD licence, see LICENSE-OpenTaal.txt), as Debian packages it (`wdutch` 2.20.19). Counted in it
is how many words each word begins or ends: what is often a part is believed to be one elsewhere.
"""

from __future__ import annotations

import lzma
import re
import sys
from collections import Counter
from pathlib import Path

from klankbord.understanding.dutch import lexicon
from klankbord.understanding.dutch.inflection import PARTICLES, stem
from klankbord.understanding.dutch.lexicon import fold

_PLAIN = re.compile(r"[a-zà-ÿĳ]{2,28}")
_OF_A_COUNTRY = re.compile(r"[A-Z][a-zà-ÿĳ]{3,27}s")
_SEEN_ENOUGH = 4
"""As part of so many words."""

# All words of three letters that are parts; most others are endings or chance.
_SHORT = """
    man dag hof wet pad net bak kop zak bal uur top lid vak rol gat les pot bus bos rij pak arm bed cel mes vis oog
    bad pas val kom gas lot hal rit eis kap zin tas set put tak hok pan kas bel dek dam kar ton bol som oor vat bon
    jas bom sap dak pop lap ras gel ijs wal box hut pil zee map mat pit rok god bar mix hek wol kan lat rad hol duo was
    tip zon dal bui kat vee bod koe act pet erf rem uil kip hit fan job jam kok cup app pin vet bio ski gif web dia
    gok tel zet win lak ink nek wei pen gym fax
"""
# Endings, prefixes and small words.
_NO_PARTS = """
    baar lijk loos eren king isme teen schap tuur teek eken puit toot seis abel ping tier lozer loosheid treek teer
    heid ring ster port aars eerde ende ante ener peel taan rijs tart kers deer laar leep tooi toom egel anti mede
    daar hier aart apen linker rechts super verg tegen terug heen rijks baren jarig matig kundig lozen schappen chip
    trek laat geen zijn over naar door voor heeft waren weer acht keer echt best goed eens
"""
_SHORT_PARTS, _NOT_PARTS = frozenset(_SHORT.split()), frozenset(_NO_PARTS.split())


def gather(source: Path, folder: Path) -> None:
    """Write both files into `folder`."""
    given = set(source.read_text(encoding="utf-8").split("\n"))
    kept = {word for word in given if _PLAIN.fullmatch(word)}
    for word in given:  # "Duits" and "Duitse", or "duits" would be the plural of a coin.
        if _OF_A_COUNTRY.fullmatch(word) and f"{word}e" in given:
            kept |= {word, f"{word}e"}
    words = sorted({fold(word.replace("ĳ", "ij")) for word in kept})
    _write(folder / "words.xz", words)
    lexicon.words.cache_clear()
    stem.cache_clear()
    first, last = _count(words)
    counted = {word for word in (*first, *last) if first[word] + last[word] >= _SEEN_ENOUGH}
    _write(folder / "parts.xz", [f"{word} {first[word]} {last[word]}" for word in sorted(counted)])


def _count(words: list[str]) -> tuple[Counter[str], Counter[str]]:
    known = set(words)
    bases = {word for word in words if stem(word) == word}
    first: Counter[str] = Counter()
    last: Counter[str] = Counter()
    for word in bases:
        for place in range(3, len(word) - 2):
            end = word[place:]
            if end in bases and (begin := _unlinked(word[:place], known)):
                if _may_be_part(begin) and begin not in PARTICLES:
                    first[begin] += 1
                if _may_be_part(end):
                    last[end] += 1
    return first, last


def _unlinked(begin: str, known: set[str]) -> str:
    if begin in known:
        return begin
    without = begin.removesuffix("s")
    return without if len(without) > 2 and without in known else ""


def _may_be_part(word: str) -> bool:
    return word in _SHORT_PARTS if len(word) < 4 else word not in _NOT_PARTS


def _write(file: Path, lines: list[str]) -> None:
    file.write_bytes(lzma.compress("\n".join(lines).encode("ascii", "ignore"), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    gather(Path(sys.argv[1]), Path(__file__).parent)
