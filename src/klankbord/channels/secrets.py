"""Passwords and tokens of channels, encrypted with a key derived from the installation's own secret."""

from __future__ import annotations

import base64
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class CannotUnseal(RuntimeError):
    """The secrets were sealed with another key: the installation's secret was changed or not restored."""


def _key(purpose: str) -> bytes:
    return _derived(settings.SECRET_KEY, purpose)


@lru_cache(maxsize=32)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def seal(values: dict[str, Any]) -> str:
    """Encrypt `values` (JSON types)."""
    return Fernet(base64.urlsafe_b64encode(_key("channel-secrets"))).encrypt(json.dumps(values).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """What `seal` was given; empty for an empty text.

    Raises:
        CannotUnseal: it was sealed with another key.
    """
    if not sealed:
        return {}
    try:
        opened = Fernet(base64.urlsafe_b64encode(_key("channel-secrets"))).decrypt(sealed.encode())
    except InvalidToken:
        raise CannotUnseal("the passwords of the channels were stored with another secret key") from None
    found: dict[str, Any] = json.loads(opened)
    return found


def keyed_hash(purpose: str, *parts: object) -> str:
    """A hash (64 hexadecimal digits) that nobody can make or check without the installation's secret."""
    joined = "\x00".join(str(part) for part in parts)
    return hmac.digest(_key(purpose), joined.encode(), "sha256").hex()
