"""An `InboundMessage` as bytes, from the child to the parent: a length, JSON, then the attachments' contents one
after another.

The parent believes nothing: what comes from a child that read hostile bytes is checked field by field.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any

from klankbord.channels.contract import (
    Bounce,
    CannotParse,
    InboundAttachment,
    InboundMessage,
    Party,
)
from klankbord.channels.settings_form import gettext_noop as _

_LENGTH = struct.Struct(">I")
_TEXTS = ("external_id", "subject", "text", "reply", "quoted", "signature")
_LISTS = ("delivered_to", "references", "marks", "defects")
_PARTIES = ("to", "cc", "reply_to")


def encode(message: InboundMessage) -> bytes:
    """Write a message."""
    head: dict[str, object] = {
        name: getattr(message, name) for name in (*_TEXTS, "html", "remote_images", "in_reply_to")
    }
    head |= {name: list(getattr(message, name)) for name in _LISTS}
    head |= {name: [[party.name, party.address] for party in getattr(message, name)] for name in _PARTIES}
    head["sender"] = [message.sender.name, message.sender.address] if message.sender else None
    head["sent_at"] = message.sent_at.isoformat() if message.sent_at else None
    head["automatic"] = message.automatic
    bounce = message.bounce
    head["bounce"] = [bounce.recipient, bounce.status, bounce.action, bounce.original_message_id] if bounce else None
    head["details"] = dict(message.details)
    head["attachments"] = [[one.name, one.type, one.size, one.inline, one.content_id] for one in message.attachments]
    packed = json.dumps(head).encode("ascii")
    return b"".join(
        [
            _LENGTH.pack(len(packed)),
            packed,
            *(one.content for one in message.attachments),
        ]
    )


def decode(data: bytes) -> InboundMessage:
    """Read a message.

    Raises:
        CannotParse: These are not the bytes of a message.
    """
    try:
        return _decode(data)
    except (struct.error, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise CannotParse(_("The child that read this mail gave a broken answer.")) from problem


def _decode(data: bytes) -> InboundMessage:
    start = _LENGTH.size
    end = start + _LENGTH.unpack_from(data)[0]
    head: dict[str, Any] = json.loads(data[start:end])
    attachments = []
    for name, kind, size, inline, content_id in head["attachments"]:
        if not isinstance(size, int) or size < 0 or end + size > len(data):
            raise ValueError("sizes do not fit")
        attachments.append(
            InboundAttachment(
                _text(name),
                _text(kind),
                data[end : end + size],
                bool(inline),
                _text_or_none(content_id),
            )
        )
        end += size
    return InboundMessage(
        external_id=_text(head["external_id"]),
        subject=_text(head["subject"]),
        text=_text(head["text"]),
        reply=_text(head["reply"]),
        quoted=_text(head["quoted"]),
        signature=_text(head["signature"]),
        delivered_to=_each(_text, head["delivered_to"]),
        references=_each(_text, head["references"]),
        marks=_each(_text, head["marks"]),
        defects=_each(_text, head["defects"]),
        to=_each(_party, head["to"]),
        cc=_each(_party, head["cc"]),
        reply_to=_each(_party, head["reply_to"]),
        sender=_party(head["sender"]) if head["sender"] is not None else None,
        html=_text_or_none(head["html"]),
        remote_images=bool(head["remote_images"]),
        in_reply_to=_text_or_none(head["in_reply_to"]),
        sent_at=datetime.fromisoformat(_text(head["sent_at"])) if head["sent_at"] is not None else None,
        automatic=_text_or_none(head["automatic"]),
        bounce=_bounce(head["bounce"]) if head["bounce"] is not None else None,
        details={_text(key): _text(value) for key, value in head["details"].items()},
        attachments=attachments,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _each[T](read: Callable[[object], T], values: object) -> list[T]:
    if not isinstance(values, list):
        raise TypeError("no list")
    return [read(value) for value in values]


def _party(value: object) -> Party:
    name, address = _each(_text, value)
    return Party(name, address)


def _bounce(value: object) -> Bounce:
    recipient, status, action, original = _each(_text_or_none, value)
    return Bounce(_text(recipient), _text(status), _text(action), original)
