"""Django's SQLite backend, in which transactions queue fairly for the one writer that SQLite allows.

Every `atomic` block begins IMMEDIATE (set in the configuration), so it is a writer from its start; plain reads outside
`atomic` never wait, as the database is in WAL mode.
"""

from __future__ import annotations

import os
import threading
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from klankbord.database.fair_lock import FairLock

_locks: dict[str, FairLock] = {}
_locks_guard = threading.Lock()


def _lock_for(path: str) -> FairLock:
    with _locks_guard:
        return _locks.setdefault(path, FairLock())


def _after_fork() -> None:
    """A lock that was held by a thread of the parent would stay held for ever in the child."""
    global _locks_guard
    _locks_guard = threading.Lock()
    _locks.clear()


os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=500)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """Django's, but it does not look anew for the places of the values in a text that came before."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """The text as SQLite wants it."""
        if param_names is None:
            return _with_question_marks(query)
        converted: str = super().convert_query(query, param_names=param_names)
        return converted


class DatabaseWrapper(base.DatabaseWrapper):
    """Queues before `BEGIN IMMEDIATE` and leaves the queue at commit, rollback or close."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._holds: FairLock | None = None

    def create_cursor(self, name: str | None = None) -> Cursor:  # noqa: ARG002 - PostgreSQL has names for them
        """A cursor of our kind."""
        made: Cursor = self.connection.cursor(factory=Cursor)
        return made

    def _start_transaction_under_autocommit(self) -> None:
        seconds = float(self.settings_dict["OPTIONS"].get("timeout", 20))
        lock = _lock_for(str(self.settings_dict["NAME"]))
        if self._holds is None:
            if not lock.acquire(seconds):
                raise OperationalError("database is locked: another writer held it too long")
            self._holds = lock
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # absent from the stubs
        except BaseException:
            self._let_go()
            raise

    @property
    def is_waited_for(self) -> bool:
        """Whether another thread waits for this transaction to end, so that it can write."""
        return self._holds is not None and self._holds.is_wanted

    def _let_go(self) -> None:
        lock, self._holds = self._holds, None
        if lock is not None:
            lock.release()

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # absent from the stubs
        self._let_go()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # absent from the stubs
        finally:
            self._let_go()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # absent from the stubs
        finally:
            self._let_go()
