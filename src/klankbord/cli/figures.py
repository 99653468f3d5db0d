"""`/metrics` for the operator: how much work waits, how old it is, and what failed, in Prometheus' text format.

It has a port of its own on 127.0.0.1, so that no proxy in front of the pages can show it to the world. It tells numbers
only. Format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.db import connection, models
from django.db.models import Count, Min, Q

from klankbord import clock
from klankbord.channels.models import Arrival, Dispatch
from klankbord.events.models import OutboxEvent, ReactionRetry, ScheduledJob
from klankbord.events.work import WorkState
from klankbord.search.finding import index_folder
from klankbord.search.position import read_position

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Figure:
    """One gauge: its name, what it means, and its values by label."""

    name: str
    meaning: str
    values: dict[str, float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """As Prometheus reads it."""
        yield f"# HELP {self.name} {self.meaning}"
        yield f"# TYPE {self.name} gauge"
        for label, value in self.values.items():
            yield f'{self.name}{{kind="{label}"}} {value:g}' if label else f"{self.name} {value:g}"


def work_by_kind() -> dict[str, models.QuerySet[Any]]:
    """Every kind of work that stands in rows, of all organisations."""
    why = "the operator sees numbers of the whole installation"
    return {
        "arrival": Arrival.objects.across_organisations(why),
        "event": OutboxEvent.objects.all(),
        "reaction": ReactionRetry.objects.all(),
        "dispatch": Dispatch.objects.across_organisations(why),
        "job": ScheduledJob.objects.all(),
    }


def figures() -> list[Figure]:
    """All figures of this moment; one query a kind of work, each on its index of what is to be done."""
    waiting = Figure("klankbord_work_waiting", "Pieces of work that are due or claimed.")
    oldest = Figure("klankbord_work_late_seconds", "How long the oldest piece of work is overdue.")
    failing = Figure("klankbord_work_failing", "Pieces of work that failed and will be tried again.")
    given_up = Figure("klankbord_work_given_up", "Pieces of work that were given up.")
    now = clock.now()
    for kind, rows in work_by_kind().items():
        ready = rows.order_by().filter(state=WorkState.READY)
        due = Q(due_at__lte=now) | ~Q(leased_by="")
        found = ready.aggregate(waits=Count("pk", due), since=Min("due_at"), failed=Count("pk", ~Q(last_error="")))
        late = (now - found["since"]).total_seconds() if found["since"] else 0.0
        waiting.values[kind] = found["waits"]
        oldest.values[kind] = max(late, 0.0)
        failing.values[kind] = found["failed"]
        given_up.values[kind] = rows.order_by().filter(state=WorkState.GIVEN_UP).count()
    return [waiting, oldest, failing, given_up, *_search_lag()]


def _search_lag() -> Iterator[Figure]:
    position = read_position(index_folder())
    if position is not None:
        at = Q(transaction=position.transaction, id__gt=position.id) | Q(transaction__gt=position.transaction)
        behind = OutboxEvent.objects.filter(at).count()
        yield Figure("klankbord_search_lag_events", "Events that the search index here has not read.", {"": behind})


def page() -> str:
    """What `/metrics` answers."""
    return "\n".join(line for figure in figures() for line in figure.lines()) + "\n"


class _Answer(BaseHTTPRequestHandler):
    timeout = 5

    def do_GET(self) -> None:
        """Answer `/metrics`; 503 when the database does not answer."""
        if self.path.partition("?")[0] != "/metrics":
            self.send_error(404)
            return
        try:
            body, status = page().encode(), 200
        except Exception as error:
            logger.warning("the figures cannot be read now (%s)", type(error).__name__)
            connection.close()
            body, status = b"", 503
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who asks is the operator's own machine, every few seconds."""


class FiguresDoor:
    """The part of a process that answers on `metrics_port` of 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._wanted = port
        self._server: HTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.ports: dict[str, int] = {}

    def start(self) -> None:
        """Listen. OSError when the port is taken."""
        self._server = HTTPServer(("127.0.0.1", self._wanted), _Answer)
        self.ports = {"metrics_port": self._server.server_port}
        self._thread = threading.Thread(target=self._serve, name="figures", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        assert self._server is not None
        self._server.serve_forever(poll_interval=0.2)
        connection.close()

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def is_alive(self) -> bool:
        """Whether it answers."""
        return self._thread is not None and self._thread.is_alive()
