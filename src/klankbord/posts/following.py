"""A running log is followed on its own: who wants to hear of one branch need not hear of all."""

from __future__ import annotations

from klankbord.people.models import Organisation
from klankbord.posts.models import Log

_PREFIX = "log"


class FollowedLogs:
    """Logs, as lists that can be followed; see `participation.contract.Lists`."""

    prefix = _PREFIX

    def name(self, *, organisation: Organisation, number: int) -> str | None:
        """The log's name."""
        return Log.objects.of(organisation).filter(pk=number).values_list("name", flat=True).first()


def log_area(log_id: int) -> str:
    """The area that follows this log."""
    return f"{_PREFIX}:{log_id}"
