"""The log: enough to see what was slow or failed, nothing that says who asked or what for."""

from __future__ import annotations

import logging
import re
from typing import Any

from klankbord.front.asgi_types import Scope

logger = logging.getLogger("klankbord.access")
# Words of our own URLs. Anything else in a path can be a code, a private link, a name or a search.
_WORD = re.compile(r"[a-z][a-z-]{0,23}")
_VALUES = re.compile(r"^(?:DETAIL|CONTEXT):.*\n?", re.MULTILINE)


def log_access(scope: Scope, status: int, seconds: float, number: bytes) -> None:
    """Write one line: method, the words of the path, status, milliseconds, request number. No address, no query."""
    if logger.isEnabledFor(logging.INFO):
        path = words_of(scope["path"])
        logger.info("%s %s %s %.1f ms %s", scope["method"], path, status, seconds * 1000, number.decode())


def words_of(path: str) -> str:
    """The words of a path that are our own, and a star for each other part."""
    return "/".join(part if not part or _WORD.fullmatch(part) else "*" for part in path.split("/")[:12])


class OnlyOurWords(logging.Filter):
    """Django names the path of what it refused, private links included: of that, too, only the words are written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, its paths without what is not ours."""
        if record.name.startswith("django.") and isinstance(record.args, tuple):
            record.args = tuple(
                words_of(each) if isinstance(each, str) and each.startswith("/") else each for each in record.args
            )
        return True


class WithoutValues(logging.Formatter):
    """PostgreSQL quotes the row that it refused, and with it somebody's address or words: those lines are left out."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """The traceback."""
        return _VALUES.sub("", super().formatException(ei))
