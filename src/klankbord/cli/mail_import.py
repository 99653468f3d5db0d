"""`klankbord mail import`: bring in the mails of before.

It can be broken off and started again at any moment: each mail is stored before it is read, and a mail that is there
already is passed over, whether an earlier import brought it or it came in by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.cli.installation import WRONG_USE, fail, open_installation
from klankbord.cli.mailboxes import Place, holds_header, mail_files, places, read_mail
from klankbord.cli.progress import bars

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from klankbord.channels.models import Arrival, Channel

_TOGETHER = 32
_BYTES_TOGETHER = 32 * 1024 * 1024
_LEASE = timedelta(minutes=10)
_MOST_SHOWN = 50


@dataclass(slots=True)
class Imported:
    """What became of the mails: how many were found, came in newly, were there already; which could not be read.

    `held` are mails of this mailbox that another import has in hand, at the latest until `held_until` (ISO, UTC).
    """

    found: int = 0
    new: int = 0
    known: int = 0
    held: int = 0
    held_until: str | None = None
    broken: list[str] = field(default_factory=list)


def import_mails(
    paths: Annotated[list[Path], typer.Argument(help="mbox files, Maildirs, .eml files, or folders of these.")],
    channel: Annotated[str, typer.Option(help="Address of the mailbox whose history this is.")] = "",
    folder: Annotated[Path | None, typer.Option("--dir", help="Where all data goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object with the numbers.")] = False,
) -> None:
    """Bring in the mails of before, as history: nobody is written to, no promise begins.

    It can be broken off and started again; a mail that is there already is not brought in twice. Ends with 1 when some
    mails could not be read.
    """
    open_installation(dir=folder, must_exist=True)
    for path in paths:
        if not path.exists():
            fail(f"There is nothing at {path}.", WRONG_USE)
    result = bring_in(paths, _channel(channel))
    if as_json:
        typer.echo(json.dumps(asdict(result), ensure_ascii=False))
    else:
        typer.echo(f"{result.found} mails: {result.new} new, {result.known} known, {len(result.broken)} not readable.")
        if result.held_until:
            until = datetime.fromisoformat(result.held_until).astimezone()
            typer.echo(
                f"Another import has {result.held} mails in hand. If it was broken off, "
                f"they come in after {until:%H:%M}, by the server or by a further import."
            )
        for line in result.broken[:_MOST_SHOWN]:
            typer.echo(f"  {line}", err=True)
        if len(result.broken) > _MOST_SHOWN:
            typer.echo(f"  … and {len(result.broken) - _MOST_SHOWN} more; --json shows all.", err=True)
    raise typer.Exit(1 if result.broken else 0)


def _channel(address: str) -> Channel:
    from klankbord.channels.models import Channel  # noqa: PLC0415 - after set-up

    mailboxes = Channel.objects.across_organisations("the operator names one").filter(kind="email")
    if address:
        found = mailboxes.filter(address=address.strip().lower()).first()
        if found is None:
            fail(f"No channel has the address {address}.", WRONG_USE)
        return found
    if mailboxes.count() != 1:
        fail("Say with --channel whose history this is.", WRONG_USE)
    return mailboxes.get()


def bring_in(paths: Sequence[Path], channel: Channel, console: Console | None = None) -> Imported:
    """Bring in all mails under `paths`, oldest first, so that an answer finds what it answers."""
    from klankbord import clock  # noqa: PLC0415 - after set-up
    from klankbord.channels.arrivals import Claim, take_over_imports  # noqa: PLC0415 - after set-up
    from klankbord.conversations.receiving import Receiving  # noqa: PLC0415 - after set-up
    from klankbord.events.work import new_owner  # noqa: PLC0415 - after set-up

    result = Imported()
    receiving, owner, staff = Receiving(), new_owner(), Staff.of(channel)
    with bars(console=console) as progress:
        found = _gather(paths, progress, result)
        held = take_over_imports(channel, Claim(owner, clock.now() + _LEASE))
        bar = progress.add_task("Bringing in", total=len(found))
        try:
            for batch in _batches(found):
                claimed = _store(list(_read(batch, result)), channel, owner, staff)
                receiving.receive([arrival for arrival, _ in claimed])
                _count(claimed, result)
                progress.advance(bar, len(batch))
        finally:
            receiving.release(owner)
    result.known = result.found - result.new - len(result.broken)
    result.held, result.held_until = held.count, held.until.isoformat() if held.until else None
    return result


def _gather(paths: Sequence[Path], progress: Progress, result: Imported) -> list[Place]:
    bar = progress.add_task("Looking", total=None)
    found: list[Place] = []
    for file in mail_files(paths):
        try:
            for place in places(file, lambda count: progress.advance(bar, count)):
                found.append(place)
                result.found += 1
        except OSError as problem:
            result.found += 1
            result.broken.append(f"{file}: {problem.strerror or problem}")
    progress.update(bar, total=result.found, completed=result.found)
    found.sort(key=lambda place: place.written_at)
    return found


def _batches(found: Sequence[Place]) -> Iterator[list[Place]]:
    """A few at a time, fewer when they are large."""
    batch: list[Place] = []
    size = 0
    for place in found:
        if batch and (len(batch) >= _TOGETHER or size + place.length > _BYTES_TOGETHER):
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += place.length
    if batch:
        yield batch


def _read(batch: Sequence[Place], result: Imported) -> Iterator[tuple[Place, bytes]]:
    for place in batch:
        try:
            raw = read_mail(place)
        except OSError as problem:
            result.broken.append(f"{place.name}: {problem.strerror or problem}")
            continue
        if holds_header(raw):
            yield place, raw
        else:
            result.broken.append(f"{place.name}: This is not a mail: it has no header.")


@dataclass(frozen=True, slots=True)
class Staff:
    """By which addresses an imported mail is known to be an answer: the operator vouches for what is in the files."""

    mailboxes: frozenset[str]
    members: frozenset[str]

    @classmethod
    def of(cls, channel: Channel) -> Staff:
        """The addresses of the channel's organisation and of who works there."""
        from klankbord.channels.models import Channel  # noqa: PLC0415 - after set-up
        from klankbord.people.models import Membership  # noqa: PLC0415 - after set-up

        organisation = channel.organisation_id
        own = Channel.objects.of(organisation).filter(kind="email").values_list("address", flat=True)
        members = Membership.objects.of(organisation).values_list("user__email", flat=True)
        return cls(frozenset(each.lower() for each in own), frozenset(each.lower() for each in members))

    def wrote(self, raw: bytes) -> bool:
        """Whether it is an answer of theirs; what a colleague sends to the mailbox itself is not."""
        from klankbord.channels.adapters.email.envelope import named  # noqa: PLC0415 - as the rest

        sender, recipients = named(raw)
        return sender in self.mailboxes or (sender in self.members and not self.mailboxes & recipients)


