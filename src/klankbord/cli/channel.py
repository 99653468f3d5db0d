"""`klankbord channel …`: the doors of an organisation, from the command line. Secrets are asked for or come from the
environment; on a command line everybody on the machine could read them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation

if TYPE_CHECKING:
    from klankbord.channels.models import Channel
    from klankbord.people.models import Organisation

channel = typer.Typer(help="Add, list, test and remove the mailboxes of an organisation.", no_args_is_help=True)

Folder = Annotated[Path | None, typer.Option("--dir", help="Where all data is.")]
Host = Annotated[str, typer.Option("--organisation", help="Host name of the organisation; needed when there are more.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Address = Annotated[str, typer.Argument(help="The address that customers write to.")]
Port = Annotated[int | None, typer.Option(help="Its port.", min=1, max=65_535)]

SECRETS = {
    "imap_password": ("KLANKBORD_IMAP_PASSWORD", "Password of the mailbox"),
    "smtp_password": ("KLANKBORD_SMTP_PASSWORD", "Password for sending"),
    "oauth_client_secret": ("KLANKBORD_OAUTH_CLIENT_SECRET", "Client secret of the provider"),
}
"""By setting: the variable that may hold it, and how it is asked for."""


@channel.command("add")
def add(
    address: Address,
    name: Annotated[str, typer.Option(help="What colleagues call it.")] = "",
    imap_host: Annotated[str, typer.Option(help="Mail server to fetch from; none when mail is delivered here.")] = "",
    imap_port: Port = None,
    imap_tls: Annotated[str, typer.Option(help="tls, starttls or none.")] = "tls",
    imap_user: Annotated[str, typer.Option(help="User name; the address when left out.")] = "",
    imap_folder: Annotated[str, typer.Option(help="Folder to read.")] = "INBOX",
    sent_folder: Annotated[
        str, typer.Option(help="Folder of sent mails; - for none. Found by itself if left out.")
    ] = "",
    history_days: Annotated[int, typer.Option(help="Days of earlier mail to bring in quietly.", min=0)] = 0,
    mark_seen: Annotated[bool, typer.Option(help="Mark as read what was brought in.")] = False,
    smtp_host: Annotated[str, typer.Option(help="Mail server to send through; the installation's own if none.")] = "",
    smtp_port: Port = None,
    smtp_tls: Annotated[str, typer.Option(help="starttls, tls or none.")] = "starttls",
    smtp_user: Annotated[str, typer.Option(help="User name; the mailbox's when left out.")] = "",
    oauth_provider: Annotated[
        str, typer.Option(help="microsoft, google or other: sign in with OAuth instead of a password.")
    ] = "",
    oauth_client_id: Annotated[str, typer.Option(help="Client id of the provider.")] = "",
    oauth_tenant: Annotated[str, typer.Option(help="Microsoft 365: domain or id of the tenant.")] = "",
    app_only: Annotated[bool, typer.Option(help="OAuth as the application itself, without anybody's consent.")] = False,
    organisation: Host = "",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Add a mailbox. Asks for its passwords, or takes them from KLANKBORD_IMAP_PASSWORD, KLANKBORD_SMTP_PASSWORD and
    KLANKBORD_OAUTH_CLIENT_SECRET.
    """
    open_installation(dir=folder)
    house, address = _organisation(organisation), address.strip().lower()
    if "@" not in address:
        fail("That is not an e-mail address.", WRONG_USE)
    chosen: dict[str, Any] = {}
    if imap_host:
        chosen |= {"imap_host": imap_host, "imap_port": imap_port, "imap_tls": imap_tls, "imap_folder": imap_folder}
        chosen |= {"imap_user": imap_user or address, "sent_folder": sent_folder, "imap_history_days": history_days}
        chosen |= {"mark_seen": mark_seen}
    if smtp_host:
        chosen |= {"smtp_host": smtp_host, "smtp_port": smtp_port, "smtp_tls": smtp_tls}
        chosen |= {"smtp_user": smtp_user or chosen.get("imap_user", "")}
    if oauth_provider:
        chosen |= {"auth": "oauth", "oauth_provider": oauth_provider, "oauth_client_id": oauth_client_id}
        chosen |= {"oauth_tenant": oauth_tenant, "oauth_grant": "client_credentials" if app_only else ""}
    chosen = {key: value for key, value in chosen.items() if value}
    made = _new_or_closed(house, address)
    made.name, made.settings, made.is_active = name or made.name or address, chosen, True
    made.seal(_ask_for_secrets(chosen))
    made.save()
    if as_json:
        typer.echo(json.dumps(_told(made), ensure_ascii=False))
        return
    typer.echo(f"{address} is a channel of {house.name}.")
    if oauth_provider and not app_only:
        typer.echo("Next: an administrator connects it to its provider, in the office under Channels.")
    else:
        typer.echo(f"Next: klankbord channel test {address}")


