"""The safe way to read a mail: in a child that can be killed."""

from __future__ import annotations

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
    try:
        return wire.decode(sandbox.run(raw))
    except SandboxRefused as problem:
        raise CannotParse(str(problem)) from problem
    except SandboxTimeout as problem:
        raise CannotParse(_("Reading this mail took too long.")) from problem
    except SandboxCrashed as problem:
        raise CannotParse(_("Reading this mail failed.")) from problem
