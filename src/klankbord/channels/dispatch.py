"""Sending what was queued, recording how it went, and trying again."""

from __future__ import annotations

import base64
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from klankbord import clock
from klankbord.channels.contract import (
    DeliveryFailed,
    NeverAgain,
    OutboundAttachment,
    OutboundMessage,
    Party,
    TryAgain,
)
from klankbord.channels.events import DispatchFailed, DispatchSent
from klankbord.channels.mailboxes.tokens import sending_settings
from klankbord.channels.models import Channel, Dispatch
from klankbord.channels.registry import UnknownKind, adapter_for
from klankbord.channels.secrets import CannotUnseal
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.events import wake
from klankbord.events.publish import publish, publish_all
from klankbord.events.work import WorkState
from klankbord.files.actions import read_file
from klankbord.files.models import StoredFile

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
LONGEST_SEND = timedelta(minutes=12)
"""What one sending may take; with less left of the lease it is not begun, for another worker could begin it as well."""
AT_ONCE = 4
KEPT_AT_ONCE = 128
AUTOMATIC_A_DAY = 20
"""Automatic mails that one address gets within 24 hours at most, whatever happens."""


def queue_dispatch(
    *,
    channel: Channel,
    purpose: Dispatch.Purpose,
    message: OutboundMessage,
    files: dict[str, StoredFile] | None = None,
    not_before: datetime | None = None,
) -> Dispatch | None:
    """Queue `message` for sending, in the caller's transaction; the runner sends it after commit.

    `files` are stored files to attach, by file name. Automatic mail beyond the daily cap of its recipient is not
    queued: then None.
    """
    queued = queue_dispatches(purpose=purpose, mails=[(channel, message)], files=files, not_before=not_before)
    return queued[0]


def queue_dispatches(
    *,
    purpose: Dispatch.Purpose,
    mails: Sequence[tuple[Channel, OutboundMessage]],
    files: dict[str, StoredFile] | None = None,
    not_before: datetime | None = None,
) -> list[Dispatch | None]:
    """As `queue_dispatch` for each of these mails of one organisation, with the queries of one."""
    room = _room_for_automatic(purpose, mails)
    queued: list[Dispatch | None] = []
    for channel, message in mails:
        recipient = message.to[0].address.lower()
        if message.automatic and room[recipient] <= 0:
            logger.info("the cap on automatic mail to one address was reached; nothing queued")
            queued.append(None)
            continue
        room[recipient] -= message.automatic
        queued.append(
            Dispatch(
                organisation_id=channel.organisation_id,
                channel=channel,
                purpose=purpose,
                message_id=message.message_id,
                recipient=recipient,
                is_automatic=message.automatic,
                message=_as_json(message, files or {}),
                due_at=not_before or clock.now(),
            )
        )
    Dispatch.objects.bulk_create(dispatch for dispatch in queued if dispatch is not None)
    transaction.on_commit(lambda: wake.everywhere("dispatches"))
    return queued


def _room_for_automatic(purpose: Dispatch.Purpose, mails: Sequence[tuple[Channel, OutboundMessage]]) -> Counter[str]:
    """How many more automatic mails each of the recipients may get today.

    What anybody can have sent by typing an address (links, codes to sign in) has a share of its own each, so that
    nobody can use up another's share and keep them from their own mail, or from signing in.
    """
    shares = (frozenset({Dispatch.Purpose.LINK}), Dispatch.OPENS_AN_ACCOUNT)
    rest = frozenset(Dispatch.Purpose).difference(*shares)
    counted = next((share for share in shares if purpose in share), rest)
    recipients = {message.to[0].address.lower() for _, message in mails if message.automatic}
    room = Counter(dict.fromkeys(recipients, AUTOMATIC_A_DAY))
    if recipients:
        organisation = mails[0][0].organisation_id
        lately = Dispatch.objects.sifted(organisation).automatic_to(recipients, within=timedelta(days=1))
        lately = lately.filter(purpose__in=counted)
        room.subtract(lately.values_list("recipient", flat=True)[: AUTOMATIC_A_DAY * len(recipients)])
    return room


def _as_json(message: OutboundMessage, files: dict[str, StoredFile]) -> dict[str, Any]:
    found = {each.name: getattr(message, each.name) for each in fields(message)}
    found["sender"] = asdict(message.sender)
    found["to"] = [asdict(party) for party in message.to]
    found["references"] = list(message.references)
    found["attachments"] = [
        {**asdict(each), "content": base64.b64encode(each.content).decode()} for each in message.attachments
    ]
    found["files"] = {name: stored.pk for name, stored in files.items()}
    return found


def outbound_message(dispatch: Dispatch) -> OutboundMessage:
    """The message as it was queued, with its files read in."""
    stored = dict(dispatch.message)
    files = stored.pop("files", {})
    attachments = [
        OutboundAttachment(**{**each, "content": base64.b64decode(each["content"])}) for each in stored["attachments"]
    ]
    for name, key in files.items():
        row = StoredFile.objects.of(dispatch.organisation_id).get(pk=key)
        attachments.append(OutboundAttachment(name=name, type=row.type, content=read_file(row)))
    message = OutboundMessage(
        **{
            **stored,
            "sender": Party(**stored["sender"]),
            "to": [Party(**each) for each in stored["to"]],
            "attachments": (),
        }
    )
    return replace(message, attachments=tuple(attachments))


