"""`klankbord demo`: a lifelike library on this computer, to try everything with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import open_installation
from klankbord.cli.progress import bars
from klankbord.cli.serve_command import serve_opened

if TYPE_CHECKING:
    from rich.progress import TaskID


def _seed_with_progress(folder: Path, *, quiet: bool) -> None:
    from rich.console import Console  # noqa: PLC0415 - only when there is something to wait for

    from klankbord.cli.demo import corpus, seeding  # noqa: PLC0415 - after set-up

    console = Console(stderr=True, quiet=quiet)
    console.print(
        f"Making the demo in {folder}: a library with its customers, mails and ideas.", highlight=False, markup=False
    )
    with bars(console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what)
                if not console.is_terminal:
                    console.print(f"  {what}", highlight=False, markup=False)
            progress.update(tasks[what], completed=done, total=total)

        seeding.seed(corpus.load(), told=told)


def demo(
    port: Annotated[int, typer.Option(help="Port of the pages; 0 for any that is free.")] = 8000,
    smtp_port: Annotated[int, typer.Option(help="Port on which mail is taken in; 0 for any that is free.")] = 2525,
    folder: Annotated[Path, typer.Option("--dir", help="Where all data goes.")] = Path("var/demo"),
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one object with the address, sign-in and ports.")
    ] = False,
    seed_only: Annotated[bool, typer.Option(help="Only make the data, do not serve.")] = False,
) -> None:
    """Make and serve the demo: a Dutch library with 300 conversations. Mail it sends stays in its own outbox page."""
    open_installation(
        dir=folder,
        port=port,
        smtp_port=smtp_port,
        outbox="keep",
        way_out=f"To begin anew, remove the folder {folder}, or name another one with --dir.",
    )
    from klankbord.cli.demo import seeding  # noqa: PLC0415 - after set-up
    from klankbord.people.models import Organisation  # noqa: PLC0415 - after set-up

    if not Organisation.objects.exists():
        _seed_with_progress(folder, quiet=as_json)
    if seed_only:
        return
    organisations = list(Organisation.objects.order_by("pk"))
    serve_opened(
        organisations=organisations,
        as_json=as_json,
        sign_in={"email": "marlies@deklank.example", "password": seeding.PASSWORD},
        mail_to=organisations[0].email,
    )
