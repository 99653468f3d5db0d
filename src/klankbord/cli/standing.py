"""`klankbord standing recount`: count everybody's points anew by the rules that hold now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation
from klankbord.cli.progress import bars

_MOST_SHOWN = 50

standing = typer.Typer(name="standing", help="What people earned by helping.", no_args_is_help=True)


@standing.callback()
def _standing() -> None:
    """What people earned by helping."""


@standing.command("recount")
def recount_all(
    organisation: Annotated[str, typer.Option(help="Host name of one organisation; all of them if left out.")] = "",
    try_out: Annotated[bool, typer.Option("--try", help="Say what would change, and change nothing.")] = False,
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object with the numbers.")] = False,
) -> None:
    """Count everybody's points anew from the ledger, by the limits that hold now: a day, and what one person gives.

    For after an upgrade that changed a limit, or a restore: points from before then follow it too. What a line of the
    ledger was worth stays as it was. A second time changes nothing, and nobody is written to.
    """
    open_installation(dir=folder, must_exist=True)
    from klankbord.people.models import Organisation  # noqa: PLC0415 - after set-up
    from klankbord.reputation.counting import Recounted, recount_house  # noqa: PLC0415 - after set-up

    houses = list(Organisation.objects.order_by("pk"))
    if organisation:
        chosen = Organisation.objects.by_host(organisation)
        if chosen is None:
            fail(f"No organisation has its pages at {organisation}.", WRONG_USE)
        houses = [chosen]
    looked_at, changed = 0, list[Recounted]()
    with bars() as progress:
        bar = progress.add_task("Counting", total=None)
        for house in houses:
            for each in recount_house(house, try_out=try_out):
                looked_at += 1
                progress.advance(bar)
                if each.before != each.after:
                    changed.append(each)
    if as_json:
        rows = [{"person": each.person_id, "before": each.before, "after": each.after} for each in changed]
        typer.echo(json.dumps({"persons": looked_at, "changed": rows, "tried_out": try_out}))
        return
    typer.echo(f"{looked_at} persons counted, {len(changed)} {'would change' if try_out else 'changed'}.")
    for each in changed[:_MOST_SHOWN]:
        typer.echo(f"  person {each.person_id}: {each.before} points, now {each.after}")
    if len(changed) > _MOST_SHOWN:
        typer.echo(f"  … and {len(changed) - _MOST_SHOWN} more; --json shows all.")
