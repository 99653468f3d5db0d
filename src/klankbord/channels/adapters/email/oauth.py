"""OAuth 2 for mailboxes: where to ask for consent, and how a token is got and renewed. Nothing is kept here.

Sources: RFC 6749 (framework), RFC 7636 (PKCE), RFC 6819 5.2.2.3 (a renewed token may replace the old one); endpoints
and scopes as Microsoft ("Authenticate an IMAP, POP or SMTP connection using OAuth") and Google ("OAuth 2.0 Mechanism")
document them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from klankbord.channels.adapters.email.inside import LEADS_INSIDE, inside_of
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.outbound.addresses import NOTHING_INSIDE, Inside
from klankbord.outbound.connecting import LeadsInside
from klankbord.outbound.fetching import http_client

if TYPE_CHECKING:
    import httpx

PATIENCE = 15.0
"""Seconds for each step of a request to the provider."""
_LARGEST_ANSWER = 256 * 1024
_LIFE_WHEN_UNSAID = 3600
_GONE = ("invalid_grant", "interaction_required", "consent_required", "login_required")
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,120}")


class OAuthTrouble(Exception):
    """No token can be had. `explanation` is one plain sentence, `detail` what the provider said.

    `needs_consent`: an administrator has to connect the mailbox again; else it may pass, or a setting is wrong.
    """

    def __init__(self, explanation: str, detail: str = "", *, needs_consent: bool = False) -> None:
        super().__init__(f"{explanation} {detail}".strip())
        self.explanation = explanation
        self.detail = detail[:300]
        self.needs_consent = needs_consent


@dataclass(frozen=True, slots=True)
class Provider:
    """Where an account's provider answers, what is asked for, and as whom (`client_secret` may be empty with PKCE)."""

    authorize_url: str
    token_url: str
    scope: str
    client_id: str
    client_secret: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    inside: Inside = NOTHING_INSIDE


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave. `lives` in seconds; `refresh_token` is empty when the old one stays valid."""

    access_token: str
    lives: int
    refresh_token: str = ""


_MICROSOFT = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/"
_MICROSOFT_SCOPE = (
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access"
)


def provider_of(settings: Mapping[str, object]) -> Provider:
    """The provider in a channel's settings: `oauth_provider` (`microsoft`, `google`, `other`), `oauth_client_id`,
    `oauth_client_secret`, `oauth_tenant` (Microsoft), and `oauth_authorize_url`, `oauth_token_url`, `oauth_scope`,
    which go before the provider's own.

    Raises:
        OAuthTrouble: something is missing, or an address is not safe.
    """
    known = {name: str(settings.get(f"oauth_{name}") or "").strip() for name in ("provider", "tenant", "scope")}
    authorize, token, scope, extra = "", "", "", {}
    if known["provider"] == "microsoft":
        tenant = known["tenant"] or "organizations"
        if not _TENANT.fullmatch(tenant):
            raise OAuthTrouble(_("The tenant of Microsoft 365 is a domain or an id."), tenant)
        place = _MICROSOFT.format(tenant=tenant)
        authorize, token, scope = place + "authorize", place + "token", _MICROSOFT_SCOPE
        if is_app_only(settings):
            scope = "https://outlook.office365.com/.default"
    elif known["provider"] == "google":
        authorize, token = "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"
        scope = "https://mail.google.com/"
        # Without these, Google gives a token to renew with only at the very first consent.
        extra = {"access_type": "offline", "prompt": "consent"}
    found = Provider(
        authorize_url=str(settings.get("oauth_authorize_url") or authorize).strip(),
        token_url=str(settings.get("oauth_token_url") or token).strip(),
        scope=known["scope"] or scope,
        client_id=str(settings.get("oauth_client_id") or "").strip(),
        client_secret=str(settings.get("oauth_client_secret") or ""),
        extra=extra,
        inside=inside_of(settings),
    )
    if not found.client_id:
        raise OAuthTrouble(_("The client id of the provider is missing."))
    _check(found.token_url)
    return found


def is_app_only(settings: Mapping[str, object]) -> bool:
    """Whether the application signs in as itself (`oauth_grant` is `client_credentials`), without anybody's consent."""
    return settings.get("oauth_grant") == "client_credentials"


