"""For all tests: a data folder of their own and the current catalogues, before Django reads its settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.translation import trans_real

from klankbord.design.catalogues import compile_catalogues
from klankbord.design.kept import forget_all
from tests import once

_folder = tempfile.mkdtemp(prefix="klankbord-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
once.shared_folder()
os.environ["KLANKBORD_DIR"] = _folder
os.environ.setdefault("KLANKBORD_SECRET_KEY", once.SECRET)
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.config.settings"
if os.environ.get("KLANKBORD_TEST_DATABASE"):
    os.environ["KLANKBORD_DATABASE"] = os.environ["KLANKBORD_TEST_DATABASE"]

# A worker of pytest-xdist read the settings of the process that started it; its files are to be its own.
settings.OPTIONS.values["dir"] = Path(_folder)
settings.MEDIA_ROOT = Path(_folder) / "files"
# The same way of hashing passwords, made quick: guessing them is not what tests are for.
settings.PASSWORD_HASHERS = ["tests.hashing.QuickScrypt", *settings.PASSWORD_HASHERS]

if compile_catalogues():
    # Django was set up by pytest's plug-in already, and remembers that there was nothing.
    trans_real._translations.clear()
    trans_real._default = None


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run on SQLite what was asked to run on PostgreSQL."""
    is_alone = config.getoption("dist", "no") == "no" and not hasattr(config, "workerinput")
    if is_alone and os.environ.get("KLANKBORD_TEST_DATABASE") and connection.vendor == "sqlite":
        # pytest's plug-in reads the settings before this file; workers (-n) are told in time.
        raise pytest.UsageError(
            "One process alone needs KLANKBORD_DATABASE as well, with the same address; or add -n 1."
        )


pytest_plugins = ["tests.services", "tests.browser", "tests.order", "tests.noting"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """The test database is a copy of the tables that are made once.

    On SQLite it is a file: in memory, the threads of a test server would work in each other's transactions.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # nobody pulls the plug here
        connection.creation.create_test_db = lambda *_, **__: _move_to(  # type: ignore[method-assign]
            str(shutil.copy(once.tables(), Path(_folder) / "test.sqlite3"))
        )
    else:
        databases, tables = map(request.getfixturevalue, ("new_databases", "postgres_tables"))
        copy = databases.copy_of(tables)
        connection.creation.create_test_db = lambda *_, **__: _move_to(copy.rpartition("/")[2])  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """What one test's rows looked like is not shown to the next, whose rows have the same numbers; nor has the rate
    limiter seen anybody: all tests come from one address, and which of them share a process is chance.
    """
    forget_all()
    cache.clear()


def _move_to(name: str) -> str:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return name
