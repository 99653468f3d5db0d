"""What tests of reactions share: the event that was published last, and everything that the database holds."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from klankbord.events.base import Event, load
from klankbord.events.models import OutboxEvent


def last(name: str) -> Event:
    """The newest published event of this name."""
    row = OutboxEvent.objects.filter(name=name).latest("pk")
    return load(row.name, row.fields)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the house, by table; what was published meanwhile is no work of a reaction."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model.__module__.startswith("klankbord.") and model is not OutboxEvent
    }
