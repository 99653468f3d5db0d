"""That words which were erased or changed are to leave the index's files within a day.

A document that is removed is only marked; its words stay in the files until its segment is merged, which for a large
one may be never. So half a day after a change every document is written anew (`keeping.forget`), until no segment of
before is left. What is to be done is noted in files beside the index: another process may have to go on with it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from klankbord import clock
from klankbord.search.index import Writer

HALF_A_DAY = timedelta(hours=12)
"""How long words may wait until the writing begins; it ends within a day."""


class Forgetting:
    """The notes in an index folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._noted = folder / "changed.json"
        self._begun = folder / "forgetting.json"

    def note(self) -> None:
        """A document that was there was removed or changed."""
        if not self._noted.exists():
            self._noted.write_text(json.dumps({"since": clock.now().isoformat()}), encoding="ascii")

    def is_due(self) -> bool:
        """Whether it is time; also when it was begun and not finished."""
        return self._begun.exists() or (self._noted.exists() and clock.now() - self._since() >= HALF_A_DAY)

    def _since(self) -> datetime:
        try:
            return datetime.fromisoformat(json.loads(self._noted.read_text(encoding="ascii"))["since"])
        except (ValueError, KeyError, TypeError):
            return clock.now() - HALF_A_DAY  # A damaged note is no reason to keep the words.

    def begin(self, writer: Writer) -> frozenset[str]:
        """What is changed from now on is for the next time. Returns the segments that must go."""
        if self._noted.exists():
            self._noted.replace(self._begun)
        writer.commit()
        return frozenset(id_ for id_, has_removed in _listed(self._folder).items() if has_removed)

    def done(self) -> None:
        """The words are gone."""
        self._begun.unlink(missing_ok=True)


def segments(folder: Path) -> frozenset[str]:
    """The segments that an index consists of."""
    return frozenset(_listed(folder))


def _listed(folder: Path) -> dict[str, bool]:
    """Each segment, and whether there are words of removed documents in it."""
    listed = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
    return {each["segment_id"]: bool(each.get("deletes")) for each in listed}
