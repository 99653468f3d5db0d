"""The Django application that brings the templates and static files."""

from __future__ import annotations

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Templates in `jinja2/`, static files in `static/`; no models."""

    name = "klankbord.design"
    verbose_name = "Design"
