"""Corrections as HTML, for the pages of the packages above that show public messages."""

from __future__ import annotations

from collections.abc import Iterable

from django.template.loader import render_to_string
from markupsafe import Markup

from klankbord.moderation.actions.official_note import notes_on


def corrections(*, organisation_id: int, message_ids: Iterable[int]) -> dict[int, Markup]:
    """What stands beside each of these messages, in one query; messages without a correction are left out.

    The text is the organisation's own; as everything, it is escaped.
    """
    found = notes_on(organisation_id=organisation_id, message_ids=message_ids)
    return {
        pk: Markup(render_to_string("moderation/corrections.html", {"notes": notes}))  # noqa: S704 - Jinja escaped it
        for pk, notes in found.items()
    }
