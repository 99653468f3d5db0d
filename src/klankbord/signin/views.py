"""The one page that needs more than allauth gives: where somebody is signed in, in words."""

from __future__ import annotations

import re
from typing import Any

from allauth.usersessions.views import ListUserSessionsView
from django.utils.translation import gettext as _

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """`Firefox on Windows`; what cannot be recognised is called unknown, never shown as it came."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


class WhereSignedInView(ListUserSessionsView):
    """Where somebody is signed in, and the button that ends it elsewhere."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sessions, each with its device in words."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        for session in found["sessions"]:
            session.device = device_words(session.user_agent)
        return found


where_signed_in = WhereSignedInView.as_view()