class Dispatches:
    """The work source that sends. Several at once, as the other side may be slow; no transaction is open meanwhile."""

    name = "dispatches"
    patience = 2.0

    def perform_batch(self, *, owner: str) -> int:
        """Send a batch of due dispatches."""
        everywhere = Dispatch.objects.across_organisations("the runner sends for all")
        if keeps_outbox():
            kept = everywhere.defer("message").claim(owner=owner, limit=KEPT_AT_ONCE, lease=LEASE)
            if kept:
                _mark_as_sent(kept)
            return len(kept)
        claimed = everywhere.select_related("channel").claim(owner=owner, limit=AT_ONCE * 16, lease=LEASE)
        if len(claimed) == 1:
            self.send(claimed[0])
        elif claimed:
            waiting = iter(claimed)
            with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dispatch") as pool:
                for drained in [pool.submit(self._drain, waiting) for _ in range(AT_ONCE)]:
                    drained.result()
        return len(claimed)

    def _drain(self, waiting: Iterator[Dispatch]) -> None:
        """Send until none is left; what cannot be sent well before the end of its lease is given back."""
        try:
            while (dispatch := next(waiting, None)) is not None:
                if dispatch.due_at - clock.now() < LONGEST_SEND:
                    dispatch.give_back()
                else:
                    self.send(dispatch)
        finally:
            connection.close()

    def send(self, dispatch: Dispatch) -> None:
        """Try once and record how it went."""
        once_only = dispatch.purpose == Dispatch.Purpose.ACKNOWLEDGEMENT
        try:
            if once_only and dispatch.attempts > 1:
                if not dispatch.has_failed:
                    raise NeverAgain(_("Sending was interrupted; an acknowledgement is never risked twice."))
                # Forget how the last attempt failed: if this one is interrupted too, it must not look surely unsent.
                if not dispatch.begin_anew():
                    return
            self._deliver(dispatch)
        except TryAgain as failure:
            self._record_failure(dispatch, failure, final=once_only and failure.uncertain)
        except DeliveryFailed as failure:
            self._record_failure(dispatch, failure, final=True)
        except Exception as error:
            logger.exception("dispatch %s could not be sent", dispatch.pk)
            self._record_failure(
                dispatch, TryAgain(_("Something unexpected went wrong."), type(error).__name__), final=False
            )
        else:
            with transaction.atomic():
                if dispatch.finish():
                    publish(DispatchSent(organisation_id=dispatch.organisation_id, dispatch_id=dispatch.pk))

    @staticmethod
    def _deliver(dispatch: Dispatch) -> None:
        channel = dispatch.channel
        if channel is None:
            raise NeverAgain(_("The channel was removed."))
        try:
            adapter, own_settings = adapter_for(channel.kind), sending_settings(channel)
        except UnknownKind:
            raise NeverAgain(_("This kind of channel is no longer installed.")) from None
        except CannotUnseal as error:
            raise TryAgain(_("The channel's password cannot be read."), str(error)) from None
        adapter.send(
            outbound_message(dispatch),
            {**own_settings, **relay_settings(), "address": channel.address, "name": channel.name},
        )

    @staticmethod
    def _record_failure(dispatch: Dispatch, failure: DeliveryFailed, *, final: bool) -> None:
        with transaction.atomic():
            if dispatch.fail(f"{failure.explanation}\n{failure.detail}".strip()[:2000], final=final):
                gone = dispatch.state == WorkState.GIVEN_UP
                publish(DispatchFailed(organisation_id=dispatch.organisation_id, dispatch_id=dispatch.pk, final=gone))

    def next_due(self) -> datetime | None:
        """When the next one is due."""
        rows = Dispatch.objects.across_organisations("the runner sends for all").filter(state=WorkState.READY)
        moment: datetime | None = rows.aggregate(at=models.Min("due_at"))["at"]
        return moment

    def release(self, owner: str) -> int:
        """Make due what `owner` had claimed; what anyone had when it is empty."""
        return Dispatch.objects.across_organisations("the runner sends for all").release(owner)


@transaction.atomic
def _mark_as_sent(claimed: list[Dispatch]) -> None:
    """Keep these in the outbox, to be read there: they count as sent, and no network is touched."""
    Dispatch.objects.across_organisations("the runner sends for all").finish_all(claimed)
    publish_all([DispatchSent(organisation_id=each.organisation_id, dispatch_id=each.pk) for each in claimed])


def keeps_outbox() -> bool:
    """Whether mails are kept to be read instead of sent, as in the demo: no network is touched."""
    return bool(settings.OPTIONS.outbox == "keep")


def relay_settings() -> dict[str, object]:
    """The installation's own mail server, for channels that have none."""
    options = settings.OPTIONS
    return {
        name: getattr(options, name)
        for name in ("relay_host", "relay_port", "relay_user", "relay_password", "relay_tls")
    }


def cancel_dispatch(dispatch: Dispatch) -> bool:
    """Take back what was not claimed for sending yet; False when it is too late."""
    rows = Dispatch.objects.of(dispatch.organisation_id).filter(pk=dispatch.pk, state=WorkState.READY, attempts=0)
    return bool(rows.update(state=WorkState.CANCELLED, finished_at=clock.now()))


def try_again_now(dispatch: Dispatch) -> None:
    """Have a failed or given-up dispatch tried again at once, with the same Message-ID."""
    rows = Dispatch.objects.of(dispatch.organisation_id).filter(
        pk=dispatch.pk, state__in=[WorkState.READY, WorkState.GIVEN_UP]
    )
    rows.update(state=WorkState.READY, due_at=clock.now(), leased_by="", attempts=0, finished_at=None)
    transaction.on_commit(lambda: wake.everywhere("dispatches"))
