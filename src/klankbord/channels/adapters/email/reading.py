"""The safe way to read a mail: in a child that can be killed."""

from __future__ import annotations

import re

from klankbord.channels.adapters.email import wire
from klankbord.channels.contract import CannotParse, InboundMessage
from klankbord.channels.settings_form import gettext_noop as _
from klankbord.sandbox.pool import (
    Sandbox,
    SandboxCrashed,
    SandboxRefused,
    SandboxTimeout,
)

LARGEST_MAIL = 40 * 1024 * 1024
MUCH_HEADER = 64 * 1024
MANY_LINES = 1_000
"""So much of a header is looked at when a mail is over a limit: it may be the header that is."""
_HEADER_ENDS = re.compile(rb"\r?\n\r?\n|\r\r")
# What says how the body is made; a folded line begins with a blank.
_OF_THE_BODY = re.compile(
    rb"^(?:content-|mime-version)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n?", re.IGNORECASE | re.MULTILINE
)
_FUNCTION = "klankbord.channels.adapters.email.mime:parse_for_sandbox"


def mail_sandbox(*, workers: int = 1, seconds: float = 10, memory_mb: int = 300) -> Sandbox:
    """A sandbox for `read`. One for the whole process is enough; it starts its children when they are first needed."""
    return Sandbox(
        _FUNCTION,
        workers=workers,
        seconds=seconds,
        memory_mb=memory_mb,
        largest_payload=LARGEST_MAIL,
    )


def read(raw: bytes, sandbox: Sandbox) -> InboundMessage:
    """Read a mail in the sandbox.

    Raises:
        CannotParse: It is over a limit, took too long, or made the child crash. The next mail is not affected.
    """
    if len(raw) > LARGEST_MAIL:
        raise CannotParse(_("This mail is larger than 40 MB."))
    try:
        return wire.decode(sandbox.run(raw))
    except SandboxRefused as problem:
        raise CannotParse(str(problem)) from problem
    except SandboxTimeout as problem:
        raise CannotParse(_("Reading this mail took too long.")) from problem
    except SandboxCrashed as problem:
        raise CannotParse(_("Reading this mail failed.")) from problem


def read_header(raw: bytes, sandbox: Sandbox) -> InboundMessage:
    """Read what the header of a mail says, for a mail that as a whole is over a limit: who, when, about what.

    Raises:
        CannotParse: Not even that can be read.
    """
    head = raw[:MUCH_HEADER]
    end = _HEADER_ENDS.search(head)
    # Without an end the last line may have been cut in two.
    head = head[: end.start()] if end else head[: max(head.rfind(b"\n"), 0)]
    head = b"\n".join(head.split(b"\n", MANY_LINES)[:MANY_LINES])
    return read(_OF_THE_BODY.sub(b"", head + b"\n") + b"\n", sandbox)
