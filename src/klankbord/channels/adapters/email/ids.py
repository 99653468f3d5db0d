"""Message-IDs, and what makes two deliveries of a mail the same mail. Cheap and linear: intake calls `identify` on
every mail.
"""

from __future__ import annotations

import hashlib
import re

from klankbord.channels.adapters.email import charsets, headers
from klankbord.channels.contract import CannotParse

MOST_REFERENCES = 200
_LONGEST_ID = 250
HASHED = "sha256:"

_IN_BRACKETS = re.compile(r"<([^<>]*)>")
_COMMENT = re.compile(r"\([^()]*\)")
_SPACE = re.compile(r"\s+")
_BETWEEN = re.compile(r"[\s,]+")

# What the writer's program said. Everything else may be added or changed on the way, and differs between two
# deliveries.
_STABLE = (
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "content-type",
)


def read_ids(text: str) -> list[str]:
    """All Message-IDs in a field, without angle brackets, white space and comments; each once, in order."""
    found = _IN_BRACKETS.findall(text)
    if not found:
        # No brackets: accept what looks like ids, and not the prose that old programs put in In-Reply-To.
        found = [word for word in _BETWEEN.split(_COMMENT.sub("", text)) if "@" in word and '"' not in word]
    ids = (_shortened(_SPACE.sub("", _COMMENT.sub("", one))) for one in found)
    return list(dict.fromkeys(one for one in ids if one))[:MOST_REFERENCES]


def read_message_id(text: str) -> str | None:
    """The one id of a Message-ID field, also without brackets or @; None when there is none."""
    match = _IN_BRACKETS.search(text)
    inner = match[1] if match else text.strip("<> ")
    return _shortened(_SPACE.sub("", _COMMENT.sub("", inner))) or None


def _shortened(identifier: str) -> str:
    """An id that no database column and no header line would hold is replaced by its hash."""
    if len(identifier) <= _LONGEST_ID and not identifier.startswith(HASHED):
        return identifier
    return HASHED + hashlib.sha256(identifier.encode("utf-8", "replace")).hexdigest()


def identify(raw: bytes) -> tuple[str, str]:
    """Say which mail this is, without parsing its body.

    Args:
        raw: The mail; a header beyond all limits is hashed with the body.

    Returns:
        `(external_id, digest)`. The id is the Message-ID, or `sha256:` and the digest when it has none. The digest (64
        hex digits) is the same for the same mail delivered over SMTP and IMAP: of the header it takes only what the
        writer's program wrote, unfolded; in the body, the kind of line ending and white space at the end do not count.
    """
    digest = hashlib.sha256()
    try:
        found, body = headers.split_mail(raw)
    except CannotParse:
        found, body = headers.Headers(), 0
    for name in _STABLE:
        for value in found.all_raw(name):
            digest.update(name.encode() + b":" + b" ".join(value.split()) + b"\n")
    # Without any of these, what stays the same cannot be told apart from what was added: better twice than lost.
    told_apart = any(name in found for name in ("message-id", "from", "date"))
    digest.update(raw[body if told_apart else 0 :].replace(b"\r\n", b"\n").rstrip())
    fingerprint = digest.hexdigest()
    return message_id(found) or HASHED + fingerprint, fingerprint


def message_id(found: headers.Headers) -> str | None:
    """The Message-ID of a header block, or None."""
    return next(
        (one for value in found.all_raw("message-id") if (one := read_message_id(charsets.guess(value)))),
        None,
    )
