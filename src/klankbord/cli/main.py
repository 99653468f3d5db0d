"""The root of the `klankbord` command. Commands load what they need when they run, so that help is instant."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from typing import Annotated

import typer

from klankbord.cli import (
    backup,
    channel,
    community,
    demo_command,
    doctor,
    ideas,
    mail,
    people_setup,
    serve_command,
    similar,
    standing,
)
from klankbord.cli.installation import in_one_sentence

app = typer.Typer(
    name="klankbord",
    help="Be friendly to your customers online: listen, answer warmly and in time, and show how well that goes.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo_command.demo)
app.command("setup")(people_setup.setup)
app.command("serve")(serve_command.serve)
app.command("worker")(serve_command.worker)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("similar")(similar.similar)
app.add_typer(mail.mail, name="mail")
app.add_typer(channel.channel, name="channel")
app.add_typer(ideas.ideas, name="ideas")
app.add_typer(community.community, name="community")
app.add_typer(standing.standing, name="standing")


def _version(value: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if value:
        typer.echo(f"klankbord {importlib.metadata.version('klankbord')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version.")
    ] = False,
) -> None:
    """Be friendly to your customers online: listen, answer warmly and in time, and show how well that goes."""
    del version


def main() -> None:
    """The entry point of the installed command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "klankbord.config.settings")
    try:
        app()
    except BrokenPipeError:  # `klankbord doctor | head`: whoever read has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as problem:
        sentence = _sentence_for(problem)
        if sentence is None or os.environ.get("KLANKBORD_DEBUG"):
            raise
        typer.secho(sentence, fg=typer.colors.RED, err=True)
        sys.exit(1)


def _sentence_for(problem: Exception) -> str | None:
    """What the machine refused, in one line; None when it is a fault of ours, whose traceback is needed."""
    from django.db import DatabaseError  # noqa: PLC0415 - help does not wait for Django

    if isinstance(problem, DatabaseError):
        return f"The database does not do it: {in_one_sentence(problem)}. Run klankbord doctor."
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.strerror}{f': {problem.filename}' if problem.filename else ''}."
    return None


if __name__ == "__main__":
    main()
