"""What posts and tips keep of a person beside the words: the pictures of their tips."""

from __future__ import annotations

from collections.abc import Sequence

from klankbord import clock
from klankbord.files.actions import forget_file, read_file
from klankbord.people.contract import PersonalData
from klankbord.posts.models import Tip


class PostsData:
    """Provides `KeepsPersonalData` for the pictures; the words are kept by conversations."""

    name = "tips"

    def export(self, *, organisation_id: int, person_ids: Sequence[int]) -> PersonalData:
        """The tips with what was said of their pictures, and the pictures."""
        rows = Tip.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        tips = list(rows.select_related("conversation", "picture").order_by("given_at"))
        return PersonalData(
            [{"tip": each.conversation.subject, "at": each.given_at, "picture": each.picture_words} for each in tips],
            {f"{each.pk}.webp": read_file(each.picture) for each in tips if each.picture is not None},
        )

    def erase(self, *, organisation_id: int, person_ids: Sequence[int]) -> None:
        """The pictures and their words; without words of its own a tip is in no list. Twice is once."""
        rows = Tip.objects.of(organisation_id).filter(conversation__person_id__in=person_ids)
        rows.filter(withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
        for tip in rows.select_related("picture"):
            picture, tip.picture, tip.picture_words = tip.picture, None, ""
            tip.save(update_fields=["picture", "picture_words"])
            if picture is not None:
                forget_file(picture)
