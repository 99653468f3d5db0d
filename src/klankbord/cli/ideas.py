"""`klankbord ideas import` and `klankbord ideas export`: ideas from and to Fider and UserVoice.

An import can be broken off and started again at any moment: an idea that is there already is passed over.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation, refuse_to_overwrite
from klankbord.cli.progress import bars

if TYPE_CHECKING:
    from klankbord.ideas.models import Board
    from klankbord.people.models import Organisation

_MOST_SHOWN = 50

ideas = typer.Typer(name="ideas", help="Bring ideas in from Fider or UserVoice, and out again.", no_args_is_help=True)


@ideas.command("import")
def import_ideas(
    file: Annotated[Path, typer.Argument(help="The CSV file that Fider or UserVoice exported.")],
    organisation: Annotated[str, typer.Option(help="Host name of the organisation whose ideas these are.")] = "",
    board: Annotated[str, typer.Option(help="The board on which they come: the last part of its address.")] = "",
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object with the numbers.")] = False,
) -> None:
    """Bring ideas in, as history: nobody is written to. Which product it is shows from the columns.

    Fider: number, title, created_at, created_by and status have to be there. UserVoice: Idea ID, Idea Title and Created
    Timestamp. All other columns may be left out, and are kept when they are there.

    It can be broken off and started again; a second time adds nothing. Ends with 1 when some rows could not be brought
    in: each is named with its line, and the others are there.
    """
    open_installation(dir=folder, must_exist=True)
    from klankbord.ideas.interchange.bringing_in import bring_in  # noqa: PLC0415 - after set-up
    from klankbord.ideas.interchange.reading import NotOurs, read_ideas, read_sheet  # noqa: PLC0415 - after set-up

    target = _board(_organisation(organisation), board)
    try:
        sheet = read_sheet(file)
    except NotOurs as problem:
        fail(str(problem), WRONG_USE)
    except OSError as problem:
        fail(f"{file} cannot be read: {problem.strerror or problem}.", WRONG_USE)
    brought, broken = read_ideas(sheet)
    with bars() as progress:
        bar = progress.add_task("Bringing in", total=len(brought))
        report = bring_in(
            board=target, form=sheet.format, ideas=brought, tell=lambda count: progress.advance(bar, count)
        )
    report.broken[:0] = broken
    if as_json:
        typer.echo(json.dumps({"format": sheet.format.name, **asdict(report)}, ensure_ascii=False))
    else:
        typer.echo(
            f"{report.found} ideas as {sheet.format.name} writes them: {report.new} new, {report.known} known,"
            f" {len(report.broken)} rows with a problem."
        )
        for line in report.broken[:_MOST_SHOWN]:
            typer.echo(f"  {line}", err=True)
        if len(report.broken) > _MOST_SHOWN:
            typer.echo(f"  … and {len(report.broken) - _MOST_SHOWN} more; --json shows all.", err=True)
    raise typer.Exit(1 if report.broken else 0)


@ideas.command("export")
def export_ideas(
    file: Annotated[Path, typer.Argument(help="The CSV file to write.")],
    form: Annotated[str, typer.Option("--format", help="fider or uservoice.")] = "fider",
    organisation: Annotated[str, typer.Option(help="Host name of the organisation whose ideas these are.")] = "",
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
) -> None:
    """Write all ideas that everybody may read to a file that Fider or UserVoice, or a spreadsheet, can read.

    What was brought in from the same product and not changed since goes out as it came, columns of their own included.
    It holds names, and for UserVoice addresses: keep it as carefully as the database.
    """
    open_installation(dir=folder, must_exist=True)
    from klankbord.ideas.interchange.formats import FORMATS  # noqa: PLC0415 - after set-up
    from klankbord.ideas.interchange.writing import write_sheet  # noqa: PLC0415 - after set-up

    if form not in FORMATS:
        fail(f"There is no format {form}. Choose from: {', '.join(FORMATS)}.", WRONG_USE)
    house = _organisation(organisation)
    refuse_to_overwrite(file, force=force)
    with bars() as progress:
        bar = progress.add_task("Writing", total=None)
        count = write_sheet(
            organisation=house, form=FORMATS[form], path=file, tell=lambda rows: progress.advance(bar, rows)
        )
    typer.echo(f"{count} rows in {file}.")


def _organisation(host: str) -> Organisation:
    from klankbord.people.models import Organisation  # noqa: PLC0415 - after set-up

    if host:
        found = Organisation.objects.by_host(host)
        if found is None:
            fail(f"No organisation has its pages at {host}.", WRONG_USE)
        return found
    some = list(Organisation.objects.order_by("pk")[:2])
    if len(some) != 1:
        fail("Say with --organisation whose ideas these are.", WRONG_USE)
    return some[0]


def _board(organisation: Organisation, slug: str) -> Board:
    from klankbord.ideas.actions.boards import main_board  # noqa: PLC0415 - after set-up
    from klankbord.ideas.models import Board  # noqa: PLC0415 - after set-up

    if not slug:
        return main_board(organisation)
    found = Board.objects.of(organisation).filter(slug=slug).first()
    if found is None:
        fail(f"{organisation.name} has no board at {slug}.", WRONG_USE)
    return found
