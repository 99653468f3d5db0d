"""Asking the index: what fits some words, and what is like a text that someone is typing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings

from klankbord.search import spelling, words
from klankbord.search.contract import Audience
from klankbord.search.index import Hit, Index, Within
from klankbord.search.keeping import open_index
from klankbord.search.likeness import Likeness


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
) -> list[Hit]:
    """What fits `text` best among what this audience of this organisation may find, best first.

    Of several kinds at once, in one ranking; with `labels`, only what has all of them. Staff also find what is public.
    The index may be behind by a moment: check the rows through `visible_to` before showing anything.
    """
    within = Within(organisation_id=organisation_id, kinds=kinds, audience=audience, labels=labels)
    return words.find(_index_in(index_folder()), text, within=within, limit=limit)


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
    within = Within(organisation_id=organisation_id, kinds=kinds, audience=audience, labels=labels)
    return _likeness_in(index_folder()).similar(text, title=title, within=within, exclude=exclude, limit=limit)


def did_you_mean(
    text: str,
    *,
    organisation_id: int,
    kinds: Sequence[str],
    audience: Audience = Audience.PUBLIC,
    labels: Sequence[str] = (),
) -> str | None:
    """`text` spelled as it would be found; None when all its words are known or no spelling is near.

    Asked when nothing was found. Every word that is offered can be found by who asks.
    """
    within = Within(organisation_id=organisation_id, kinds=kinds, audience=audience, labels=labels)
    return spelling.did_you_mean(_index_in(index_folder()), text, within=within)
