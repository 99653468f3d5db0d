"""A bench's server process, and what processes cost."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Server:
    """A running server process, and the one JSON object that it printed when it listened."""

    process: subprocess.Popen[str]
    told: Mapping[str, Any]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.told["port"]
        return port

    def stop(self) -> float:
        """Tell it to stop; the seconds that this took."""
        began = time.perf_counter()
        self.process.terminate()
        self.process.wait(30)
        return time.perf_counter() - began


@contextmanager
def serving(script: str, folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    """`script --serve FOLDER` as a process of its own, until the block ends. `settings` are Klankbord's, such as
    `log_level="ERROR"`.
    """
    own = {f"KLANKBORD_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "KLANKBORD_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "klankbord.config.settings"}
    command = [sys.executable, script, "--serve", str(folder), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment | own) as process:
        assert process.stdout is not None
        try:
            yield Server(process, json.loads(process.stdout.readline()))
        finally:
            process.kill()


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(one for each in children for child in each.read_text().split() for one in family(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Processor time of one process so far, and of those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Memory of one process in MB: its proportional set size, a share of what it shares included."""
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000
