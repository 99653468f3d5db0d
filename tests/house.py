"""A house for tests as a process of its own: `python -m tests.house prepare` makes an installation with one library,
`run` takes in mail and works on it until it is told to stop. Where it lives comes from the environment, as always.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import signal
import socket
import sys
import threading
from datetime import time
from typing import Any, NoReturn

ADDRESS = "info@deklank.example"
SECOND_ADDRESS = "kinderen@deklank.example"


def main() -> None:
    """Do as told by the arguments."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("what", choices=["prepare", "forks"])
    arguments.add_argument("--socket", type=int, help="where houses are asked for")
    chosen = arguments.parse_args()

    import django

    django.setup()
    if chosen.what == "prepare":
        _prepare()
    else:
        _serve_forks(socket.socket(fileno=chosen.socket))


def _serve_forks(asked: socket.socket) -> None:
    """Start a house for each request that comes in, so that not every one of them needs to load everything.

    A request is the environment and the options in JSON, and two open files: one to speak to, one for the log. The
    houses are forked from a process that has loaded the code and has no threads and no connections.
    """
    import klankbord.channels.intake
    import klankbord.channels.mailboxes.watching
    import klankbord.events.runner
    import klankbord.events.transports  # noqa: F401 - loaded for the children

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, files, _, _ = socket.recv_fds(asked, 1 << 20, 2)
        if not request:
            return
        if not os.fork():
            asked.close()
            _keep(json.loads(request), *files)
        for each in files:
            os.close(each)


def _keep(request: dict[str, Any], said: int, log: int) -> NoReturn:
    """Run a house and say when it ended, however that came about."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, target in ((said, 1), (log, 2)):
        os.dup2(number, target)
        os.close(number)
    child = os.fork()
    if not child:
        _become(request["environment"])
        _run(request["options"])
    os.waitpid(child, 0)
    print(json.dumps({"ended": child}), flush=True)
    os._exit(0)


def _become(environment: dict[str, str]) -> None:
    """Read the settings anew, as a process does that starts with this environment."""
    from django.conf import settings
    from django.db import connections

    os.environ.clear()
    os.environ.update(environment)
    importlib.reload(sys.modules["klankbord.config.settings"])
    settings._setup()
    del connections["default"]
    connections.__init__()  # type: ignore[misc]
    connections.__dict__.pop("settings", None)


def _prepare() -> None:
    from django.core.management import call_command

    from klankbord.channels.models import Channel
    from klankbord.people.models import Membership, OpeningSpan, Organisation, User

    call_command("migrate", verbosity=0)
    house = Organisation.objects.create(name="Bibliotheek De Klank", host="deklank.localhost", phone="020 123 45 67")
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=house, weekday=day, opens=time(10), closes=time(17)) for day in range(6)
    )
    user = User.objects.create_user("sanne@deklank.example", name="Sanne de Wit", face="sanne")
    Membership.objects.create(organisation=house, user=user, is_public=True)
    for name, address in (("Info", ADDRESS), ("Kinderen", SECOND_ADDRESS)):
        Channel.objects.create(organisation=house, kind="email", name=name, address=address)


def _run(options: dict[str, Any]) -> NoReturn:
    """Be a house until told to stop. `parts`: `intake`, `runner`, `mailboxes` (watched at this `pace`); `largest_file`:
    what a full disk leaves room for.
    """
    from klankbord.channels.intake import MailIntake
    from klankbord.channels.mailboxes.watching import MailboxWatcher, Pace
    from klankbord.events.runner import Runner
    from klankbord.events.transports import transports

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    wanted = options.get("parts", ["intake", "runner"])
    parts: list[Any] = [*transports()]
    if "runner" in wanted:
        parts.append(Runner(alone=bool(options.get("alone"))))
    if "mailboxes" in wanted:
        parts.append(MailboxWatcher(alone=bool(options.get("alone")), pace=Pace(**options.get("pace", {}))))
    if "intake" in wanted:
        parts.append(MailIntake("127.0.0.1", 0, 0))
    if options.get("largest_file"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (options["largest_file"], resource.RLIM_INFINITY))
    ports: dict[str, int] = {}
    for part in parts:
        part.start()
        ports |= getattr(part, "ports", {})
    print(json.dumps({"pid": os.getpid(), **ports}), flush=True)
    stopping.wait()
    for part in reversed(parts):
        part.stop()
    os._exit(0)


if __name__ == "__main__":
    main()
