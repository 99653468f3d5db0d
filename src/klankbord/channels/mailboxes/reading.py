"""What is new in a folder becomes arrivals, and how far it was read is kept in the same transaction.

So a process that dies at any moment reads again what was not stored, and nothing that was. What could not be fetched is
said and kept as a quarantined arrival with what there is of it; it never stands in the way of those behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.conf import settings
from django.db import transaction

from klankbord import clock
from klankbord.channels.adapters.email.imap import Folder, Mailbox, NotHandedOver, Waiting
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.events import ArrivalQuarantined
from klankbord.channels.models import Arrival, Channel, Dispatch, MailboxPosition, MailboxWatch
from klankbord.channels.registry import adapter_for
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.events.publish import publish
from klankbord.events.work import WorkState

LOOK_AT = 500
TOGETHER = 50
BYTES_TOGETHER = 16 * 1024 * 1024
MOST_REFUSALS = 3
"""So often a server may refuse to hand over one mail before it is left where it is."""
_BELIEVED_DAYS = 7
TOO_LARGE_TO_FETCH = _(
    "This mail of %(size)s MB is larger than the %(most)s MB that are taken in. Only its headers were kept; the mail"
    " itself is still in the mailbox."
)


class LostWatch(Exception):
    """Another process watches this mailbox now."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail out of a folder. `why_not` says why `raw` is only its headers."""

    waiting: Waiting
    raw: bytes
    why_not: str = ""


class FolderReader:
    """Reads the folders of one channel's mailbox for as long as `owner` holds its watch."""

    def __init__(self, channel: Channel, *, owner: str, is_stopping: Callable[[], bool]) -> None:
        self._channel = channel
        self._owner = owner
        self._is_stopping = is_stopping
        self._largest: int = settings.LARGEST_MAIL
        self._refusals: Counter[tuple[str, int, int]] = Counter()

    def read(self, mailbox: Mailbox, name: str, *, by_staff: bool, mark_seen: bool = False, days: int = 0) -> int:
        """Take in everything new in this folder; how many mails that was.

        Args:
            mailbox: An open connection.
            name: The folder.
            by_staff: Whether it is the folder of sent mails.
            mark_seen: Whether to mark as read what was stored.
            days: At the very first reading, how many days of history come along.

        Raises:
            MailboxTrouble: something is wrong with the mailbox or the line.
            LostWatch: another process took over.
        """
        folder = mailbox.select(name, readonly=not mark_seen)
        position = self._position(mailbox, folder, days)
        taken = 0
        while not self._is_stopping():
            uids = mailbox.uids_after(position.last_uid)
            if not uids:
                break
            for some in batched(uids, LOOK_AT):
                taken += self._take(mailbox, position, some, by_staff=by_staff, mark_seen=mark_seen)
                if self._is_stopping():
                    break
        return taken

    def has_news(self, mailbox: Mailbox, name: str) -> bool:
        """Whether this folder, which is not open, may have something to read."""
        position = self._positions().filter(folder=name[:255]).first()
        found = mailbox.status(name)
        return position is None or found != (position.uid_validity, position.last_uid + 1)

    def _positions(self) -> Any:
        return MailboxPosition.objects.of(self._channel.organisation_id).filter(channel=self._channel)

    def _position(self, mailbox: Mailbox, folder: Folder, days: int) -> MailboxPosition:
        """Where to go on. A folder whose numbers changed is read anew from where its history began."""
        position: MailboxPosition | None = self._positions().filter(folder=folder.name[:255]).first()
        if position is None:
            moment = clock.now()
            position = MailboxPosition(
                organisation_id=self._channel.organisation_id,
                channel=self._channel,
                folder=folder.name[:255],
                connected_at=moment,
                begins_at=moment - timedelta(days=days),
                last_uid=folder.uid_next - 1,
            )
            if days:
                position.last_uid = _before(mailbox, folder, position.begins_at)
        elif position.uid_validity == folder.uid_validity and position.last_uid < folder.uid_next:
            return position
        else:
            position.last_uid = _before(mailbox, folder, position.begins_at)
        position.uid_validity = folder.uid_validity
        position.there_already = folder.uid_next - 1
        with transaction.atomic():
            self._hold_watch()
            position.save()
        return position

    def _hold_watch(self) -> None:
        watch = MailboxWatch.objects.of(self._channel.organisation_id).select_for_update()
        if watch.filter(channel=self._channel, leased_by=self._owner, due_at__gt=clock.now()).first() is None:
            raise LostWatch

    def _take(
        self, mailbox: Mailbox, position: MailboxPosition, uids: Sequence[int], *, by_staff: bool, mark_seen: bool
    ) -> int:
        taken = 0
        wanted = [each for each in mailbox.look_at(uids) if _is_wanted(each, position)]
        for group in _groups(wanted, self._largest):
            fetched = self._fetch(mailbox, position, group)
            self._store(position, fetched, group[-1].uid, by_staff=by_staff)
            taken += len(fetched)
            if mark_seen and fetched:
                mailbox.mark_seen([each.waiting.uid for each in fetched])
            if self._is_stopping():
                return taken
        if position.last_uid < uids[-1]:
            self._store(position, [], uids[-1], by_staff=by_staff)
        return taken

    def _fetch(self, mailbox: Mailbox, position: MailboxPosition, group: Sequence[Waiting]) -> list[Fetched]:
        """All of the group that are still there; too large ones by their headers only."""
        small = [each for each in group if each.size <= self._largest]
        try:
            bodies = mailbox.fetch([each.uid for each in small]) if small else {}
        except NotHandedOver:
            bodies = {}
        found = []
        for each in group:
            if each.size > self._largest:
                mb, most = each.size / 1024 / 1024, self._largest // 1024 // 1024
                why_not = TOO_LARGE_TO_FETCH % {"size": f"{mb:.0f}", "most": most}
                found += _headers_of(mailbox, each, why_not)
            elif each.uid in bodies:
                found.append(Fetched(each, bodies[each.uid]))
            else:
                found += self._fetch_again(mailbox, position, each)
        return found

    def _fetch_again(self, mailbox: Mailbox, position: MailboxPosition, waiting: Waiting) -> list[Fetched]:
        """One mail that did not come along with its group: vanished, or refused by the server."""
        try:
            body = mailbox.fetch([waiting.uid]).get(waiting.uid)
        except NotHandedOver:
            body = None
        if body is not None:
            return [Fetched(waiting, body)]
        if not mailbox.look_at([waiting.uid]):
            return []
        key = (position.folder, position.uid_validity, waiting.uid)
        self._refusals[key] += 1
        if self._refusals[key] < MOST_REFUSALS:
            raise NotHandedOver(_("The mail server does not hand over a mail."), f"UID {waiting.uid}")
        return _headers_of(
            mailbox, waiting, _("The mail server does not hand over this mail. It is still in the mailbox.")
        )

    def _store(self, position: MailboxPosition, fetched: Sequence[Fetched], up_to: int, *, by_staff: bool) -> None:
        arrivals = [self._arrival(each, position, by_staff=by_staff) for each in fetched]
        unread = {id(arrival): each.why_not for arrival, each in zip(arrivals, fetched, strict=True) if each.why_not}
        if by_staff:
            arrivals = self._not_ours(arrivals)
        with transaction.atomic():
            self._hold_watch()
            if arrivals:
                store_arrivals(arrivals)
            for arrival in arrivals:
                if id(arrival) in unread:
                    _quarantine(arrival, unread[id(arrival)])
            self._positions().filter(pk=position.pk).update(last_uid=up_to)
        position.last_uid = up_to

    def _arrival(self, fetched: Fetched, position: MailboxPosition, *, by_staff: bool) -> NewArrival:
        envelope: dict[str, Any] = {"folder": position.folder, "uid": fetched.waiting.uid}
        if _is_history(fetched.waiting, position):
            envelope |= {"quiet": True, "import": True}
        if by_staff:
            envelope["by_staff"] = True
        if fetched.why_not:
            envelope["headers_only"] = True
        return NewArrival(
            channel=self._channel,
            source=Arrival.Source.IMAP,
            raw=fetched.raw,
            envelope=envelope,
            received_at=_believed(fetched.waiting.received_at),
        )

    def _not_ours(self, arrivals: list[NewArrival]) -> list[NewArrival]:
        """Without what we sent ourselves and the server filed among the sent mails."""
        adapter = adapter_for(self._channel.kind)
        ids = [adapter.identify(arrival.raw)[0] for arrival in arrivals]
        sent = Dispatch.objects.of(self._channel.organisation_id).filter(message_id__in=ids)
        ours = set(sent.values_list("message_id", flat=True))
        return [arrival for arrival, one in zip(arrivals, ids, strict=True) if one not in ours]


