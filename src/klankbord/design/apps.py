"""The Django application that brings the templates and static files."""

from __future__ import annotations

from django.apps import AppConfig

from klankbord.design.refusals import speak_plainly


class DesignConfig(AppConfig):
    """Templates in `jinja2/`, static files in `static/`; no models."""

    name = "klankbord.design"
    verbose_name = "Design"

    def ready(self) -> None:
        """Forms speak our words."""
        speak_plainly()
