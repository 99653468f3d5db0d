"""Host names as people give them: bare, or as a whole address out of the browser."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")


def host_in(typed: str) -> str:
    """The host name in `https://KB.nl:443/x`, `kb.nl/` or `kb.nl`; empty when there is none."""
    text = typed.strip()
    try:
        found = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        host = found.rstrip(".").encode("idna").decode("ascii")
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) else ""