def _store(batch: list[tuple[Place, bytes]], channel: Channel, owner: str, staff: Staff) -> list[tuple[Arrival, Place]]:
    """Store what is new, as claimed by us from the start, so that no worker takes it out of its order. If we die, the
    next import goes on at once, and a worker when the claim has run out.
    """
    from klankbord import clock  # noqa: PLC0415 - after set-up
    from klankbord.channels.arrivals import Claim, NewArrival, store_arrivals  # noqa: PLC0415 - after set-up
    from klankbord.channels.models import Arrival  # noqa: PLC0415 - after set-up

    fresh = []
    for _, raw in batch:
        envelope: dict[str, Any] = {"quiet": True, "import": True}
        if staff.wrote(raw):
            envelope["by_staff"] = True
        fresh.append(NewArrival(channel=channel, source=Arrival.Source.IMPORT, raw=raw, envelope=envelope))
    rows = store_arrivals(fresh, claim=Claim(owner, clock.now() + _LEASE))
    by_key = {(row.external_id, row.digest): place for row, (place, _) in zip(rows, batch, strict=True)}
    stored = Arrival.objects.of(channel.organisation_id).filter(
        channel=channel, leased_by=owner, external_id__in=[row.external_id for row in rows], state="ready"
    )
    found = {(each.external_id, each.digest): each for each in stored.select_related("channel")}
    return [(found[key], place) for key, place in by_key.items() if key in found]


def _count(claimed: list[tuple[Arrival, Place]], result: Imported) -> None:
    for arrival, place in claimed:
        if arrival.state == "given_up":
            result.broken.append(f"{place.name}: {arrival.last_error}")
        else:
            result.new += 1
