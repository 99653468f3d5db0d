"""Asking the index: what fits some words, and what is like a text that someone is typing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings

from klankbord.design.kept import Kept
from klankbord.search import spelling, words
from klankbord.search.contract import Audience
from klankbord.search.index import Hit, Index, Within
from klankbord.search.keeping import open_index
from klankbord.search.likeness import Likeness

_ANSWERS = 20_000
"""Units of `_size` that are kept, of each kind of question."""


def _size(hits: Sequence[Hit]) -> int:
    return 10 + len(hits)


_FOUND: Kept[Sequence[Hit]] = Kept(_ANSWERS, _size)
_MEANT: Kept[tuple[Sequence[Hit], str]] = Kept(_ANSWERS, lambda found: _size(found[0]))


@cache
def _index_in(folder: Path) -> Index:
    return open_index(folder)


@cache
def _likeness_in(folder: Path) -> Likeness:
    return Likeness(_index_in(folder))


def index_folder() -> Path:
    """Where this machine's index is."""
    return Path(settings.OPTIONS.dir) / "search"


def find(
    text: str,
    *,
    organisation_id: int,
    kinds: Sequence[str],
    audience: Audience = Audience.STAFF,
    labels: Sequence[str] = (),
    limit: int = 50,
    strictly: bool = False,
) -> Sequence[Hit]:
    """What fits `text` best among what this audience of this organisation may find, best first.

    Of several kinds at once, in one ranking; with `labels`, only what has all of them. Staff also find what is public.
    `strictly` finds only what has all the words, and not what has no more than a part of a compound.
    The index may be behind by a moment: check the rows through `visible_to` before showing anything.
    """
    within = _within(organisation_id, kinds, audience, labels)
    asked = text, within, limit, strictly
    return _answered(
        _FOUND, asked, lambda index: words.find(index, text, within=within, limit=limit, strictly=strictly)
    )


def find_as_meant(
    text: str,
    *,
    organisation_id: int,
    kinds: Sequence[str],
    audience: Audience = Audience.PUBLIC,
    labels: Sequence[str] = (),
    limit: int = 50,
) -> tuple[Sequence[Hit], str]:
    """What `find` finds, and the words that were looked for: where nothing has all of `text` and a word of it is known
    to nobody, the nearest spelling.

    Only a spelling all words of which are found together is told. By another one is looked where `text` itself finds
    nothing, and then nothing is said of it: it may be as wrong as what was typed.
    """
    within = _within(organisation_id, kinds, audience, labels)
    return _answered(_MEANT, (text, within, limit), lambda index: _as_meant(index, text, within, limit))


def _as_meant(index: Index, text: str, within: Within, limit: int) -> tuple[list[Hit], str]:
    hits = words.find(index, text, within=within, limit=limit)
    if hits and hits[0].has_all:
        return hits, text
    meant = spelling.did_you_mean(index, text, within=within)
    found = words.find(index, meant, within=within, limit=limit) if meant else []
    if meant and found and found[0].has_all:
        return found, meant
    return hits or found, text


def _within(organisation_id: int, kinds: Sequence[str], audience: Audience, labels: Sequence[str]) -> Within:
    return Within(organisation_id=organisation_id, kinds=tuple(kinds), audience=audience, labels=tuple(labels))


def _answered[V](kept: Kept[V], asked: Hashable, answer: Callable[[Index], V]) -> V:
    """The same commit of the index answers the same question the same."""
    index = _index_in(index_folder())
    return kept.get_or((index.folder, index.reload(), asked), lambda: answer(index))


def similar(
    text: str,
    *,
    title: str = "",
    organisation_id: int,
    kinds: Sequence[str],
    audience: Audience = Audience.PUBLIC,
    labels: Sequence[str] = (),
    exclude: Collection[tuple[str, int]] = (),
    limit: int = 10,
) -> list[Hit]:
    """What is about the same as a whole text, which may still be being typed; best first.

    Small words that both have ("in the") are not enough: nothing is better than something about another thing.

    Args:
        text: A sentence, a paragraph, a page.
        title: What stands above it, if anything does: it counts more.
        organisation_id: Whose documents.
        kinds: Of which kinds.
        audience: Who asks.
        labels: Only what has all of these.
        exclude: Kind and id of what is no answer: the text itself, when it is known already.
        limit: How many at most.
    """
    within = _within(organisation_id, kinds, audience, labels)
    return _likeness_in(index_folder()).sharing(text, title=title, within=within, exclude=exclude, limit=limit)
