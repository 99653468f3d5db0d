"""What is handed to operators: the wheel has all it needs, and the unit file is one that systemd understands."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.command import PASSWORD, SETUP, Running, environment, run
from tests.real_servers import missing
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]


def test_systemd_understands_the_unit(tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        missing("systemd-analyze (systemd)")
    text = (ROOT / "deploy" / "klankbord.service").read_text(encoding="utf-8")
    unit = tmp_path / "klankbord.service"
    unit.write_text(text.replace("/opt/klankbord/bin/klankbord", sys.executable), encoding="utf-8")
    done = subprocess.run([program, "verify", unit], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "klankbord.service" in line]
    assert ours == []


def _uv() -> str:
    """The uv that made this environment; a shim on the path that does not run does not count."""
    for each in (str(ROOT / ".tools" / "bin" / "uv"), shutil.which("uv") or "uv"):
        with contextlib.suppress(OSError):
            if subprocess.run([each, "--version"], capture_output=True, check=False).returncode == 0:
                return each
    return missing("uv")


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("CI") != "true", reason="building a wheel is for CI")
def test_the_wheel_works_outside_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    subprocess.run([_uv(), "build", "--wheel", "--quiet", "--out-dir", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(unpacked)
    assert not [name for name in names if "/tests/" in name], "tests stay at home"
    for ending in ("LC_MESSAGES/django.mo", ".woff2", ".css", ".js", "jinja2/portal/home.html", "LICENSE"):
        assert any(name.endswith(ending) for name in names), f"no {ending} in the wheel"

    monkeypatch.setenv("PYTHONPATH", str(unpacked))
    monkeypatch.chdir(tmp_path)
    where = [sys.executable, "-c", "import klankbord; print(klankbord.__file__)"]
    found = subprocess.run(where, env=environment(), capture_output=True, text=True, check=True).stdout
    assert found.startswith(str(unpacked))
    assert run("--version").said.startswith("klankbord ")
    data = tmp_path / "data"
    assert run("setup", "--dir", data, *SETUP, password=PASSWORD).code == 0
    arguments = ("--dir", data, "--port", "0", "--json")
    running = Running("serve", *arguments, log=tmp_path / "log")
    try:
        page = Visitor(running.told["port"]).get("/")
        assert page.status == 200
        assert "Bibliotheek De Klank" in page.text
        assert running.stop() == (0, "")
    finally:
        running.close()
