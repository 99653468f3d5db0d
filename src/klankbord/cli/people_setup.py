"""`klankbord setup`: an organisation and its first administrator."""

from __future__ import annotations

import json
import secrets
from datetime import time
from pathlib import Path
from typing import Annotated

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation


def setup(
    name: Annotated[str, typer.Option(help="Name of the organisation.", prompt="Name of the organisation")],
    host: Annotated[
        str, typer.Option(help="Host name of its pages, such as help.example.org.", prompt="Host name of its pages")
    ],
    mail: Annotated[
        str, typer.Option(help="The address that customers write to.", prompt="Address that customers write to")
    ],
    email: Annotated[str, typer.Option(help="The administrator's e-mail address.", prompt="Your own e-mail address")],
    person: Annotated[str, typer.Option(help="The administrator's name, as customers see it.", prompt="Your name")],
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
    """Make an organisation with its first administrator. Asks for what the options do not say."""
    open_installation(dir=folder)
    from klankbord.cli.founding import CannotFound, found_organisation  # noqa: PLC0415 - after set-up

    password_was_made = not password
    password = password or secrets.token_urlsafe(9)
    week = {day: (time(9), time(17)) for day in range(5)}
    try:
        made = found_organisation(
            name=name, host=host, mail=mail, phone=phone, language=language, week=week,
            administrator_email=email, administrator_name=person, password=password,
        )  # fmt: skip
    except CannotFound as problem:
        fail(str(problem), WRONG_USE)
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
