"""What of the operator's own network a mailbox's settings may lead to, out of those settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from klankbord.channels.settings_form import gettext_noop as _
from klankbord.outbound.addresses import Inside

LEADS_INSIDE = _("This server is inside our own network. Whoever runs Klankbord can allow that (reachable_inside).")


def inside_of(settings: Mapping[str, object]) -> Inside:
    """The operator's word (`reachable_inside`); nothing when it is silent."""
    return Inside.of(cast(Iterable[str], settings.get("reachable_inside") or ()))
