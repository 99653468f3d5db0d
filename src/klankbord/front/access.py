"""The access log: enough to see what was slow or failed, nothing that says who asked or what for."""

from __future__ import annotations

import logging
import re

from klankbord.front.asgi_types import Scope

logger = logging.getLogger("klankbord.access")
# Words of our own URLs. Anything else in a path can be a code, a private link, a name or a search.
_WORD = re.compile(r"[a-z][a-z-]{0,23}")


def log_access(scope: Scope, status: int, seconds: float, number: bytes) -> None:
    """Write one line: method, the words of the path, status, milliseconds, request number. No address, no query."""
    if logger.isEnabledFor(logging.INFO):
        path = "/".join(part if not part or _WORD.fullmatch(part) else "*" for part in scope["path"].split("/")[:12])
        logger.info("%s %s %s %.1f ms %s", scope["method"], path, status, seconds * 1000, number.decode())
