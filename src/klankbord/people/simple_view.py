"""The simple view: larger letters, one column, one thing at a time. Whoever wants it chooses it, on any public page.

A page for everybody may depend on it: its cookie is among those by which the front keeps pages apart
(`FrontOptions.preference_cookies`).
"""

from __future__ import annotations

from django.http import HttpRequest

SIMPLE_COOKIE = "simple"
CHOSEN = "1"


def is_simple(request: HttpRequest) -> bool:
    """Whether who asks for this page chose the simple view."""
    return request.COOKIES.get(SIMPLE_COOKIE) == CHOSEN
