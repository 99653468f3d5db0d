"""When the database refuses: does it refuse everybody for a while, or this statement for ever?

`OperationalError` says neither. On SQLite it is a database that is locked or a disk that is full, and also a table that
is not there; on PostgreSQL it is a server that went away, and also a statement with too many of something.
"""

from __future__ import annotations

import sqlite3

from django.db import InterfaceError, OperationalError

_FOR_EVER = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE)
"""SQLite's codes for a statement that it does not understand (https://www.sqlite.org/rescode.html)."""
_PROGRAM_LIMIT_EXCEEDED = "54"
"""PostgreSQL's class of errors for a statement that asks too much of it; none of its other classes that come as an
`OperationalError` lies in the statement (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


def may_pass(error: BaseException) -> bool:
    """Whether the database itself was away, busy or full, so that the same may succeed later without any change.

    False for everything else, also for what no database raised: trying it again as it is would fail again.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF not in _FOR_EVER
    return not (getattr(cause, "sqlstate", None) or "").startswith(_PROGRAM_LIMIT_EXCEEDED)
