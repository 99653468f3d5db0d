"""A house for tests as a process of its own: `python -m tests.house prepare` makes an installation with one library,
`run` takes in mail and works on it until it is told to stop. Where it lives comes from the environment, as always.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sys
import threading
from datetime import time
from typing import Any

ADDRESS = "info@deklank.example"
SECOND_ADDRESS = "kinderen@deklank.example"


def main() -> None:
    """Do as told by the arguments and say what came of it in one line of JSON."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("what", choices=["prepare", "run"])
    arguments.add_argument("--relay-port", type=int, default=0)
    arguments.add_argument("--parts", default="intake,runner")
    arguments.add_argument("--largest-file", type=int, default=0, help="bytes that any file may have: a full disk")
    chosen = arguments.parse_args()

    import django

    django.setup()
    print(json.dumps(_prepare(chosen) if chosen.what == "prepare" else _run(chosen)), flush=True)
    if chosen.what == "run":
        _wait_and_stop()


def _prepare(chosen: argparse.Namespace) -> dict[str, Any]:
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
    settings = (
        {"smtp_host": "127.0.0.1", "smtp_port": chosen.relay_port, "smtp_tls": "none"} if chosen.relay_port else {}
    )
    for name, address in (("Info", ADDRESS), ("Kinderen", SECOND_ADDRESS)):
        Channel.objects.create(organisation=house, kind="email", name=name, address=address, settings=settings)
    return {"organisation": house.pk}


_parts: list[Any] = []


def _run(chosen: argparse.Namespace) -> dict[str, Any]:
    from klankbord.channels.intake import MailIntake
    from klankbord.events.runner import Runner
    from klankbord.events.transports import transports

    ports: dict[str, Any] = {}
    wanted = chosen.parts.split(",")
    if "runner" in wanted:
        _parts.append(Runner(alone="alone" in wanted))
    _parts.extend(transports())
    if "intake" in wanted:
        _parts.append(MailIntake("127.0.0.1", 0, 0))
    if chosen.largest_file:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (chosen.largest_file, resource.RLIM_INFINITY))
    for part in _parts:
        part.start()
        ports |= getattr(part, "ports", {})
    return ports


def _wait_and_stop() -> None:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    stopping.wait()
    for part in reversed(_parts):
        part.stop()
    sys.exit(0)


if __name__ == "__main__":
    main()
