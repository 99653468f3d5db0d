"""Changing a mailbox's settings and secrets, safely beside a process that is renewing its token at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from klankbord import clock
from klankbord.channels.adapters.email import oauth
from klankbord.channels.models import Channel
from klankbord.events import wake

SECRETS = (
    "imap_password",
    "smtp_password",
    "oauth_client_secret",
    "oauth_refresh_token",
    "oauth_access_token",
    "oauth_fresh_until",
)
"""Settings that are only kept encrypted."""
TOKEN_STATE = ("oauth_refresh_token", "oauth_access_token", "oauth_fresh_until")
"""What changes by itself whenever a token is renewed."""


def change_mailbox(
    channel: Channel, *, settings: Mapping[str, Any] | None = None, secrets: Mapping[str, Any] | None = None
) -> Channel:
    """Change these settings and secrets and leave the others; None removes one. The watcher follows at once.

    Call this instead of saving a channel that was loaded earlier: a token that was renewed meanwhile would be lost.
    Returns the channel as it is now.
    """
    with transaction.atomic():
        fresh = Channel.objects.of(channel.organisation_id).select_for_update().get(pk=channel.pk)
        fresh.settings = {
            name: value for name, value in {**fresh.settings, **(settings or {})}.items() if value is not None
        }
        if secrets:
            fresh.seal(dict(secrets))
        fresh.save(update_fields=["settings", "sealed"])
        transaction.on_commit(lambda: wake.everywhere("mailboxes"))
    return fresh


def keep_tokens(channel: Channel, tokens: oauth.Tokens) -> Channel:
    """Keep what a provider gave, as after `oauth.exchange_code`: the mailbox is connected from now on."""
    # Renewed with a fifth of its life to go, and five minutes at most.
    good_for = tokens.lives - min(300.0, tokens.lives * 0.2)
    kept: dict[str, Any] = {
        "oauth_access_token": tokens.access_token,
        "oauth_fresh_until": clock.now().timestamp() + good_for,
    }
    if tokens.refresh_token:
        kept["oauth_refresh_token"] = tokens.refresh_token
    return change_mailbox(channel, secrets=kept)


def connect_mailbox(channel: Channel, *, code: str, redirect_uri: str, verifier: str) -> Channel:
    """The administrator came back from the provider with `code`: get tokens, keep them, watch with them.

    Raises:
        OAuthTrouble: the provider gives none.
    """
    provider = oauth.provider_of(channel.all_settings)
    tokens = oauth.exchange_code(provider, code=code, redirect_uri=redirect_uri, verifier=verifier)
    keep_tokens(channel, tokens)
    return change_mailbox(channel, settings={"auth": "oauth", "oauth_connected_at": clock.now().isoformat()})


def close_mailbox(channel: Channel) -> None:
    """No longer read this mailbox or send from it, and forget its secrets. Its conversations stay."""
    rows = Channel.objects.of(channel.organisation_id).filter(pk=channel.pk)
    with transaction.atomic():
        rows.update(is_active=False, sealed="", trouble="", trouble_since=None)
        transaction.on_commit(lambda: wake.everywhere("mailboxes"))
