"""Under which numbers things go out: those that they came in with, or numbers beyond all of these."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cached_property
from itertools import batched
from typing import Any

from django.db.models import Max

from klankbord.community.models import Imported
from klankbord.people.models import Organisation, Person

TOGETHER = 500


def as_date(moment: datetime) -> str:
    """As dumps write a moment: UTC, in milliseconds, without saying so."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}"


class Numbers:
    """The numbers of one export. What was born here has the highest number there was plus its own id: no map is kept,
    however large the community.
    """

    def __init__(self, organisation: Organisation, source: str) -> None:
        self.organisation = organisation
        self.source = source
        self._highest: dict[str, int] = {}

    def beyond(self, kind: str, pk: int) -> int:
        """The number of a row of this file that was born here."""
        if kind not in self._highest:
            rows = Imported.objects.of(self.organisation).rows(self.source, kind)
            self._highest[kind] = max(rows.aggregate(most=Max("number"))["most"] or 0, 0)
        return self._highest[kind] + pk

    def imported(self, kind: str) -> Iterator[Imported]:
        """The rows of this file that were brought in, in their order."""
        rows = Imported.objects.of(self.organisation).rows(self.source, kind).order_by("number")
        yield from rows.select_related("message__conversation", "person").iterator(chunk_size=TOGETHER)

    def batches(self, kind: str) -> Iterator[tuple[Imported, ...]]:
        """The same, some at a time."""
        yield from batched(self.imported(kind), TOGETHER)

    def posts(self, message_ids: Collection[int]) -> dict[int, int]:
        """The numbers of these posts, by message."""
        rows = Imported.objects.of(self.organisation).rows(self.source, "Posts").filter(message_id__in=message_ids)
        known = dict(rows.values_list("message_id", "number"))
        return {pk: known[pk] if pk in known else self.beyond("Posts", pk) for pk in message_ids}

    def users(self, person_ids: Collection[int | None]) -> dict[int, int]:
        """The numbers of these persons; one that was merged goes out as who they are now."""
        wanted = {pk for pk in person_ids if pk is not None}
        rows = Imported.objects.of(self.organisation).rows(self.source, "Users").filter(person_id__in=wanted)
        known = dict(rows.values_list("person_id", "number"))
        found = {}
        for person in Person.objects.of(self.organisation).filter(pk__in=wanted).select_related("merged_into"):
            canonical = person.canonical.pk
            number = known.get(person.pk)
            found[person.pk] = number if number is not None else self._canonical(canonical)
        return found

    def _canonical(self, pk: int) -> int:
        rows = Imported.objects.of(self.organisation).rows(self.source, "Users").filter(person_id=pk)
        number = rows.values_list("number", flat=True).first()
        return number if number is not None else self.beyond("Users", pk)

    @cached_property
    def brought_in(self) -> Any:
        """The messages that came from the dump, as a subquery."""
        rows = Imported.objects.of(self.organisation).filter(source=self.source, message__isnull=False)
        return rows.filter(kind__in=("Posts", "Comments")).values("message_id")
