"""A thread for each mailbox, and one that sees to it that every mailbox is watched once across all machines.

A watcher holds its mailbox by a lease in `MailboxWatch`. When its process dies the lease runs out, another process
takes it, and goes on where the stored position says.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from klankbord import clock
from klankbord.channels.adapters.email.imap import (
    NO_FOLDER,
    Mailbox,
    MailboxTrouble,
    imap_server_of,
    open_mailbox,
)
from klankbord.channels.adapters.email.oauth import OAuthTrouble
from klankbord.channels.mailboxes.changing import TOKEN_STATE
from klankbord.channels.mailboxes.reading import FolderReader, LostWatch
from klankbord.channels.mailboxes.tokens import token_source
from klankbord.channels.mailboxes.trouble import note_trouble, note_working
from klankbord.channels.models import Channel, MailboxWatch
from klankbord.channels.secrets import CannotUnseal
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.events import wake
from klankbord.events.work import new_owner

logger = logging.getLogger(__name__)

INTERVAL = 60.0
"""Seconds between two looks, when the setting `imap_interval` does not say."""
LONGEST_IDLE = 9 * 60.0
"""Seconds; a server may end IDLE after 30 minutes (RFC 2177), and what lies between forgets a silent line sooner."""
MOST_HISTORY_DAYS = 3660
EVERYWHERE = "one part watches the mailboxes of all"


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the watching is, in seconds."""

    lease: float = 60.0
    look: float = 5.0
    first_pause: float = 2.0
    longest_pause: float = 300.0
    first_pause_when_mendable: float = 60.0
    longest_pause_when_mendable: float = 1800.0


class MailboxThread(threading.Thread):
    """Reads one mailbox and waits for more, until told to stop or until its watch is lost."""

    def __init__(self, channel: Channel, *, owner: str, print_of_settings: str, pace: Pace) -> None:
        super().__init__(name=f"mailbox-{channel.pk}", daemon=True)
        self.channel = channel
        self.print_of_settings = print_of_settings
        self._pace = pace
        self._stopping = threading.Event()
        self._waker, self._wakes = socket.socketpair()
        self._reader = FolderReader(channel, owner=owner, is_stopping=self._stopping.is_set)
        self._worked = False

    def ask_to_stop(self) -> None:
        """End soon, whatever it waits for."""
        self._stopping.set()
        with contextlib.suppress(OSError):  # it ended in this very moment
            self._wakes.send(b"!")

    def run(self) -> None:
        """Stay connected; after trouble, again with growing pauses."""
        failures = 0
        try:
            while not self._stopping.is_set():
                failures = 0 if self._worked else failures
                self._worked = False
                pause = self._try(failures)
                failures += 1
                connection.close()
                self._stopping.wait(pause)
        except LostWatch:
            logger.info("%s: another process took over", self.name)
        finally:
            connection.close()
            self._waker.close()
            self._wakes.close()

    def _try(self, failures: int) -> float:
        """Work until something goes wrong; how long to pause then."""
        try:
            self._session()
        except LostWatch:
            raise
        except (MailboxTrouble, OAuthTrouble) as trouble:
            mendable = trouble.mendable if isinstance(trouble, MailboxTrouble) else trouble.needs_consent
            logger.info("%s: %s", self.name, trouble.explanation)
            # A line that drops once is nothing to tell anybody.
            if mendable or not (self._worked or failures == 0):
                self._note(trouble.explanation)
            return self._pause(0 if self._worked else failures, mendable=mendable)
        except CannotUnseal:
            self._note(_("The password of this mailbox was stored with another secret key. Enter it again."))
            return self._pause(failures, mendable=True)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("%s: the database does not answer (%s)", self.name, error)
            close_old_connections()
        except Exception:
            logger.exception("%s failed", self.name)
            self._note(_("Something unexpected went wrong while this mailbox was read."))
        return self._pause(failures, mendable=False)

    def _note(self, sentence: str) -> None:
        try:
            note_trouble(self.channel, sentence)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("%s: the database does not answer (%s)", self.name, error)
            close_old_connections()

    def _pause(self, failures: int, *, mendable: bool) -> float:
        pace, growth = self._pace, 2.0 ** min(failures, 20)
        if mendable:  # each attempt with a wrong password may lock the account
            return min(pace.first_pause_when_mendable * growth, pace.longest_pause_when_mendable)
        return min(pace.first_pause * growth, pace.longest_pause)

    def _session(self) -> None:
        """One connection, for as long as it lasts."""
        channel = Channel.objects.of(self.channel.organisation_id).get(pk=self.channel.pk)
        chosen = {**channel.all_settings, "address": channel.address}
        server = imap_server_of(chosen, token_source(channel))
        inbox, mark_seen = str(chosen.get("imap_folder") or "INBOX"), bool(chosen.get("mark_seen"))
        days = min(_number(chosen, "imap_history_days", 0), MOST_HISTORY_DAYS)
        interval = max(_number(chosen, "imap_interval", INTERVAL), 1.0)
        with open_mailbox(server) as mailbox:
            sent = _sent_folder(mailbox, chosen)
            while not self._stopping.is_set():
                self._reader.read(mailbox, inbox, by_staff=False, mark_seen=mark_seen, days=int(days))
                if sent and sent != inbox and self._reader.has_news(mailbox, sent):
                    self._reader.read(mailbox, sent, by_staff=True, days=int(days))
                    self._reader.read(mailbox, inbox, by_staff=False, mark_seen=mark_seen)
                note_working(channel)
                self._worked = True
                connection.close()
                idles_through = mailbox.can_idle and not sent
                if not self._stopping.is_set():
                    mailbox.wait(LONGEST_IDLE if idles_through else min(interval, LONGEST_IDLE), self._waker)


