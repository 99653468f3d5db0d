"""The server's entry point: the front before Django."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import connection

from klankbord.config.wsgi import application as django
from klankbord.front.asgi import Front
from klankbord.front.options import FrontOptions
from klankbord.front.static import StaticFiles
from klankbord.wiring.tables import ANNOUNCERS


def make_front(readiness: Callable[[], Mapping[str, bool]]) -> Front:
    """The front of this installation; `readiness` says which parts of the process work."""
    sqlite = Path(settings.DATABASES["default"]["NAME"]) if connection.vendor == "sqlite" else None
    options = FrontOptions(
        trusted_proxies=settings.OPTIONS.trusted_proxies,
        hsts=settings.SECURE_HSTS_SECONDS,
    )
    return Front(
        django=django,
        announcers=ANNOUNCERS,
        options=options,
        sqlite=sqlite,
        static=StaticFiles(settings.STATIC_URL, remember=not settings.DEBUG),
        readiness=readiness,
    )
