"""How much memory `klankbord serve` takes, how soon its first page is there, and how fast it stops with open streams.

`python bench/memory_and_start.py [--dir FOLDER]` seeds the demo (or takes a folder in which it was), serves it as a
real process, and prints one line per figure; `--json` prints one object. The baseline of each ratio is measured in the
same run: an empty Django process (no database) served by the same front. Memory is the proportional set size of the
process and all its children, after 200 page views and 50 mails.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from loading.processes import family, memory_mb

_HOST = "deklank.localhost"
_PAGES = ("/", "/contact/", "/promise/", "/privacy/", "/accessibility/", "/account/login/", "/where/", "/")
_VIEWS, _MAILS, _STREAMS, _STARTS = 200, 50, 100, 3
_EMPTY = """
import json, os, sys
import django
from django.conf import settings
settings.configure(
    ROOT_URLCONF="empty", ALLOWED_HOSTS=["*"], SECRET_KEY="x", INSTALLED_APPS=["klankbord.events"], DATABASES={}
)
import types
from django.http import HttpResponse
from django.urls import path
urls = types.ModuleType("empty")
urls.urlpatterns = [path("", lambda request: HttpResponse("END"))]
sys.modules["empty"] = urls
django.setup()
from django.core.wsgi import get_wsgi_application
from klankbord.cli.serve import Serving, run_server
from klankbord.front.asgi import Front
from klankbord.front.tests.cast import Outbox
found = lambda told: print(json.dumps(told), flush=True)
front = lambda readiness: Front(django=get_wsgi_application(), readiness=readiness, make_tail=Outbox().make_tail)
sys.exit(run_server(Serving(make_front=front, port=0, on_listening=found)))
"""


class Served:
    """A server process, from its start to its stop."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str] | None = None) -> None:
        began = time.perf_counter()
        with log.open("a") as err:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True, env=environment)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{command[-1]} does not start:\n{log.read_text()[-3000:]}")
        self.told: dict[str, Any] = json.loads(line)
        self.view("/")
        self.first_page = time.perf_counter() - began

    def view(self, path: str) -> None:
        """Open a page as a new visitor."""
        address = f"http://127.0.0.1:{self.told['port']}{path}"
        asked = urllib.request.Request(address, headers={"Host": f"{_HOST}:{self.told['port']}"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            answer.read()

    def memory(self) -> float:
        """Proportional set size of the process and its descendants, in MB."""
        return sum(memory_mb(pid) for pid in family(self.process.pid))

    def stop(self) -> float:
        """Seconds from SIGTERM to its end."""
        began = time.perf_counter()
        self.process.terminate()
        self.process.wait(30)
        return time.perf_counter() - began


def _send_mails(port: int, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        for number in range(_MAILS):
            head = f"From: klant{number}@example.org\r\nTo: {recipient}\r\nSubject: Vraag {number}\r\n"
            text = f"Message-ID: <{time.time_ns()}@example.org>\r\n\r\n{'Waar vind ik dit boek? ' * 100}\r\n"
            server.sendmail(f"klant{number}@example.org", [recipient], (head + text).encode())


def _inbox_sessions(folder: Path) -> list[str]:
    """Cookies of five signed-in members, made past the pages: this is no bench of passwords."""
    script = (
        "import django; django.setup()\n"
        "from tests import cast\n"
        "from klankbord.people.models import Organisation, Membership\n"
        "house = Organisation.objects.get(host='deklank.localhost')\n"
        "for number in range(5):\n"
        "    one = Membership.objects.of(house).filter(user__email=f'bench{number}@example.org').first()\n"
        "    one = one or cast.member(house, 'Bench', email=f'bench{number}@example.org')\n"
        "    print(cast.browser(house, one).cookies['sessionid'].value)"
    )
    environment = os.environ | {"KLANKBORD_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "klankbord.config.settings"}
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def _stop_with_streams(served: Served, sessions: list[str]) -> float:
    """Seconds that a stop takes with a hundred open streams."""
    with contextlib.ExitStack() as stack:
        opened = 0
        for number in range(_STREAMS):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", served.told["port"])))
            line.settimeout(10)
            cookie = f"sessionid={sessions[number % len(sessions)]}"
            line.sendall(f"GET /live/inbox HTTP/1.1\r\nHost: {_HOST}\r\nCookie: {cookie}\r\n\r\n".encode())
            opened += b"text/event-stream" in line.recv(4_096)
        if opened < _STREAMS:
            raise SystemExit(f"only {opened} of {_STREAMS} streams were granted")
        return served.stop()


def measure(folder: Path) -> dict[str, float]:
    """All figures and ratios."""
    log = folder.parent / "log"
    serve = [
        sys.executable,
        "-m",
        "klankbord",
        "serve",
        "--dir",
        str(folder),
        "--port",
        "0",
        "--smtp-port",
        "0",
        "--json",
    ]
    # Compiled code is kept, as it is in an installation; a machine may say otherwise to its developers.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    house = kept | {"KLANKBORD_OUTBOX": "keep"}
    root = str(Path(__file__).resolve().parent.parent)
    empty = [sys.executable, "-c", _EMPTY]
    starts: dict[str, list[float]] = {"house": [], "empty": []}
    for _ in range(_STARTS):
        for name, command in (("empty", empty), ("house", serve)):
            one = Served(command, log, house | {"PYTHONPATH": root})
            starts[name].append(one.first_page)
            one.stop()
    baseline = Served(empty, log, kept | {"PYTHONPATH": root})
    for _ in range(_VIEWS):
        baseline.view("/")
    base_memory = baseline.memory()
    base_stop = baseline.stop()
    served = Served(serve, log, house)
    for number in range(_VIEWS):
        served.view(_PAGES[number % len(_PAGES)])
    _send_mails(served.told["smtp_port"], "vraag@deklank.example")
    time.sleep(5)
    memory = served.memory()
    stop = _stop_with_streams(served, _inbox_sessions(folder))
    first, base_first = statistics.median(starts["house"]), statistics.median(starts["empty"])
    return {
        "memory_mb": memory,
        "memory_empty_mb": base_memory,
        "memory_ratio": memory / base_memory,
        "first_page_s": first,
        "first_page_empty_s": base_first,
        "first_page_ratio": first / base_first,
        "stop_s": stop,
        "stop_empty_s": base_stop,
    }


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--dir", type=Path, help="a folder in which the demo was seeded; it gets 50 mails more")
    arguments.add_argument("--json", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.dir or Path(temporary) / "demo"
        seed = [sys.executable, "-m", "klankbord", "demo", "--dir", str(folder), "--seed-only", "--json"]
        subprocess.run(seed, check=True)
        found = measure(folder)
    if chosen.json:
        print(json.dumps(found))
        return
    aims = {"memory_mb": 200, "first_page_s": 3, "stop_s": 6}
    for name, value in found.items():
        aim = f"   (aim: at most {aims[name]})" if name in aims else ""
        print(f"{name:20} {value:8.2f}{aim}")


if __name__ == "__main__":
    main()
