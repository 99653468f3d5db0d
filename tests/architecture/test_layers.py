"""The tree is the rule: who imports whom, and which foreign keys point where."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from klankbord.people.tenancy import TenantModel, TenantQuerySet

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "klankbord"

GLOBAL_MODELS = {
    "people.Organisation": "the tenant itself",
    "people.User": "one user may work for several organisations",
    "events.OutboxEvent": "told to the installation's runner; carries its organisation as an id",
    "events.ReactionRetry": "work of the installation's runner",
    "events.ScheduledJob": "runs once for the whole installation",
}
"""Rows that belong to no single organisation, and why."""


def layers() -> list[list[str]]:
    """The lines of the house from top to bottom, as pyproject.toml has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    lines = next(each for each in contracts if each["id"] == "house")["layers"]
    return [[name.strip(" ()") for name in line.split("|")] for line in lines]


def height(package: str) -> int:
    """How high a package stands; 0 is the bottom."""
    found = [number for number, line in enumerate(reversed(layers())) if package in line]
    assert found, f"{package} has no place in the house"
    return found[0]


def own_models() -> list[type[models.Model]]:
    """All models of this house."""
    return [model for model in apps.get_models() if model.__module__.startswith("klankbord.")]


@pytest.mark.slow
def test_the_contracts_of_the_import_linter_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(linter)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_a_foreign_key_points_to_its_own_package_or_to_one_below():
    wrong = []
    for model in own_models():
        here = height(model.__module__.split(".")[1])
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if isinstance(target, type) and target.__module__.startswith("klankbord."):
                there = target.__module__.split(".")[1]
                if there != model.__module__.split(".")[1] and height(there) >= here:
                    wrong.append(f"{model._meta.label}.{field.name} points up to {target._meta.label}")
    assert not wrong


def test_every_model_belongs_to_an_organisation_or_says_why_not():
    loose = {model._meta.label for model in own_models() if not issubclass(model, TenantModel)}
    through = {model._meta.label for model in own_models() if model._meta.auto_created}
    assert loose - through == set(GLOBAL_MODELS)


def test_every_row_of_an_organisation_is_reached_through_the_guarded_door():
    for model in own_models():
        if issubclass(model, TenantModel):
            assert isinstance(model._default_manager.all(), TenantQuerySet), model._meta.label
            assert model._meta.base_manager_name == "unguarded", model._meta.label


def test_the_unguarded_door_is_used_by_nobody_but_a_migration_which_is_for_all_organisations():
    users = [
        str(file.relative_to(SOURCE))
        for file in SOURCE.rglob("*.py")
        if ".unguarded" in file.read_text() and not {"tests", "migrations"}.intersection(file.parts)
    ]
    assert users == []
