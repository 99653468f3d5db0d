"""`klankbord mail replay`: try once more to read what could not be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation


def replay(
    numbers: Annotated[
        list[int] | None, typer.Argument(help="Which ones, by number; none of them: show the list.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that is in quarantine.")] = False,
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Have mails that could not be read tried once more, for instance after an upgrade. Without numbers: show them.

    A running Klankbord reads them; their bytes stay as they are.
    """
    open_installation(dir=folder, must_exist=True)
    from klankbord.channels.models import Arrival  # noqa: PLC0415 - after set-up
    from klankbord.channels.quarantine import replay_arrival  # noqa: PLC0415 - after set-up

    rows = Arrival.objects.across_organisations("the operator sees all").quarantined().select_related("channel")
    found = list((rows if every or not numbers else rows.filter(pk__in=numbers)).defer("raw").order_by("pk"))
    if missing := sorted(set(numbers or ()) - {each.pk for each in found}):
        fail(f"Not in quarantine: {', '.join(map(str, missing))}. Nothing was tried again.", WRONG_USE)
    for arrival in found:
        again = bool(every or numbers) and replay_arrival(arrival=arrival)
        shown = _shown(arrival) | {"again": again}
        typer.echo(json.dumps(shown, ensure_ascii=False) if as_json else _line(shown))
    if not found and not as_json:
        typer.echo("Nothing is in quarantine.")


def _shown(arrival: Any) -> dict[str, Any]:
    return {
        "number": arrival.pk,
        "channel": arrival.channel.address or arrival.channel.name,
        "received_at": arrival.received_at.isoformat(timespec="seconds"),
        "size": arrival.size,
        "why": arrival.last_error,
    }


def _line(shown: dict[str, Any]) -> str:
    begins = "Tried again: " if shown["again"] else ""
    return (
        f"{begins}{shown['number']}  {shown['received_at']}  {shown['channel']}  {shown['size']} bytes  {shown['why']}"
    )
