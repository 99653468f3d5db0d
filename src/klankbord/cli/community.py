"""`klankbord community import` and `klankbord community export`: a question-and-answer community in, and out again.

An import can be broken off and started again at any moment: a row that is there already is passed over.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation, refuse_to_overwrite
from klankbord.cli.progress import bars

if TYPE_CHECKING:
    from rich.progress import TaskID

    from klankbord.people.models import Organisation

community = typer.Typer(
    name="community", help="Bring a community of questions and answers in, and out again.", no_args_is_help=True
)
bring_in = typer.Typer(name="import", help="Bring a community in.", no_args_is_help=True)
take_out = typer.Typer(name="export", help="Take the community out.", no_args_is_help=True)
community.add_typer(bring_in)
community.add_typer(take_out)

_HOST = typer.Option(help="Host name of the organisation whose community it is.")
_DATA = typer.Option("--dir", help="Where all data goes.")
_JSON = typer.Option("--json", help="Print one object with the numbers.")


@bring_in.callback()
def _bring_in() -> None:
    """Bring a community in."""


@take_out.callback()
def _take_out() -> None:
    """Take the community out."""


@bring_in.command("stackexchange")
def import_stackexchange(
    dump: Annotated[Path, typer.Argument(help="The folder with Posts.xml, Users.xml and the other files.")],
    organisation: Annotated[str, _HOST] = "",
    source: Annotated[
        str, typer.Option(help="Where it comes from, such as meta.example.org; the folder's name if left out.")
    ] = "",
    folder: Annotated[Path | None, _DATA] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Bring in a Stack Exchange data dump, as history: nobody is written to, no promise begins.

    It can be broken off and started again; a second time adds nothing. Accounts are placeholders that their owners can
    claim. Nothing is fetched from outside.
    """
    open_installation(dir=folder, must_exist=True)
    from klankbord.community.stackexchange.importing import import_dump  # noqa: PLC0415 - after set-up
    from klankbord.community.stackexchange.rows import NotADump  # noqa: PLC0415 - after set-up

    target = _organisation(organisation)
    with bars(of_bytes=True) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done)

        try:
            found = import_dump(organisation=target, folder=dump, name=source, progress=tell)
        except NotADump as problem:
            fail(str(problem), WRONG_USE)
    if as_json:
        numbers = {"source": found.name, "new": dict(found.new), "known": dict(found.known), "aside": found.aside}
        typer.echo(json.dumps(numbers, ensure_ascii=False))
        return
    for kind in sorted({*found.new, *found.known}):
        typer.echo(f"{kind}: {found.new[kind]} new, {found.known[kind]} known.")
    if found.aside:
        typer.echo(f"{found.aside} rows belong to posts that the dump does not hold; they are kept aside.")


@take_out.command("stackexchange")
def export_stackexchange(
    dump: Annotated[Path, typer.Argument(help="The folder to write the files into.")],
    organisation: Annotated[str, _HOST] = "",
    source: Annotated[str, typer.Option(help="Whose numbers are kept, when several communities were brought in.")] = "",
    folder: Annotated[Path | None, _DATA] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the files that are there.")] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Write the community as a Stack Exchange data dump: what came in as it came, and what was said here since.

    What is hidden, withdrawn or erased stays out, and no vote says whose it was.
    """
    open_installation(dir=folder, must_exist=True)
    from klankbord.community.stackexchange.exporting import WhichSource, export_dump  # noqa: PLC0415 - after set-up

    for each in sorted(dump.glob("*.xml")):
        refuse_to_overwrite(each, force=force)
    try:
        done = export_dump(organisation=_organisation(organisation), folder=dump, name=source)
    except WhichSource as problem:
        fail(str(problem), WRONG_USE)
    except OSError as problem:
        fail(f"{dump} cannot be written: {problem.strerror or problem}.")
    if as_json:
        typer.echo(json.dumps(done.rows))
    else:
        for kind, count in sorted(done.rows.items()):
            typer.echo(f"{kind}: {count} rows.")


def _organisation(host: str) -> Organisation:
    from klankbord.people.models import Organisation  # noqa: PLC0415 - after set-up

    if host:
        found = Organisation.objects.by_host(host)
        if found is None:
            fail(f"No organisation here has the host name {host}.", WRONG_USE)
        return found
    if Organisation.objects.count() != 1:
        fail("Say with --organisation whose community it is.", WRONG_USE)
    return Organisation.objects.get()
