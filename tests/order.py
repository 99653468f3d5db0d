"""Which tests run, in which order, and in which process."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `KLANKBORD_TEST_DATABASE` only those run that use the test database: the others would be the same again.

    What takes long begins first, so that no worker has nothing left to do while another is at its longest test.

    A module's tests in a browser run in a row in one worker: the browser's loop must be gone before a test that runs a
    loop of its own.
    """
    if os.environ.get("KLANKBORD_TEST_DATABASE"):
        items[:] = [item for item in items if _uses_database(item)]
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}-{item.path.parent.parent.name}"))
    if items and items[0].config.getoption("numprocesses", None) is not None:
        items.sort(key=_how_soon)


def _how_soon(item: pytest.Item) -> int:
    if item.get_closest_marker("xdist_group") is not None:
        return 0
    return 1 if item.get_closest_marker("slow") is not None else 2


def _uses_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    return bool(wanted) or item.get_closest_marker("django_db") is not None
