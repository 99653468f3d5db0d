"""The houses whose pages were asked for since this process began: what an error page can still say of them when the
database is away, their name and above all their phone number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klankbord.people.models import Organisation

_known: dict[str, Organisation] = {}


def remember(organisation: Organisation) -> None:
    """Keep what the database said of it last. There are as many as organisations, not as many as hosts asked for."""
    _known[organisation.host] = organisation


def last_known(host: str) -> Organisation | None:
    """The organisation of this host (with or without a port) as it was last seen."""
    return _known.get(host.lower().partition(":")[0].rstrip("."))
