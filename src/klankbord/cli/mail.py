"""`klankbord mail …`: what can be done with mails from the command line."""

from __future__ import annotations

import typer

from klankbord.cli.mail_import import import_mails
from klankbord.cli.mail_parse import parse
from klankbord.cli.mail_replay import replay

mail = typer.Typer(help="Read mails and bring them in.", no_args_is_help=True)


@mail.callback()
def _mail() -> None:
    """Read mails and bring them in."""


mail.command("parse")(parse)
mail.command("import")(import_mails)
mail.command("replay")(replay)
