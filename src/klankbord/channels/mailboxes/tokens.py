"""A fresh OAuth access token for whoever signs in: the watcher by IMAP, the sending by SMTP, on any machine.

A token is renewed before it ends, and once when a server refuses it. Only one process at a time asks the provider, for
a provider that replaces the refresh token at each use would refuse the second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q

from klankbord import clock
from klankbord.channels.adapters.email import oauth
from klankbord.channels.contract import TryAgain
from klankbord.channels.mailboxes.changing import keep_tokens
from klankbord.channels.models import Channel, MailboxWatch
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.events.work import new_owner

LEASE = timedelta(seconds=90)
"""Longer than one request to a provider can take."""
_LOOK_AGAIN = 0.1


def token_source(channel: Channel) -> Callable[[str], str]:
    """What gives a token for this channel; called with a token that was just refused, else with an empty text.

    It raises `OAuthTrouble` when none can be had.
    """

    def token(refused: str = "") -> str:
        return fresh_token(channel, refused=refused)

    return token


def sending_settings(channel: Channel) -> dict[str, Any]:
    """The channel's settings as its adapter wants them to send, with a source of tokens when it signs in by OAuth."""
    found = channel.all_settings
    if found.get("auth") != "oauth":
        return found
    source = token_source(channel)

    def token(refused: str = "") -> str:
        try:
            return source(refused)
        except oauth.OAuthTrouble as trouble:
            raise TryAgain(trouble.explanation, trouble.detail) from None

    return {
        **found,
        "oauth_token": token,
        "smtp_user": found.get("smtp_user") or found.get("imap_user") or channel.address,
    }


def fresh_token(channel: Channel, *, refused: str = "") -> str:
    """A token that is good for a while, and another one than `refused`.

    Raises:
        OAuthTrouble: there is none: the consent was taken back, or the provider is away.
    """
    watch = _row_of(channel)
    owner = new_owner()
    end = time.monotonic() + LEASE.total_seconds()
    while True:
        known = _known(channel, refused)
        if known:
            return known
        if _claim(watch, owner):
            try:
                return _known(channel, refused) or _renew(channel)
            finally:
                _rows(watch).filter(token_leased_by=owner).update(token_leased_by="", token_due_at=None)
        if time.monotonic() > end:
            raise oauth.OAuthTrouble(_("The provider of the mailbox does not answer."))
        time.sleep(_LOOK_AGAIN)


def _row_of(channel: Channel) -> MailboxWatch:
    watch, _ = MailboxWatch.objects.get_or_create(organisation_id=channel.organisation_id, channel=channel)
    return watch


def _rows(watch: MailboxWatch) -> Any:
    return MailboxWatch.objects.of(watch.organisation_id).filter(pk=watch.pk)


def _claim(watch: MailboxWatch, owner: str) -> bool:
    moment = clock.now()
    free = _rows(watch).filter(Q(token_leased_by="") | Q(token_due_at__lte=moment))
    return bool(free.update(token_leased_by=owner, token_due_at=moment + LEASE))


def _known(channel: Channel, refused: str) -> str:
    found = Channel.objects.of(channel.organisation_id).get(pk=channel.pk).all_settings
    token = str(found.get("oauth_access_token") or "")
    is_fresh = float(found.get("oauth_fresh_until") or 0) > clock.now().timestamp()
    return token if is_fresh and token != refused else ""


def _renew(channel: Channel) -> str:
    found = Channel.objects.of(channel.organisation_id).get(pk=channel.pk).all_settings
    provider = oauth.provider_of(found)
    if oauth.is_app_only(found):
        tokens = oauth.client_credentials(provider)
    else:
        tokens = oauth.refresh(provider, str(found.get("oauth_refresh_token") or ""))
    keep_tokens(channel, tokens)
    return tokens.access_token
