"""The pictures that hang at messages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from klankbord.community.models import Picture


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture at a message. `words` say what it shows."""

    url: str
    words: str
    width: int
    height: int


def pictures_of(organisation_id: int, message_ids: Collection[int]) -> dict[int, list[ShownPicture]]:
    """By message, in the order in which they were added."""
    rows = Picture.objects.of(organisation_id).filter(attachment__message_id__in=message_ids).order_by("attachment_id")
    found: dict[int, list[ShownPicture]] = {}
    columns = ("attachment__message_id", "pk", "attachment__name", "width", "height")
    for message_id, pk, words, width, height in rows.values_list(*columns):
        shown = ShownPicture(reverse("community:picture", args=[pk]), words, width, height)
        found.setdefault(message_id, []).append(shown)
    return found
