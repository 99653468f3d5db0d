"""`klankbord setup`: an organisation and its first administrator."""

from __future__ import annotations

import json
import secrets
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation

if TYPE_CHECKING:
    from klankbord.cli.founding import Founded

_QUESTIONS = {
    "name": "Name of the organisation",
    "host": "Host name of its pages",
    "mail": "Address that customers write to",
    "administrator_email": "Your own e-mail address",
    "administrator_name": "Your name",
}


def setup(
    name: Annotated[str | None, typer.Option(help="Name of the organisation.")] = None,
    host: Annotated[str | None, typer.Option(help="Host name of its pages, such as help.example.org.")] = None,
    mail: Annotated[str | None, typer.Option(help="The address that customers write to.")] = None,
    email: Annotated[str | None, typer.Option(help="The administrator's e-mail address.")] = None,
    person: Annotated[str | None, typer.Option(help="The administrator's name, as customers see it.")] = None,
    password: Annotated[
        str,
        typer.Option(
            help="The administrator's password; one is made when it is left out.", envvar="KLANKBORD_PASSWORD"
        ),
    ] = "",
    phone: Annotated[str, typer.Option(help="Phone number, shown on every page.")] = "",
    language: Annotated[str, typer.Option(help="nl or en.")] = "nl",
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make an organisation with its first administrator. Asks for the first five when they are left out."""
    given = {"name": name, "host": host, "mail": mail, "administrator_email": email, "administrator_name": person}
    answers = {field: _ask(field) if said is None else said for field, said in given.items()}
    open_installation(dir=folder)
    password_was_made = not password
    password = password or secrets.token_urlsafe(9)
    asked = {field for field, said in given.items() if said is None}
    made = _found(answers, asked, phone=phone, language=language, password=password)
    organisation, address = made.organisation, made.administrator.email
    is_new_password = password_was_made and not made.was_known
    if as_json:
        found = {"organisation": organisation.name, "host": organisation.host, "email": address}
        typer.echo(json.dumps(found | ({"password": password} if is_new_password else {}), ensure_ascii=False))
        return
    typer.echo(f"{organisation.name} is there, at http://{organisation.host}.")
    how = f" with the password {password}" if is_new_password else ""
    typer.echo(f"Sign in as {address}{how or (' with the password you have' if made.was_known else '')}.")
    typer.echo("Next: klankbord doctor, then klankbord serve, which says at which port its pages are.")


def _found(answers: dict[str, str], asked: set[str], **more: str) -> Founded:
    """Make it. An answer that cannot be used is asked for again, and that one only."""
    from klankbord.cli.founding import CannotFound, found_organisation  # noqa: PLC0415 - after set-up

    week = {day: (time(9), time(17)) for day in range(5)}
    while True:
        try:
            return found_organisation(week=week, **answers, **more)
        except CannotFound as problem:
            if problem.field not in asked:
                fail(str(problem), WRONG_USE)
            typer.secho(str(problem), fg=typer.colors.RED, err=True)
            answers[problem.field] = _ask(problem.field)


def _ask(field: str) -> str:
    answer: str = typer.prompt(_QUESTIONS[field])
    return answer