def _new_or_closed(house: Organisation, address: str) -> Channel:
    """A channel for this address: a new one, or the one that was closed here, with all that was said in it."""
    from klankbord.channels.models import Channel  # noqa: PLC0415 - after set-up

    rows = Channel.objects.across_organisations("an address is one channel's").select_related("organisation")
    there = rows.filter(kind="email", address=address).first()
    if there is None:
        return Channel(organisation=house, kind="email", address=address)
    if there.is_active or there.organisation != house:
        fail(f"{address} is a channel already.", WRONG_USE)
    return there


def _ask_for_secrets(chosen: dict[str, Any]) -> dict[str, str]:
    """What these settings need, from the environment or, at a terminal, from whoever sits there."""
    if chosen.get("auth") == "oauth":
        wanted = ["oauth_client_secret"]
    else:
        wanted = [
            f"{way}_password" for way in ("imap", "smtp") if chosen.get(f"{way}_host") and chosen.get(f"{way}_user")
        ]
    found: dict[str, str] = {}
    for setting in wanted:
        variable, question = SECRETS[setting]
        value = os.environ.get(variable, "")
        if not value and setting == "smtp_password" and chosen.get("smtp_user") == chosen.get("imap_user"):
            value = found.get("imap_password", "")
        if not value and sys.stdin.isatty():
            value = typer.prompt(question, hide_input=True)
        if not value:
            fail(f"{question}: nobody is here to ask, and {variable} is empty.", WRONG_USE)
        found[setting] = value
    return found


@channel.command("list")
def list_channels(organisation: Host = "", folder: Folder = None, as_json: AsJson = False) -> None:
    """List the channels, and what is wrong with them."""
    open_installation(dir=folder, migrate=False)
    from klankbord.channels.models import Channel  # noqa: PLC0415 - after set-up

    rows = Channel.objects.across_organisations("the operator looks at all").select_related("organisation")
    if organisation:
        rows = rows.filter(organisation=_organisation(organisation))
    for each in rows.order_by("organisation__name", "pk"):
        if as_json:
            typer.echo(json.dumps(_told(each), ensure_ascii=False))
            continue
        mark = "✗" if each.trouble else "✓" if each.is_active else "-"
        typer.echo(
            f"{mark} {each.organisation.name}: {each.name} ({each.address or each.kind}) {each.trouble}".rstrip()
        )


@channel.command("test")
def try_channel(address: Address, folder: Folder = None, as_json: AsJson = False) -> None:
    """Sign in for real, to read and to send, and say in plain words how it went. Exit code 1: it does not work."""
    open_installation(dir=folder, migrate=False)
    from django.utils import translation  # noqa: PLC0415 - after set-up

    from klankbord.channels.mailboxes.trying import try_mailbox  # noqa: PLC0415 - after set-up

    with translation.override("en"):
        findings = try_mailbox(_channel(address))
    for finding in findings:
        if as_json:
            told = {"direction": finding.direction, "works": finding.works, "sentence": finding.sentence}
            told |= {"detail": finding.detail, "next_step": finding.next_step}
            typer.echo(json.dumps(told, ensure_ascii=False))
            continue
        typer.echo(f"{'✓' if finding.works else '✗'} {finding.direction}: {finding.sentence}")
        if finding.detail and not finding.works:
            typer.echo(f"  The server said: {finding.detail}")
        if finding.next_step:
            typer.echo(f"  {finding.next_step}")
    if not all(finding.works for finding in findings):
        raise typer.Exit(1)


@channel.command("remove")
def remove(
    address: Address,
    folder: Folder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is meant.")] = False,
) -> None:
    """Close a mailbox: it is no longer read or sent from, and its secrets are forgotten. What was said in it stays."""
    open_installation(dir=folder, migrate=False)
    found = _channel(address)
    if not yes:
        typer.confirm(f"Close {address} of {found.organisation.name}?", abort=True)
    from klankbord.channels.mailboxes.changing import close_mailbox  # noqa: PLC0415 - after set-up

    close_mailbox(found)
    typer.echo(f"{address} is closed.")


def _organisation(host: str) -> Organisation:
    from klankbord.people.models import Organisation  # noqa: PLC0415 - after set-up

    rows = Organisation.objects.order_by("pk")
    found = list(rows.filter(host=host) if host else rows[:2])
    if host and not found:
        fail(f"There is no organisation at {host}.", WRONG_USE)
    if len(found) != 1:
        fail("Say whose, with --organisation." if found else "There is none yet. Run klankbord setup.", WRONG_USE)
    return found[0]


def _channel(address: str) -> Channel:
    from klankbord.channels.models import Channel  # noqa: PLC0415 - after set-up

    rows = Channel.objects.across_organisations("an address is one channel's").select_related("organisation")
    found = rows.filter(kind="email", address=address.strip().lower()).first()
    if found is None:
        fail(f"{address} is not a channel.", WRONG_USE)
    return found


def _told(each: Channel) -> dict[str, Any]:
    return {
        "organisation": each.organisation.host,
        "kind": each.kind,
        "name": each.name,
        "address": each.address,
        "active": each.is_active,
        "trouble": each.trouble,
        "last_heard_at": each.last_heard_at.isoformat() if each.last_heard_at else None,
        "settings": each.settings,
    }
