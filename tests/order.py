"""Which tests run, in which order, and in which process."""

from __future__ import annotations

import os

import pytest
from _pytest.nodeid import NodeId

from tests.once import ROOT


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `KLANKBORD_TEST_DATABASE` only those run that use the test database: the others would be the same again.

    What takes long begins first, so that no worker has nothing left to do while another is at its longest test. Then
    comes what tries the whole house, and often waits for it: so those that wait have company that works.

    A module's tests in a browser run in a row in one worker: they share a browser, and its loop must be gone before a
    test that runs a loop of its own.
    """
    if os.environ.get("KLANKBORD_TEST_DATABASE"):
        items[:] = [item for item in items if _uses_database(item)]
    if "PYTEST_XDIST_WORKER" in os.environ:
        for item in items:
            if group := _group(item):
                # xdist 3.8 writes it where pytest 9.2 no longer looks, and so has each test go wherever there is room.
                item._id = NodeId.parse(f"{item.nodeid}@{group}")
        items.sort(key=_how_soon)


def _group(item: pytest.Item) -> str:
    """What `--dist loadgroup` goes by: one worker runs all tests of a group. Empty for those that can go anywhere."""
    if "chromium" in getattr(item, "fixturenames", ()):
        return f"browser-{item.path.stem}-{item.path.parent.parent.name}"
    mark = item.get_closest_marker("xdist_group")
    return mark.args[0] if mark is not None else ""


def _how_soon(item: pytest.Item) -> int:
    if _group(item):
        return 0
    if item.get_closest_marker("slow") is not None:
        return 1
    return 2 if item.path.is_relative_to(ROOT / "tests") else 3


def _uses_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    return bool(wanted) or item.get_closest_marker("django_db") is not None
