"""`klankbord doctor`: what is wrong with the configuration, in plain words."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from klankbord.cli.installation import in_one_sentence, newer_than_code, open_installation
from klankbord.config.options import unknown_variables

if TYPE_CHECKING:
    from klankbord.config.options import Options

LEAST_FREE_MB = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `level` is `ok`, `advice` or `wrong`."""

    level: str
    about: str
    sentence: str


def doctor(
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data is.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a finding, a line each.")] = False,
) -> None:
    """Say in plain words what is wrong with this installation; exit code 1 when something is."""
    options = open_installation(dir=folder, migrate=False, must_exist=True)
    findings = list(examine(options))
    marks = {"ok": "✓", "advice": "!", "wrong": "✗"}
    for finding in findings:
        typer.echo(
            json.dumps(asdict(finding), ensure_ascii=False)
            if as_json
            else f"{marks[finding.level]} {finding.about}: {finding.sentence}"
        )
    if any(finding.level == "wrong" for finding in findings):
        raise typer.Exit(1)


def examine(options: Options) -> Iterator[Finding]:
    """Look at everything, one thing after another; what cannot be looked at because of an earlier fault is left out."""
    yield from _settings()
    yield from _folder(options)
    reachable = True
    for finding in _database():
        reachable = reachable and finding.level != "wrong"
        yield finding
    yield from _redis(options)
    if not reachable:
        return
    checks: tuple[Callable[[Options], Iterator[Finding]], ...] = (_organisations, _channels, _work, _addresses)
    for check in checks:
        yield from check(options)


def _settings() -> Iterator[Finding]:
    for name in unknown_variables():
        yield Finding("wrong", "Settings", f"{name} is not a setting; perhaps it is misspelt.")


def _folder(options: Options) -> Iterator[Finding]:
    free = shutil.disk_usage(options.dir).free // 1_000_000
    if free < LEAST_FREE_MB:
        yield Finding("wrong", "Disk", f"Only {free} MB are free; mail is refused when the disk is full.")
    else:
        yield Finding("ok", "Disk", f"{free / 1000:.1f} GB are free.")
    key = options.dir / "secret-key"
    if key.is_file() and key.stat().st_mode & 0o077:
        yield Finding("wrong", "Secret key", f"Others on this machine can read it. Run: chmod 600 {key}")


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection  # noqa: PLC0415 - after set-up
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - after set-up

    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as problem:
        yield Finding("wrong", "Database", f"It cannot be used: {in_one_sentence(problem)}.")
        return
    if newer_than_code(executor):
        yield Finding("wrong", "Database", "It was made by a newer version of Klankbord.")
        return
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing and not executor.loader.applied_migrations:
        yield Finding("wrong", "Database", "It is empty. Run klankbord setup first.")
    elif missing:
        yield Finding("wrong", "Database", "It is older than this version. klankbord serve brings it up to date.")
    else:
        kind = "SQLite, one machine" if connection.vendor == "sqlite" else "PostgreSQL"
        yield Finding("ok", "Database", f"{kind}, up to date.")


def _redis(options: Options) -> Iterator[Finding]:
    if not options.redis:
        return
    import redis  # noqa: PLC0415 - only when it is configured

    try:
        with redis.Redis.from_url(options.redis, socket_timeout=3) as link:
            link.ping()
    except (redis.RedisError, OSError, ValueError) as problem:
        yield Finding("wrong", "Redis", f"It cannot be reached: {in_one_sentence(problem)}.")
    else:
        yield Finding("ok", "Redis", "It answers.")


def _organisations(options: Options) -> Iterator[Finding]:
    from klankbord.people.models import Membership, OpeningSpan, Organisation, Role  # noqa: PLC0415 - after set-up

    del options
    organisations = list(Organisation.objects.order_by("pk"))
    if not organisations:
        yield Finding("wrong", "Organisation", "There is none yet. Run klankbord setup.")
    for organisation in organisations:
        if not organisation.phone:
            yield Finding("advice", organisation.name, "It has no phone number; people who get stuck cannot call.")
        if not OpeningSpan.objects.of(organisation).exists():
            yield Finding("wrong", organisation.name, "It has no opening hours, so no answer is ever due.")
        if not Membership.objects.of(organisation).active().filter(role=Role.ADMINISTRATOR).exists():
            yield Finding("wrong", organisation.name, "It has no administrator who can sign in.")
        if not Membership.objects.of(organisation).public().exists():
            yield Finding("advice", organisation.name, "Nobody is shown to visitors by name and face.")


_SET_A_SERVER = "Answers cannot be sent. Set relay_host for all of them (docs/mail.md), or give it one of its own."


def _channels(options: Options) -> Iterator[Finding]:
    from klankbord.channels.models import Channel  # noqa: PLC0415 - after set-up
    from klankbord.channels.registry import UnknownKind, adapter_for  # noqa: PLC0415 - after set-up
    from klankbord.channels.secrets import CannotUnseal  # noqa: PLC0415 - after set-up

    everywhere = Channel.objects.across_organisations("doctor looks at the whole installation")
    for channel in everywhere.active().select_related("organisation").order_by("pk"):
        about = f"{channel.organisation.name}, {channel.name}"
        if channel.trouble:
            yield Finding("wrong", about, channel.trouble)
        try:
            settings = {**_relay(options), **channel.all_settings, "address": channel.address}
            problems = adapter_for(channel.kind).problems(settings)
            if problems and channel.kind == "email" and not settings.get("smtp_host"):
                problems = [*problems[:-1], f"{problems[-1]} {_SET_A_SERVER}"]
        except UnknownKind:
            problems = ["This kind of channel is not installed."]
        except CannotUnseal as problem:
            problems = [f"{problem}. Restore the secret key, or enter the password again."]
        if options.outbox != "keep":
            for sentence in problems:
                yield Finding("wrong", about, sentence)
        if not problems and not channel.trouble:
            yield Finding("ok", about, "Set up.")


def _relay(options: Options) -> dict[str, object]:
    if not options.relay_host:
        return {}
    return {"smtp_host": options.relay_host, "smtp_port": options.relay_port, "smtp_tls": options.relay_tls}


def _work(options: Options) -> Iterator[Finding]:
    from klankbord.channels.models import Arrival, Dispatch  # noqa: PLC0415 - after set-up
    from klankbord.events.work import WorkState  # noqa: PLC0415 - after set-up

    del options
    quarantined = Arrival.objects.across_organisations("doctor").quarantined().count()
    if quarantined:
        yield Finding("advice", "Mail that could not be read", f"{quarantined} are kept and wait to be looked at.")
    given_up = Dispatch.objects.across_organisations("doctor").filter(state=WorkState.GIVEN_UP).count()
    if given_up:
        yield Finding("advice", "Mail that could not be sent", f"{given_up}; each shows in its conversation.")


def _addresses(options: Options) -> Iterator[Finding]:
    if options.outbox == "keep":
        yield Finding("advice", "Sending", "Mail is kept, not sent (outbox = keep).")
    elif options.relay_host:
        try:
            with socket.create_connection((options.relay_host, options.relay_port), timeout=5):
                pass
        except OSError as problem:
            yield Finding(
                "wrong", "Mail server", f"{options.relay_host} cannot be reached: {in_one_sentence(problem)}."
            )
        else:
            yield Finding("ok", "Mail server", f"{options.relay_host} answers.")
    if not options.https and options.host not in ("127.0.0.1", "localhost", "::1"):
        yield Finding("advice", "https", "Visitors' words travel unprotected. Put a proxy with https in front.")
