"""A real process for the tests of `serve`: `python -m ... FOLDER` serves a small site until it is told to stop."""

from __future__ import annotations

import json
import logging
import sys
import threading
from pathlib import Path
from typing import Any

import django
from django.conf import settings

QUESTION_ANSWER = {"topics": ["organisation:1:inbox"], "recheck_on": [], "listener": "user:1"}
slow_is_released = threading.Event()


def site(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Lets everybody listen; `/slow` takes for ever; `/big` is large."""
    if environ["PATH_INFO"] == "/slow":
        slow_is_released.wait(60)
    body = b"x" * 50_000_000 if environ["PATH_INFO"] == "/big" else json.dumps(QUESTION_ANSWER).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]


class Mortal:
    """A part that dies when the file `die` appears in the folder."""

    ports = {"smtp_port": 2525}

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(self) -> None:
        with (self._folder / "starts").open("a") as file:
            file.write("start\n")

    def is_alive(self) -> bool:
        return not (self._folder / "die").exists()

    def stop(self) -> None:
        with (self._folder / "starts").open("a") as file:
            file.write("stop\n")


def main(folder: Path) -> int:
    """Serve; print where as one line of JSON."""
    from klankbord.cli.folder_lock import CannotServeError
    from klankbord.cli.serve import Serving, as_json, run_server
    from klankbord.front.asgi import Front
    from klankbord.front.options import FrontOptions
    from klankbord.front.tests.cast import Outbox

    options = FrontOptions(access_log=False, streams_per_listener=2_000, page_memory=1)
    serving = Serving(
        make_front=lambda readiness: Front(
            django=site, options=options, readiness=readiness, make_tail=Outbox().make_tail
        ),
        port=0,
        parts={"mortal": lambda: Mortal(folder)},
        own_folder=folder,
        on_listening=lambda found: print(as_json(found), flush=True),
    )
    try:
        return run_server(serving)
    except CannotServeError as refused:
        print(refused, file=sys.stderr)
        return refused.exit_code


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    settings.configure(USE_I18N=True, INSTALLED_APPS=["klankbord.events"], DATABASES={})
    django.setup()
    sys.exit(main(Path(sys.argv[1])))
