"""Many who do something at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections

from tests.pace import PATIENCE


def at_once(calls: list[Callable[[], object]], *, threads: int = 16) -> list[object]:
    """Make all calls from a number of threads that begin together; what each returned.

    Their database is to be one that threads share: the fixture `real_database`.
    """
    found: list[object] = []
    waiting, guard, begin = iter(calls), threading.Lock(), threading.Barrier(threads)

    def run() -> None:
        begin.wait()
        try:
            while True:
                with guard:
                    call = next(waiting, None)
                if call is None:
                    return
                result = call()
                with guard:
                    found.append(result)
        finally:
            connections["default"].close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join(10 * PATIENCE)
    return found
