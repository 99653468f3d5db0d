"""Notes how a run of pytest ended and which tests failed, for who wants to try these once more (`tests.second_try`).

Only where the environment names a file for it, as `.ci/run` does.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

NOTES = "TESTS_NOTED_IN"
"""Names the file. It is there only when a run came to its end."""
_DECIDE = ("KLANKBORD_LONG_TESTS", "KLANKBORD_TEST_DATABASE")
"""What in the environment decides which tests run, and on what."""


class Noting:
    """What happened in this run; with pytest-xdist the process that heads the workers hears all of it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed: set[str] = set()
        self._failed: dict[str, str] = {}
        self._trouble: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file whose tests could not even be found."""
        if report.failed:
            self._trouble.append(f"the tests in {report.nodeid} could not be found")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that passed, or failed in any of its phases; or that its process fell over, which is in none."""
        name = without_group(report.nodeid)
        if report.when not in {"setup", "call", "teardown"}:
            self._trouble.append(f"the process that ran {name} fell over")
        if report.failed:
            self._failed[name] = "\n".join(filter(None, [self._failed.get(name), report.longreprtext]))
        elif report.passed and report.when == "call":
            self._passed.add(name)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write it down."""
        notes: dict[str, Any] = {
            "exit": int(exitstatus),
            "environment": {name: os.environ[name] for name in _DECIDE if name in os.environ},
            "trouble": self._trouble,
            "passed": sorted(self._passed - self._failed.keys()),
            "failed": self._failed,
        }
        self._file.write_text(json.dumps(notes), encoding="utf-8")


def without_group(name: str) -> str:
    """The name of a test as it is called on the command line: `tests.order` adds the group that it runs with."""
    return name[: name.rfind("@")] if name.rfind("@") > name.rfind("]") else name


def pytest_configure(config: pytest.Config) -> None:
    """Begin to note. Neither the workers nor a run of pytest that a test starts are to write there as well."""
    if file := os.environ.pop(NOTES, ""):
        config.pluginmanager.register(Noting(Path(file)), "noting")
