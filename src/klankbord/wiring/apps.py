"""Puts the house together when Django starts."""

from __future__ import annotations

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "klankbord.wiring"
    label = "wiring"

    def ready(self) -> None:
        """Register reactions, jobs and sources of work."""
        from klankbord.wiring import tables  # noqa: PLC0415 - models are only loaded by now

        tables.register()