def _before(mailbox: Mailbox, folder: Folder, moment: datetime) -> int:
    """The UID before the first mail that the server received since `moment`. A day earlier, as a server's days begin
    in its own zone; what is too old is left out by its time.
    """
    first = mailbox.first_uid_since((moment - timedelta(days=1)).date())
    return min(first or folder.uid_next, folder.uid_next) - 1


def _is_wanted(waiting: Waiting, position: MailboxPosition) -> bool:
    old = waiting.received_at is not None and waiting.received_at < position.begins_at
    return not (old and waiting.uid <= position.there_already)


def _is_history(waiting: Waiting, position: MailboxPosition) -> bool:
    old = waiting.received_at is not None and waiting.received_at < position.connected_at
    return old and waiting.uid <= position.there_already


def _believed(moment: datetime | None) -> datetime | None:
    """When the server received it, unless that is long ago (it was moved here today) or has yet to come."""
    now = clock.now()
    return moment if moment is not None and now - timedelta(days=_BELIEVED_DAYS) < moment < now else None


def _groups(waiting: Sequence[Waiting], largest: int) -> Iterator[list[Waiting]]:
    group: list[Waiting] = []
    size = 0
    for each in waiting:
        adds = each.size if each.size <= largest else 0
        if group and (len(group) >= TOGETHER or size + adds > BYTES_TOGETHER):
            yield group
            group, size = [], 0
        group.append(each)
        size += adds
    if group:
        yield group


def _headers_of(mailbox: Mailbox, waiting: Waiting, why_not: str) -> list[Fetched]:
    try:
        raw = mailbox.fetch_headers([waiting.uid]).get(waiting.uid)
    except NotHandedOver:
        raw = None
    if raw is None:
        if not mailbox.look_at([waiting.uid]):
            return []
        raw = f"X-Mailbox-UID: {waiting.uid}\r\n\r\n".encode()
    return [Fetched(waiting, raw[:BYTES_TOGETHER], why_not)]


def _quarantine(fresh: NewArrival, why_not: str) -> None:
    external_id, digest = adapter_for(fresh.channel.kind).identify(fresh.raw)
    rows = Arrival.objects.of(fresh.channel.organisation_id).filter(
        channel=fresh.channel, external_id=external_id[:400], digest=digest, state=WorkState.READY, attempts=0
    )
    for key in rows.values_list("pk", flat=True):
        rows.filter(pk=key).update(state=WorkState.GIVEN_UP, finished_at=clock.now(), last_error=why_not)
        publish(ArrivalQuarantined(organisation_id=fresh.channel.organisation_id, arrival_id=key))
