"""The child's side of the sandbox: read a payload, run the one function, write the result, until the parent is gone.

Started as a fresh interpreter (never forked from a parent with threads) with descriptors 0 (jobs) and 1 (results).
Frames are a status byte and an 8-byte big-endian length, then the bytes. Nothing is ever pickled.

What an attacker who takes over this process can reach is made small without needing any privilege: no environment,
no new privileges, no core dumps, no files to write, and after start-up no further descriptor at all, so neither
files nor sockets can be opened. Dying with the parent is by noticing that the parent changed: PR_SET_PDEATHSIG
follows the *thread* that started the child, and threads of a server come and go.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import resource
import select
import struct
import sys
from collections.abc import Callable

from klankbord.sandbox.errors import SandboxRefused

DONE, REFUSED, CRASHED, READY = 0, 1, 2, 3
HEADER = struct.Struct(">BQ")

_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_JOBS, _RESULTS = 0, 1
_LOOK_FOR_PARENT_EVERY = 2000  # milliseconds
_NICENESS = 5


def main(function: str, memory: int, seconds: int, largest: int, parent: int) -> None:
    """Serve jobs until the parent closes the pipe or dies.

    Args:
        function: `package.module:name` of a function from bytes to bytes. If its module has a `prepare()`, that
            runs first.
        memory: Address space in bytes.
        seconds: Processor seconds for one job; a stop-gap for when the parent is no longer there to kill this child.
        largest: Largest payload in bytes.
        parent: Process id of the parent.
    """
    os.nice(_NICENESS)
    sys.stdout = sys.stderr  # descriptor 1 carries results
    run = _load(function)
    _lock_up(memory)
    # What was loaded stays for good: do not let each collection walk over it.
    gc.collect()
    gc.freeze()
    _write(READY, b"")
    while (payload := _next_payload(parent, largest)) is not None:
        _allow_processor_time(seconds)
        try:
            status, result = DONE, run(payload)
        except SandboxRefused as refusal:
            status, result = REFUSED, str(refusal).encode("utf-8", "replace")
        except BaseException as problem:
            status, result = CRASHED, type(problem).__name__.encode("ascii", "replace")
        del payload
        _write(status, result)
        if status == CRASHED:
            return


def _load(function: str) -> Callable[[bytes], bytes]:
    module_name, _, name = function.partition(":")
    module = importlib.import_module(module_name)
    prepare = getattr(module, "prepare", None)
    if prepare is not None:
        prepare()
    run: Callable[[bytes], bytes] = getattr(module, name)
    return run


def _lock_up(memory: int) -> None:
    """Give up what the job does not need. Everything that is imported must have been imported before."""
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, memory),
    ):
        resource.setrlimit(limit, (value, value))
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    # The limit is on the number of a new descriptor: with 0, 1 and 2 taken, nothing more can be opened.
    os.closerange(3, 1024)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _allow_processor_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _next_payload(parent: int, largest: int) -> bytes | None:
    waiting = select.poll()
    waiting.register(_JOBS, select.POLLIN)
    while not waiting.poll(_LOOK_FOR_PARENT_EVERY):
        if os.getppid() != parent:
            return None
    header = _read_exactly(HEADER.size)
    if header is None:
        return None
    _, length = HEADER.unpack(header)
    if length > largest:
        return None
    payload = _read_exactly(length)
    return bytes(payload) if payload is not None else None


def _read_exactly(length: int) -> bytearray | None:
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        count = os.readv(_JOBS, [view[filled:]])
        if count == 0:
            return None
        filled += count
    view.release()
    return buffer


def _write(status: int, result: bytes) -> None:
    for chunk in (HEADER.pack(status, len(result)), result):
        view = memoryview(chunk)
        while view:
            view = view[os.write(_RESULTS, view) :]


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:6]))
