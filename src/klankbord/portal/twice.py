"""The second time of the same: who goes back in the browser finds the form as it was, and sends it once more.

A page that is shown again has a number of its own, so that its stamp does not tell. What tells is that the same words
come from the same place within some minutes. Only a keyed hash is kept of them, in the storage that all processes
share, and only that long.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.people.models import Organisation
from klankbord.portal.actions import SentFile

logger = logging.getLogger(__name__)

SECOND_TIME = timedelta(minutes=10)
_NOT_SAID = ("id", "language")
"""What may differ between two times of the same."""


def first_number(
    number: str, *, organisation: Organisation, place: str, fields: Mapping[str, str], files: Sequence[SentFile]
) -> str:
    """The number under which the same came from `place` some minutes ago; else `number`, which is remembered.

    A browser that went back may have let go of the files: the same words without them are the second time, too. Without
    storage everything is a first time: a message twice is better than none.
    """
    said = {name: text for name, text in fields.items() if name not in _NOT_SAID}
    seals = [hashlib.sha256(content).hexdigest() for _, _, content in files]
    try:
        found = _remembered(number, _key(organisation, place, said, seals))
        if seals and found == number:
            _remembered(number, _key(organisation, place, said, []))
    except Exception as error:
        logger.warning("what was sent before cannot be looked up (%s)", type(error).__name__)
        return number
    return found


def what_it_became(number: str, *, organisation: Organisation) -> Message | None:
    """The message that came under this number; None while it is on its way."""
    rows = Message.objects.of(organisation).filter(channel__kind="form", external_id=number)
    return rows.select_related("conversation").first()


def _remembered(number: str, key: str) -> str:
    """In one step, so that of two requests of the same moment one is first."""
    now = clock.now().timestamp()
    fresh = f"{number} {now}"
    if cache.add(key, fresh, timeout=int(SECOND_TIME.total_seconds())):
        return number
    first, _, moment = str(cache.get(key) or fresh).partition(" ")
    if now - float(moment) < SECOND_TIME.total_seconds():
        return first
    cache.set(key, fresh, timeout=int(SECOND_TIME.total_seconds()))
    return number


def _key(organisation: Organisation, place: str, said: Mapping[str, str], seals: Sequence[str]) -> str:
    whole = json.dumps([organisation.pk, place, said, seals], sort_keys=True).encode()
    return "sent:" + hmac.new(settings.SECRET_KEY.encode(), b"sent\x00" + whole, hashlib.sha256).hexdigest()[:32]
