"""Runs the real command in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import once

SETUP = (
    *("--name", "Bibliotheek De Klank", "--host", "deklank.localhost", "--mail", "info@deklank.example"),
    *("--email", "marlies@deklank.example", "--person", "Marlies Verhoef"),
)
PASSWORD = "een-lange-zin-die-niemand-raadt"
SECRET = once.SECRET


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended. `said` is its standard output, `complained` its standard error."""

    code: int
    said: str
    complained: str

    def told(self) -> Any:
        """The one JSON object that it printed."""
        lines = self.said.splitlines()
        assert len(lines) == 1, self
        return json.loads(lines[0])

    def sentence(self, code: int) -> str:
        """What it complained, when it ended with `code` and said nothing else: sentences, no traceback."""
        assert self.code == code, self
        assert not self.said, self
        assert "Traceback" not in self.complained, self
        assert len(self.complained.strip().splitlines()) == 1, self
        return self.complained.strip()


def environment(**settings: str) -> dict[str, str]:
    """This environment with only these settings of ours: `database="…"`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
    own = {f"KLANKBORD_{name.upper()}": value for name, value in settings.items()}
    return kept | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"} | own


def command(*arguments: str | Path) -> list[str]:
    """`klankbord` with these arguments."""
    return [sys.executable, "-m", "klankbord", *map(str, arguments)]


def run(*arguments: str | Path, entered: str = "", cwd: Path | None = None, **settings: str) -> Done:
    """Run it to its end. `entered` is what is typed; further arguments are settings."""
    done = subprocess.run(
        command(*arguments),
        check=False,
        input=entered,
        env=environment(**settings),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,  # so that what hangs is seen; not how long it may take
    )
    return Done(done.returncode, done.stdout, done.stderr)


def invoke(*arguments: str | Path, entered: str = "", **settings: str) -> Done:
    """Run it in this process, on the tests' own database: for what ends before anything is served or replaced."""
    from klankbord.cli.main import app
    from klankbord.config import options

    before, here = dict(options._overrides), dict(os.environ)
    own = {name: None for name in here if name.startswith("KLANKBORD_")} | environment(**settings)
    try:
        result = CliRunner().invoke(app, [str(each) for each in arguments], input=entered, env=own)
    finally:
        options._overrides.clear()
        options._overrides.update(before)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


class Running:
    """A command that goes on until it is told to stop."""

    def __init__(self, *arguments: str | Path, log: Path, **settings: str) -> None:
        self.log = log
        with log.open("a") as err:
            self.process = subprocess.Popen(
                command(*arguments), env=environment(**settings), stdout=subprocess.PIPE, stderr=err, text=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.kill()
            pytest.fail(f"it does not start:\n{self.said()[-3000:]}")
        self.told: dict[str, Any] = json.loads(line)

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Tell it to stop; its exit code, and what else stood on its standard output."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        return self.process.returncode, rest

    def close(self) -> None:
        """Leave nothing running."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def stop_all(running: Sequence[Running]) -> None:
    """Leave nothing running."""
    for one in running:
        one.close()
