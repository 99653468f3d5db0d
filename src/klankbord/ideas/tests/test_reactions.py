"""Each reaction does its work, and doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from klankbord.events.models import OutboxEvent
from tests import cast

from .situations import SITUATIONS


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the house, by table."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model.__module__.startswith("klankbord.") and model is not OutboxEvent
    }


@pytest.mark.parametrize("reaction", SITUATIONS, ids=lambda each: each.__name__)
def test_it_does_its_work_once(reaction: Callable[[Any], None], klank: cast.DeKlank):
    event = SITUATIONS[reaction](klank)
    before = everything()
    reaction(event)
    once = everything()
    assert once != before
    reaction(event)
    assert everything() == once
