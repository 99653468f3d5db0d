"""`python -m tests.second_try again FOLDER` tries what failed in a run that was noted there once more, alone;
`tell FOLDER…` says at the end which tests failed, and which passed only then. For `.ci/run`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.noting import NOTES

MOST = 50
"""When more tests fail something is broken, and no second try is made."""
_FAILED = 1
"""How pytest ends when all tests were found and run, and some of them failed."""
_LINES = 12
"""How much is said of each failure."""

type Notes = dict[str, Any]


def main() -> int:
    """Do as told by the arguments."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("what", choices=["again", "tell"])
    arguments.add_argument("folders", nargs="+", type=Path)
    chosen = arguments.parse_args()
    if chosen.what == "again":
        return _again(chosen.folders[0])
    _tell(chosen.folders)
    return 0


def _again(folder: Path) -> int:
    """Try the failed tests once more; 0 only when it is certain that each of them passed this time."""
    first = _notes(folder / "first")
    if refusal := _why_not(first):
        print(f"No second try: {refusal}.")
        return 1
    print(f"Trying what failed once more, alone: {len(first['failed'])} of {_count(first)} tests.", flush=True)
    names = folder / "failed"
    names.write_text("".join(f"{name}\n" for name in first["failed"]), encoding="utf-8")
    (folder / "second").unlink(missing_ok=True)
    environment = os.environ | first["environment"] | {NOTES: str(folder / "second")}
    command = [sys.executable, "-m", "pytest", "-n", "1", f"@{names}"]
    code = subprocess.run(command, env=environment, check=False).returncode
    second = _notes(folder / "second")
    return 0 if code == second.get("exit") == 0 and first["failed"].keys() <= set(second["passed"]) else 1


def _why_not(first: Notes) -> str:
    """Why a second try would prove nothing; empty when it would prove something."""
    if not first:
        return "the tests did not come to an end"
    if first["trouble"]:
        return "; ".join(first["trouble"])
    if first["exit"] != _FAILED or not first["failed"]:
        return f"pytest ended with {first['exit']}, which is not because a test failed"
    if len(first["failed"]) > MOST:
        return f"{len(first['failed'])} tests failed, and that is no chance"
    return ""


def _tell(folders: list[Path]) -> None:
    """Say at the end, where it is read, which tests failed and how, and which passed only at the second try."""
    late: list[str] = []
    for folder in folders:
        first, second = _notes(folder / "first"), _notes(folder / "second")
        for name, text in first.get("failed", {}).items():
            passed = name in second.get("passed", ())
            late += [name] if passed else []
            print(f"\n== {'failed once' if passed else 'FAILED'}: {name}  ({folder.name})")
            print("\n".join(f"   {line}" for line in _last_lines(second.get("failed", {}).get(name, text))))
        for sentence in first.get("trouble", ()):
            print(f"\n== FAILED: {sentence}  ({folder.name})")
    if late:
        print("\nThese passed only at the second try. They are fragile: find out why and mend them.")
        print("\n".join(f"   {name}" for name in late))


def _last_lines(text: str) -> list[str]:
    return text.rstrip().splitlines()[-_LINES:]


def _count(notes: Notes) -> int:
    return len(notes["failed"]) + len(notes["passed"])


def _notes(file: Path) -> Notes:
    """What was noted; nothing when the run did not come to its end."""
    if not file.exists():
        return {}
    notes: Notes = json.loads(file.read_text(encoding="utf-8"))
    return notes


if __name__ == "__main__":
    sys.exit(main())
