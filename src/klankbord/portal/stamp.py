"""The signed stamp of a form: its own number, and when it was shown.

The number makes one contribution of a double click. The moment holds off programs that fill in forms: they send at
once, or send a form that they fetched long ago.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

from klankbord import clock

SHORTEST = timedelta(seconds=3)
"""Nobody reads and fills in a form faster."""
LONGEST = timedelta(hours=24)
_signer = Signer(salt="klankbord.portal.stamp")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A genuine stamp. `number` is the contribution's id."""

    number: str
    shown_at: datetime

    @property
    def is_too_fast(self) -> bool:
        """Sent sooner than a person can."""
        return clock.now() - self.shown_at < SHORTEST

    @property
    def is_too_old(self) -> bool:
        """Sent long after it was shown."""
        return clock.now() - self.shown_at > LONGEST


def new_stamp(*, again: bool = False) -> str:
    """A fresh stamp for a form that is shown now; `again` for one that may be sent at once."""
    shown = clock.now() - (SHORTEST if again else timedelta())
    return _signer.sign(f"form-{secrets.token_hex(12)}.{int(shown.timestamp())}")


def read_stamp(text: str) -> Stamp | None:
    """The stamp if this installation made it, else None."""
    try:
        number, _, seconds = _signer.unsign(text[:200]).rpartition(".")
        return Stamp(number, datetime.fromtimestamp(int(seconds), UTC))
    except (BadSignature, ValueError):
        return None
