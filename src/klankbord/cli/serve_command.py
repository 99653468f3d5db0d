"""`klankbord serve` and `klankbord worker`: an installation at work."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import fail, open_installation

if TYPE_CHECKING:
    from klankbord.cli.serve import MakePart, ProcessPart
    from klankbord.people.models import Organisation


def serve(
    port: Annotated[int | None, typer.Option(help="Port of the pages; 0 for any that is free.")] = None,
    smtp_port: Annotated[
        int | None, typer.Option(help="Port on which mail is taken in; 0 for any that is free.")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object with the address and ports.")] = False,
    web_only: Annotated[
        bool, typer.Option(help="Only the pages: background work is done by klankbord worker.")
    ] = False,
) -> None:
    """Serve the pages, take in mail and do all background work, in one process."""
    open_installation(dir=folder, port=port, smtp_port=smtp_port)
    from klankbord.people.models import Organisation  # noqa: PLC0415 - after set-up

    first = Organisation.objects.order_by("pk").first()
    if first is None:
        fail("There is no organisation yet. Run klankbord setup first, or klankbord demo to look around.", 2)
    serve_opened(organisation=first, as_json=as_json, background=not web_only)


def serve_opened(
    *,
    organisation: Organisation,
    as_json: bool,
    background: bool = True,
    sign_in: Mapping[str, str] | None = None,
    mail_to: str = "",
) -> None:
    """Serve an installation that was opened; ends the process with the server's exit code."""
    from django.conf import settings  # noqa: PLC0415 - after set-up
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.cli.serve import CannotServeError, Serving, run_server  # noqa: PLC0415 - after set-up
    from klankbord.config.asgi import make_front  # noqa: PLC0415 - after set-up

    embedded = connection.vendor == "sqlite"

    def tell(found: Mapping[str, object]) -> None:
        address = f"http://{organisation.host}:{found['port']}/"
        if as_json:
            known = {**found, "url": address, "inbox": f"{address}inbox/"}
            typer.echo(json.dumps(known | ({"sign_in": dict(sign_in), "mail_to": mail_to} if sign_in else {})))
        else:
            typer.echo(_welcome(address, found, sign_in or {}, mail_to))

    serving = Serving(
        make_front=make_front,
        host=settings.OPTIONS.host,
        port=settings.OPTIONS.port,
        parts=_parts(alone=embedded, background=background),
        own_folder=settings.OPTIONS.dir if embedded else None,
        on_listening=tell,
    )
    try:
        code = run_server(serving)
    except CannotServeError as problem:
        fail(str(problem), problem.exit_code)
    raise typer.Exit(code)


def _parts(*, alone: bool, background: bool) -> dict[str, MakePart]:
    from django.conf import settings  # noqa: PLC0415 - after set-up

    from klankbord.channels.intake import MailIntake  # noqa: PLC0415 - after set-up
    from klankbord.events.runner import Runner  # noqa: PLC0415 - after set-up
    from klankbord.events.transports import transports  # noqa: PLC0415 - after set-up
    from klankbord.search.finding import index_folder  # noqa: PLC0415 - after set-up
    from klankbord.search.keeping import IndexKeeper  # noqa: PLC0415 - after set-up
    from klankbord.wiring.tables import SEARCHABLES  # noqa: PLC0415 - after set-up

    parts: dict[str, MakePart] = {}
    for transport in transports():
        kind = type(transport)
        parts[transport.name] = lambda kind=kind: kind()  # type: ignore[misc]  # bound now, called later
    parts["search index"] = lambda: IndexKeeper(index_folder(), SEARCHABLES)
    if background:
        parts["background work"] = lambda: Runner(alone=alone)
    options = settings.OPTIONS
    if options.smtp_port is not None or options.lmtp_port is not None:
        parts["mail intake"] = lambda: MailIntake(options.smtp_host, options.smtp_port, options.lmtp_port)
    return parts


def _welcome(address: str, found: Mapping[str, object], sign_in: Mapping[str, str], mail_to: str) -> str:
    lines = ["", f"  Klankbord is at    {address}", f"  The inbox          {address}inbox/"]
    if sign_in:
        lines += [f"  Sign in as         {sign_in['email']}", f"  with the password  {sign_in['password']}"]
    if mail_to and "smtp_port" in found:
        lines += [
            "",
            "  Send it a real e-mail, from another terminal:",
            "",
            f"  {mail_line(mail_to, str(found['smtp_port']))}",
        ]
    return "\n".join([*lines, "", "  Stop with Ctrl+C.", ""])


def mail_line(recipient: str, port: str) -> str:
    """One line for a shell that sends a real e-mail, with nothing but Python."""
    return (
        "python3 -c \"import smtplib; smtplib.SMTP('127.0.0.1', "
        f"{port}).sendmail('jan@example.org', ['{recipient}'], "
        "'From: Jan de Boer <jan@example.org>\\r\\nTo: "
        f"{recipient}\\r\\nSubject: Mijn boek is zoek\\r\\n\\r\\nIk kan mijn boek niet vinden. Wat nu?\\r\\n')\""
    )


def worker(
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data is.")] = None,
) -> None:
    """Do background work only, beside other machines, on PostgreSQL."""
    open_installation(dir=folder, migrate=False)
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.events.runner import Runner  # noqa: PLC0415 - after set-up
    from klankbord.events.transports import transports  # noqa: PLC0415 - after set-up

    if connection.vendor == "sqlite":
        fail("SQLite is for one process: klankbord serve does the background work itself.", 2)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    parts: list[ProcessPart] = [*transports(), Runner()]
    for part in parts:
        part.start()
    typer.echo("Working. Stop with Ctrl+C.")
    stopping.wait()
    for part in reversed(parts):
        part.stop()
