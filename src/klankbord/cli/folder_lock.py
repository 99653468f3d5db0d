"""One process at a time on the data folder of an SQLite installation, and how a command says that it cannot begin."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Self

# Behind those of `installation`.
PORT_TAKEN = 4
FOLDER_TAKEN = 5
PART_FAILED = 6
WEB_FAILED = 7


class CannotServeError(Exception):
    """The server cannot start. The message is for the operator; `exit_code` is what the command returns."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


class FolderLock:
    """Holds a data folder for one process: two on one SQLite file would each think that they do all the work.

    The lock is the kernel's (`flock`), so it is free as soon as its holder is gone, however that ended.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "serve.lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the folder.

        Raises:
            CannotServeError: another server has it.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise CannotServeError(
                f"Another klankbord (process {holder}) already serves the data in {self._path.parent}. "
                "Stop that one, give this one another folder with --dir, or use PostgreSQL for several servers.",
                FOLDER_TAKEN,
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let the folder go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
