"""`klankbord serve` and `klankbord worker`: an installation at work."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import WRONG_USE, bring_up_to_date, fail, open_installation

if TYPE_CHECKING:
    from klankbord.cli.serve import MakePart
    from klankbord.people.models import Organisation

_WORKING = "Working. Stop with Ctrl+C."


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

    organisations = list(Organisation.objects.order_by("pk"))
    if not organisations:
        fail("There is no organisation yet. Run klankbord setup first, or klankbord demo to look around.", WRONG_USE)
    serve_opened(organisations=organisations, as_json=as_json, background=not web_only)


def serve_opened(
    *,
    organisations: Sequence[Organisation],
    as_json: bool,
    background: bool = True,
    sign_in: Mapping[str, str] | None = None,
    mail_to: str = "",
) -> None:
    """Serve an installation that was opened, with these organisations; ends the process with the server's exit code."""
    from django.conf import settings  # noqa: PLC0415 - after set-up
    from django.db import connection  # noqa: PLC0415 - after set-up
    from django.urls import reverse  # noqa: PLC0415 - after set-up

    from klankbord.cli.folder_lock import CannotServeError  # noqa: PLC0415 - after set-up
    from klankbord.cli.serve import Serving, run_server  # noqa: PLC0415 - after set-up
    from klankbord.config.asgi import make_front  # noqa: PLC0415 - after set-up

    embedded = connection.vendor == "sqlite"
    reverse("portal:home")  # loads all pages now: a fault in them ends the start, not the first visit

    def know_port(port: int) -> None:
        # Links in mails name the port; with --port 0 it is only known now.
        settings.OPTIONS.values["port"] = port
        settings.PUBLIC_PORT = "" if settings.OPTIONS.https or port == 80 else f":{port}"

    def tell(found: Mapping[str, object]) -> None:
        addresses = [f"http://{each.host}:{found['port']}/" for each in organisations]
        if as_json:
            known = {**found, "url": addresses[0], "inbox": f"{addresses[0]}inbox/", "urls": addresses}
            typer.echo(json.dumps(known | ({"sign_in": dict(sign_in), "mail_to": mail_to} if sign_in else {})))
        else:
            typer.echo(_welcome(addresses, found, sign_in or {}, mail_to))

    serving = Serving(
        make_front=make_front,
        host=settings.OPTIONS.host,
        port=settings.OPTIONS.port,
        parts=_parts(alone=embedded, background=background),
        own_folder=settings.OPTIONS.dir if embedded else None,
        on_port=know_port,
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
    from klankbord.events.transports import transport_kinds  # noqa: PLC0415 - after set-up
    from klankbord.search.finding import index_folder  # noqa: PLC0415 - after set-up
    from klankbord.search.keeping import IndexKeeper  # noqa: PLC0415 - after set-up
    from klankbord.wiring.tables import SEARCHABLES  # noqa: PLC0415 - after set-up

    parts: dict[str, MakePart] = {**transport_kinds()}
    parts["search index"] = lambda: IndexKeeper(index_folder(), SEARCHABLES)
    if background:
        parts |= background_parts(alone=alone)
    options = settings.OPTIONS
    if options.smtp_port is not None or options.lmtp_port is not None:
        parts["mail intake"] = lambda: MailIntake(
            options.smtp_host,
            options.smtp_port,
            options.lmtp_port,
            certificate=options.smtp_certificate,
            key=options.smtp_key,
        )
    return parts | _figures_part()


def background_parts(*, alone: bool) -> dict[str, MakePart]:
    """What works behind the pages; `alone`: no other process does so on this database."""
    from klankbord.channels.mailboxes.watching import MailboxWatcher  # noqa: PLC0415 - after set-up
    from klankbord.events.runner import Runner  # noqa: PLC0415 - after set-up

    return {
        "background work": lambda: Runner(alone=alone),
        "mailboxes": lambda: MailboxWatcher(alone=alone),
    }


def _figures_part() -> dict[str, MakePart]:
    from django.conf import settings  # noqa: PLC0415 - after set-up

    port = settings.OPTIONS.metrics_port
    if port is None:
        return {}
    from klankbord.cli.figures import FiguresDoor  # noqa: PLC0415 - only when it is asked for

    return {"figures": lambda: FiguresDoor(port)}


def _welcome(addresses: Sequence[str], found: Mapping[str, object], sign_in: Mapping[str, str], mail_to: str) -> str:
    first, *others = addresses
    lines = ["", f"  Klankbord is at    {first}", f"  The inbox          {first}inbox/"]
    lines += [f"  And at             {each}" for each in others]
    if sign_in:
        lines += [f"  Sign in as         {sign_in['email']}", f"  with the password  {sign_in['password']}"]
    doors = [(name, found[key]) for name, key in (("SMTP", "smtp_port"), ("LMTP", "lmtp_port")) if found.get(key)]
    lines += [f"  Mail comes in at   port {port} ({name})" for name, port in doors]
    if mail_to and "smtp_port" in found:
        lines += [
            "",
            "  Send it a real e-mail, from another terminal:",
            "",
            f"  {mail_line(mail_to, str(found['smtp_port']))}",
            "",
            "  It comes last in the inbox, under what is not picked up yet: who waits longest is on top.",
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
    as_json: Annotated[bool, typer.Option("--json", help="Print one object when it works.")] = False,
) -> None:
    """Do background work only, beside other machines, on PostgreSQL."""
    open_installation(dir=folder, migrate=False)
    from django.db import connection  # noqa: PLC0415 - after set-up

    from klankbord.cli.folder_lock import CannotServeError  # noqa: PLC0415 - after set-up
    from klankbord.cli.serve import run_parts  # noqa: PLC0415 - after set-up
    from klankbord.events.transports import transport_kinds  # noqa: PLC0415 - after set-up

    if connection.vendor == "sqlite":
        fail("SQLite is for one process: klankbord serve does the background work itself.", WRONG_USE)
    bring_up_to_date()

    def tell(ports: Mapping[str, int]) -> None:
        typer.echo(json.dumps({"working": True, "pid": os.getpid(), **ports}) if as_json else _WORKING)

    parts = {**transport_kinds(), **background_parts(alone=False), **_figures_part()}
    try:
        code = run_parts(parts, tell)
    except CannotServeError as problem:
        fail(str(problem), problem.exit_code)
    raise typer.Exit(code)