def _check(address: str) -> None:
    """Secrets go over https only; plain http is for this machine."""
    parts = urlsplit(address)
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise OAuthTrouble(_("The provider's address has to begin with https."), address)


def new_verifier() -> str:
    """A secret for one consent (RFC 7636, 4.1), to be kept on our side until `exchange_code`."""
    return secrets.token_urlsafe(48)


def authorize_url(provider: Provider, *, redirect_uri: str, state: str, verifier: str, login_hint: str = "") -> str:
    """Where to send the administrator's browser. `state` is bound to their session and checked when they come back.

    Raises:
        OAuthTrouble: the provider has no such page.
    """
    _check(provider.authorize_url)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **({"login_hint": login_hint} if login_hint else {}),
        **provider.extra,
    }
    return f"{provider.authorize_url}{'&' if '?' in provider.authorize_url else '?'}{urlencode(asked)}"


def exchange_code(provider: Provider, *, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """Turn the code with which the administrator came back into tokens; raises `OAuthTrouble`."""
    tokens = _ask(
        provider,
        {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier},
    )
    if not tokens.refresh_token:
        raise OAuthTrouble(
            _("The provider gave access for an hour only. Ask it for offline access."), needs_consent=True
        )
    return tokens


def refresh(provider: Provider, refresh_token: str) -> Tokens:
    """A fresh access token, and perhaps a new refresh token that replaces the old one; raises `OAuthTrouble`."""
    if not refresh_token:
        raise OAuthTrouble(_("This mailbox was not connected to its provider yet."), needs_consent=True)
    return _ask(provider, {"grant_type": "refresh_token", "refresh_token": refresh_token, "scope": provider.scope})


def client_credentials(provider: Provider) -> Tokens:
    """An access token for the application itself (RFC 6749, 4.4); raises `OAuthTrouble`."""
    return _ask(provider, {"grant_type": "client_credentials", "scope": provider.scope})


def _ask(provider: Provider, form: dict[str, str]) -> Tokens:
    sent = {**form, "client_id": provider.client_id, "client_secret": provider.client_secret}
    sent = {name: value for name, value in sent.items() if value}
    import httpx  # noqa: PLC0415 - it takes as long to load as Django, and most houses have no such mailbox

    try:
        with (
            http_client(inside=provider.inside, timeout=PATIENCE) as client,
            client.stream("POST", provider.token_url, data=sent, headers={"Accept": "application/json"}) as answer,
        ):
            status, said = answer.status_code, _read(answer)
    except LeadsInside as refusal:
        raise OAuthTrouble(LEADS_INSIDE, refusal.host) from None
    except (httpx.HTTPError, OSError) as error:
        raise OAuthTrouble(_("The provider of the mailbox cannot be reached."), type(error).__name__) from None
    if status != 200:
        raise _refusal(status, said)
    token = said.get("access_token")
    if not isinstance(token, str) or not re.fullmatch(r"[\x21-\x7e]{1,20000}", token):
        raise OAuthTrouble(_("The provider of the mailbox gives an answer that is not understood."))
    lives, renewed = said.get("expires_in"), said.get("refresh_token")
    return Tokens(
        access_token=token,
        lives=int(str(lives)) if str(lives).isdecimal() else _LIFE_WHEN_UNSAID,
        refresh_token=renewed if isinstance(renewed, str) else "",
    )


def _read(answer: httpx.Response) -> dict[str, Any]:
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > _LARGEST_ANSWER:
            raise OAuthTrouble(_("The provider of the mailbox gives an answer that is not understood."))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(status: int, said: dict[str, Any]) -> OAuthTrouble:
    error = str(said.get("error") or "")[:60]
    detail = f"{status} {error} {said.get('error_description') or ''}".strip()
    if error in _GONE:
        return OAuthTrouble(
            _("The provider no longer lets us into this mailbox. Connect it again."), detail, needs_consent=True
        )
    if error in ("invalid_client", "unauthorized_client"):
        return OAuthTrouble(_("The provider does not know our client id or its secret."), detail)
    if status == 429 or status >= 500:
        return OAuthTrouble(_("The provider of the mailbox has a fault just now."), detail)
    return OAuthTrouble(_("The provider of the mailbox refuses to give access."), detail)
