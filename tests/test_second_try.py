"""`.ci/run` tries what failed once more, alone, and takes nothing for passed that did not pass."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import environment
from tests.noting import without_group
from tests.once import ROOT

pytestmark = pytest.mark.slow
MAKEFILE = """check test-postgresql test-long:
	@true
test:
	@.venv/bin/pytest -n 2 --dist loadgroup; code=$$?; {after}; exit $$code
"""
ONCE = """
def test_good():
    pass

@pytest.mark.parametrize("who", ["piet@example.org"])
def test_fails_once(who):
    tried = pathlib.Path("tried")
    if not tried.exists():
        tried.touch()
        assert who == "what went wrong"
"""
NEVER_WELL = "def test_never_well():\n    assert 'the bus' == 'the train'\n"
NOT_FOUND_ONCE = """
tried = pathlib.Path("tried")
if not tried.exists():
    tried.touch()
    raise ImportError("not there yet")
"""
FALLS_OVER_ONCE = """
def test_falls_over_once():
    tried = pathlib.Path("tried")
    if not tried.exists():
        tried.touch()
        os._exit(3)
"""
SKIPS_AT_THE_SECOND_TRY = """
def test_skips():
    tried = pathlib.Path("tried")
    if tried.exists():
        pytest.skip("not again")
    tried.touch()
    assert False
"""
PASSES = "def test_well():\n    pass\n"
MANY = '@pytest.mark.parametrize("n", range(51))\ndef test_many(n):\n    assert False\n'


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    said: str

    @property
    def end(self) -> str:
        """What stands below the table of steps."""
        return self.said.partition("altogether")[2]


def ci_run(folder: Path, test: str, *, after: str = "true") -> Ran:
    """Run `.ci/run` on a project with this one file of tests; `after` is what `make test` does besides."""
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci")
    (folder / ".ci" / "services").write_text("true")
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "Makefile").write_text(MAKEFILE.format(after=after))
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p tests.noting -p tests.order\n")
    (folder / "test_one.py").write_text(f"import os, pathlib, pytest\n{test}")
    own = environment() | {"PYTHONPATH": str(ROOT)}
    for name in ("PYTEST_ADDOPTS", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "MAKEFLAGS"):
        own.pop(name, None)
    done = subprocess.run(
        ["bash", folder / ".ci" / "run"],
        env=own, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout)


@pytest.mark.parametrize("mark", ["", "@pytest.mark.xdist_group('few')"])
def test_what_passes_at_the_second_try_is_green_and_named_at_the_end(tmp_path: Path, mark: str):
    ran = ci_run(tmp_path, ONCE.replace("@pytest.mark.par", f"{mark}\n@pytest.mark.par"))
    assert ran.code == 0, ran.said
    assert "1 of 2 tests" in ran.said
    name = "test_one.py::test_fails_once[piet@example.org]"
    assert f"failed once: {name}  (sqlite)" in ran.end
    assert "what went wrong" in ran.end
    assert "These passed only at the second try" in ran.end
    assert ran.end.rstrip().endswith(name)


def test_what_fails_twice_is_red_and_said_at_the_end(tmp_path: Path):
    ran = ci_run(tmp_path, ONCE + NEVER_WELL)
    assert ran.code == 1, ran.said
    assert "FAILED: test_one.py::test_never_well  (sqlite)" in ran.end
    assert "'the bus' == 'the train'" in ran.end
    assert ran.end.rstrip().endswith("test_one.py::test_fails_once[piet@example.org]")


@pytest.mark.parametrize(
    ("test", "after", "said"),
    [
        (NOT_FOUND_ONCE, "true", "the tests in test_one.py could not be found"),
        ("", "true", "pytest ended with 5"),
        (ONCE, "rm .cache/ci/sqlite/first", "the tests did not come to an end"),
        (PASSES + FALLS_OVER_ONCE, "true", "the process that ran test_one.py::test_falls_over_once fell over"),
        (PASSES, "code=2", "pytest ended with 0"),
        (MANY, "true", "51 tests failed"),
    ],
    ids=["not found", "no tests", "killed", "fell over", "something else", "too many"],
)
def test_what_is_no_failed_test_gets_no_second_try(tmp_path: Path, test: str, after: str, said: str):
    ran = ci_run(tmp_path, test, after=after)
    assert ran.code == 1, ran.said
    assert f"No second try: {said}" in ran.said
    assert "second try. They" not in ran.said


def test_a_test_that_is_skipped_at_the_second_try_has_not_passed(tmp_path: Path):
    ran = ci_run(tmp_path, SKIPS_AT_THE_SECOND_TRY)
    assert ran.code == 1, ran.said
    assert "FAILED: test_one.py::test_skips" in ran.end


def test_a_test_is_called_by_its_own_name():
    assert without_group("a.py::test_b@browser-x") == "a.py::test_b"
    assert without_group("a.py::test_b[piet@example.org]@few") == "a.py::test_b[piet@example.org]"
    assert without_group("a.py::test_b[piet@example.org]") == "a.py::test_b[piet@example.org]"
