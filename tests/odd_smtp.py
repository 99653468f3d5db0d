"""A mail server that behaves as badly as one wants: for what no real one can be asked to do."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from types import TracebackType
from typing import Self


class OddServer(threading.Thread):
    """Answers each command with what `answers` says for it or for its verb, else politely; keeps what it was sent.

    The answer `drop` closes the line; `after_data` is the verb for the moment when the whole content was received. What
    is answered to `once` is answered so a single time.
    """

    def __init__(self, *, extensions: tuple[str, ...] = (), once: str = "", **answers: str) -> None:
        super().__init__(daemon=True)
        self._answers = answers
        self._once = once
        self._extensions = extensions
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.mails: list[bytes] = []
        self.commands: list[str] = []
        self.signed_in_as = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing alone does not wake who waits in accept(), and the port stays open as long.
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.join(timeout=5)

    def run(self) -> None:
        """Serve one connection after another until closed."""
        with contextlib.suppress(OSError, ValueError):
            while True:
                line, _ = self._listening.accept()
                with line, contextlib.suppress(OSError):
                    self._serve(line)

    def _serve(self, line: socket.socket) -> None:
        reader = line.makefile("rb")
        line.sendall(b"220 odd\r\n")
        while command := reader.readline().decode().strip():
            self.commands.append(command)
            verb = command.split(" ")[0].lower()
            answer = self._answer(command.lower()) or self._answer(verb) or self._polite(verb, command)
            if answer == "drop":
                return
            line.sendall(answer.encode() + b"\r\n")
            if verb == "data" and answer.startswith("354"):
                content = b""
                while not content.endswith(b"\r\n.\r\n"):
                    content += reader.readline()
                self.mails.append(content[:-3].replace(b"\r\n..", b"\r\n."))
                answer = self._answer("after_data") or "250 OK"
                if answer == "drop":
                    return
                line.sendall(answer.encode() + b"\r\n")
            if verb == "quit":
                return

    def _answer(self, to: str) -> str:
        return self._answers.pop(to, "") if to == self._once else self._answers.get(to, "")

    def _polite(self, verb: str, command: str) -> str:
        if verb == "ehlo":
            return "\r\n".join(["250-odd", *(f"250-{each}" for each in self._extensions), "250 8BITMIME"])
        if verb == "auth":
            self.signed_in_as = base64.b64decode(command.rsplit(" ", maxsplit=1)[-1]).decode()
            return "235 welcome"
        return {"data": "354 go on", "quit": "221 bye"}.get(verb, "250 OK")
