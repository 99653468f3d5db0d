"""For how long a page with days in words stays true by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from klankbord import clock
from klankbord.people.models import Organisation


def until_midnight(organisation: Organisation) -> datetime:
    """The next moment at which "today" means another day there."""
    here = clock.now().astimezone(organisation.zone)
    return (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