def _sent_folder(mailbox: Mailbox, chosen: Mapping[str, Any]) -> str | None:
    named = str(chosen.get("sent_folder") or "").strip()
    return None if named == NO_FOLDER else named or mailbox.sent_folder()


def _number(chosen: Mapping[str, Any], name: str, default: float) -> float:
    try:
        return max(float(chosen.get(name) or default), 0.0)
    except (TypeError, ValueError):
        return default


class MailboxWatcher:
    """The watching of mailboxes in one process. `start` and `stop` may be called from any thread."""

    name = "mailboxes"

    def __init__(self, *, alone: bool = False, pace: Pace | None = None) -> None:
        """`alone`: no other process works on this database, so that what the dead had claimed is free at once."""
        self._alone = alone
        self._pace = pace or Pace()
        self._owner = new_owner()
        self._stopping = threading.Event()
        self._signal = wake.signal_for(self.name)
        self._thread: threading.Thread | None = None
        self._watched: dict[int, MailboxThread] = {}
        self._renewed_at = float("-inf")

    def start(self) -> None:
        """Begin to watch."""
        if self._alone:
            MailboxWatch.objects.across_organisations("embedded start").release()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 4.5) -> None:
        """Store what was fetched, let the mailboxes go."""
        self._stopping.set()
        self._signal.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def is_alive(self) -> bool:
        """Whether it watches."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._signal.clear()
            try:
                self._look()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("mailboxes: the database does not answer (%s)", error)
                close_old_connections()
            except Exception:
                logger.exception("mailboxes: looking after the watchers failed")
            self._signal.wait(min(self._pace.look, self._pace.lease / 3))
        try:
            self._let_go(list(self._watched))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("mailboxes: the database does not answer (%s); the leases run out by themselves", error)
        connection.close()

    def _look(self) -> None:
        """Keep what we watch, let go what is not to be watched any more, take what nobody watches."""
        wanted = _wanted()
        self._renew()
        prints = {key: _print_of(channel) for key, channel in wanted.items()}
        self._let_go(
            [
                key
                for key, thread in self._watched.items()
                if prints.get(key) != thread.print_of_settings or not thread.is_alive()
            ]
        )
        free = {key: channel for key, channel in wanted.items() if key not in self._watched}
        if not free or self._stopping.is_set():
            return
        rows = MailboxWatch.objects.across_organisations(EVERYWHERE)
        known = set(rows.filter(channel_id__in=free).values_list("channel_id", flat=True))
        missing = [
            MailboxWatch(organisation_id=channel.organisation_id, channel=channel)
            for key, channel in free.items()
            if key not in known
        ]
        if missing:
            MailboxWatch.objects.bulk_create(missing, ignore_conflicts=True)
        lease = timedelta(seconds=self._pace.lease)
        for claimed in rows.filter(channel_id__in=free).claim(owner=self._owner, limit=len(free), lease=lease):
            key = claimed.channel_id
            thread = MailboxThread(free[key], owner=self._owner, print_of_settings=prints[key], pace=self._pace)
            self._watched[key] = thread
            thread.start()

    def _renew(self) -> None:
        moment = time.monotonic()
        if not self._watched or moment - self._renewed_at < self._pace.lease / 4:
            return
        until = clock.now() + timedelta(seconds=self._pace.lease)
        self._ours(list(self._watched)).update(due_at=until)
        self._renewed_at = moment

    def _ours(self, channels: list[int]) -> Any:
        rows = MailboxWatch.objects.across_organisations(EVERYWHERE)
        return rows.filter(channel_id__in=channels, leased_by=self._owner)

    def _let_go(self, channels: list[int]) -> None:
        """Stop these watchers, and free their mailboxes once they have ended; who hangs keeps its lease to the end."""
        threads = {key: self._watched.pop(key) for key in channels}
        for thread in threads.values():
            if thread.is_alive():
                thread.ask_to_stop()
        end = time.monotonic() + 4.0
        for thread in threads.values():
            thread.join(max(end - time.monotonic(), 0.0))
        ended = [key for key, thread in threads.items() if not thread.is_alive()]
        if ended:
            self._ours(ended).update(leased_by="", due_at=clock.now())


def _wanted() -> dict[int, Channel]:
    """All mailboxes that are to be watched, by the channel's key."""
    channels = Channel.objects.across_organisations(EVERYWHERE).active().filter(kind="email")
    return {channel.pk: channel for channel in channels if channel.settings.get("imap_host")}


def _print_of(channel: Channel) -> str:
    """What changes when somebody changes the settings, but not when a token is renewed."""
    try:
        chosen = channel.all_settings
    except CannotUnseal:
        chosen = {**channel.settings, "sealed": channel.sealed}
    kept = {name: value for name, value in chosen.items() if name not in TOKEN_STATE}
    return hashlib.sha256(json.dumps([channel.address, kept], sort_keys=True, default=str).encode()).hexdigest()
