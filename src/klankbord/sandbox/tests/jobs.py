"""Functions that the tests run in a child: one that behaves, and many that do not."""

from __future__ import annotations

import os
import socket
import sys
import time

from klankbord.sandbox.errors import SandboxRefused


def behave(payload: bytes) -> bytes:
    """Do what the payload says."""
    word, _, rest = payload.partition(b":")
    return {
        b"echo": lambda: rest,
        b"hang": _hang,
        b"spin": _spin,
        b"eat": lambda: bytes(1 << 40),
        b"abort": os.abort,
        b"leave": lambda: os._exit(7),
        b"refuse": _refuse,
        b"bug": lambda: bytes(1 // 0),
        b"large": lambda: bytes(int(rest)),
        b"open": lambda: open("/etc/hostname", "rb").read(),  # noqa: PTH123
        b"write": lambda: open("/tmp/x", "wb").read(),  # noqa: PTH123
        b"connect": lambda: bytes(socket.socket().fileno()),
        b"environment": lambda: repr(dict(os.environ)).encode(),
        b"print": _print,
        b"pid": lambda: str(os.getpid()).encode(),
    }[word]()


def _hang() -> bytes:
    time.sleep(60)
    return b""


def _spin() -> bytes:
    while True:
        pass


def _refuse() -> bytes:
    raise SandboxRefused("Too hard for me.")


def _print() -> bytes:
    print("rubbish in between", flush=True)
    sys.stdout.write("more")
    return b"printed"
