"""Bringing in a whole dump. It can be broken off and begun again at any moment, and a second time adds nothing."""

from __future__ import annotations

from pathlib import Path

from klankbord.community.stackexchange.history import bring_in_history
from klankbord.community.stackexchange.links import bring_in_links
from klankbord.community.stackexchange.people import bring_in_users
from klankbord.community.stackexchange.posts import (
    bring_in_answers,
    bring_in_comments,
    bring_in_questions,
    bring_in_topics,
)
from klankbord.community.stackexchange.rows import NotADump
from klankbord.community.stackexchange.source import Progress, Source, silent
from klankbord.community.stackexchange.votes import bring_in_votes
from klankbord.community.stackexchange.ways_home import lead_home
from klankbord.people.models import Organisation


def import_dump(*, organisation: Organisation, folder: Path, name: str = "", progress: Progress = silent) -> Source:
    """Bring in the dump in `folder`; what became of it. `name` is where it comes from, the folder's name if not given.

    Raises:
        NotADump: there is no such dump, or a file of it holds what no dump holds. What was read before stays.
    """
    source = Source(organisation, folder, (name or folder.resolve().name).strip().lower()[:120], progress)
    if source.file("Posts") is None:
        raise NotADump(f"There is no Posts.xml in {folder}.")
    bring_in_topics(source)
    bring_in_users(source)
    bring_in_questions(source)
    bring_in_answers(source)
    bring_in_comments(source)
    bring_in_votes(source)
    bring_in_links(source)
    lead_home(source)
    bring_in_history(source)
    source.each("Badges", lambda batch: source.keep("Badges", ((row, {}) for row in batch)))
    return source
