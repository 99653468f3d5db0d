"""An installation that was set up once, by answering what `setup` asks; a test that changes it gets a copy."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import pytest

from klankbord.cli.tests.command import PASSWORD, SETUP, run


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with one library in it, on SQLite. Only to be looked at. All test processes share one."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "installation"
    with (shared.parent / "installation.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            made = run("setup", "--dir", shared, entered="\n".join([*SETUP[1::2], ""]), password=PASSWORD)
            assert made.code == 0, made
            assert "Name of the organisation: " in made.said
            assert "Bibliotheek De Klank is there, at http://deklank.localhost." in made.said
            (shared / "made").touch()
    return shared


@pytest.fixture
def own_installation(installation: Path, tmp_path: Path) -> Path:
    """A copy of it to be changed."""
    return Path(shutil.copytree(installation, tmp_path / "data"))
