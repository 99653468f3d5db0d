"""One child as the parent sees it: start it, give it a job, wait no longer than allowed, kill it when needed."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from klankbord.sandbox.child import CRASHED, DONE, HEADER, READY, REFUSED
from klankbord.sandbox.errors import SandboxCrashed, SandboxRefused, SandboxTimeout

_START_SECONDS = 30.0
_CHUNK = 1 << 18
# After a job this large the child is replaced: memory that it does not give back would stay for good.
_GROWING_JOB = 4 * 1024 * 1024
_JOBS_PER_CHILD = 20_000

# `-I -S` keeps the surroundings out and starts faster; the parent's own search path is given instead.
_BOOT = (
    "import sys, json; p, f, *n = json.loads(sys.argv[1]); sys.path[:] = p; "
    "from klankbord.sandbox.child import main; main(f, *n)"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: wall-clock seconds, bytes of address space, bytes in and out."""

    function: str
    seconds: float
    memory: int
    largest_payload: int
    largest_result: int


class Worker:
    """One child. Used by one thread at a time; only `kill` may come from another."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._jobs = 0
        self._starting = threading.Lock()
        self._killed = False

    def start(self) -> None:
        """Start the child if none runs; returns when it is ready for a job."""
        if self._child is not None:
            return
        limits = self._limits
        arguments = [
            [str(Path(path).resolve()) for path in sys.path],
            limits.function,
            limits.memory,
            int(limits.seconds) + 1,
            limits.largest_payload,
            os.getpid(),
        ]
        with self._starting:
            if self._killed:
                raise SandboxCrashed("The sandbox was closed.")
            self._child = subprocess.Popen(  # noqa: S603 (our own interpreter)
                [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps(arguments)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={},
                cwd="/",
                close_fds=True,
                start_new_session=True,
            )
        self._jobs = 0
        for descriptor in self._pipes(self._child):
            os.set_blocking(descriptor, False)
        status, _ = self._exchange(b"", time.monotonic() + _START_SECONDS)
        if status != READY:
            self._discard()
            raise SandboxCrashed("The child did not start.")

    def run(self, payload: bytes) -> bytes:
        """Run one job; see `Sandbox.run`."""
        self.start()
        frame_head = HEADER.pack(DONE, len(payload))
        status, result = self._exchange(
            frame_head + payload if len(payload) < _CHUNK else (frame_head, payload),
            time.monotonic() + self._limits.seconds,
        )
        self._jobs += 1
        if status == CRASHED or len(payload) + len(result) > _GROWING_JOB or self._jobs >= _JOBS_PER_CHILD:
            self._discard()
        if status == DONE:
            return result
        sentence = result[:500].decode("utf-8", "replace")
        if status == REFUSED:
            raise SandboxRefused(sentence)
        raise SandboxCrashed(f"The child gave up: {sentence}.")

    def _exchange(self, outgoing: bytes | tuple[bytes, bytes], deadline: float) -> tuple[int, bytes]:
        """Write all of `outgoing` and read one frame, both as the pipes allow, until `deadline`."""
        assert self._child is not None
        parts = (outgoing,) if isinstance(outgoing, bytes) else outgoing
        todo = [memoryview(part) for part in parts if part]
        try:
            received = self._pump(*self._pipes(self._child), todo, deadline)
        except (SandboxTimeout, SandboxRefused):
            self._discard()
            raise
        except (OSError, ValueError, SandboxCrashed) as problem:
            raise SandboxCrashed(f"The child died ({self._discard()}).") from problem
        if todo:
            # It answered before it had read the question: no telling what it will answer next.
            self._discard()
            raise SandboxCrashed("The child answered out of turn.")
        return received[0], bytes(memoryview(received)[HEADER.size :])

    def _pump(self, to_child: int, from_child: int, todo: list[memoryview], deadline: float) -> bytearray:
        received = bytearray()
        expected = HEADER.size
        waiting = select.poll()
        waiting.register(from_child, select.POLLIN)
        if todo:
            waiting.register(to_child, select.POLLOUT)
        while len(received) < expected:
            left = deadline - time.monotonic()
            if left <= 0:
                raise SandboxTimeout(f"It took longer than {self._limits.seconds:g} seconds.")
            ready = dict(waiting.poll(left * 1000))
            if to_child in ready:
                _write_some(to_child, todo)
                if not todo:
                    waiting.unregister(to_child)
            if from_child in ready:
                chunk = os.read(from_child, min(_CHUNK, expected - len(received)))
                if not chunk:
                    raise SandboxCrashed("The child died.")
                received += chunk
                if len(received) == HEADER.size == expected:
                    expected += self._length(received)
        return received

    def _length(self, header: bytearray) -> int:
        length: int = HEADER.unpack(header)[1]
        if length > self._limits.largest_result:
            raise SandboxRefused(
                f"The result of {length} bytes is more than the {self._limits.largest_result} allowed."
            )
        return length

    @staticmethod
    def _pipes(child: subprocess.Popen[bytes]) -> tuple[int, int]:
        assert child.stdin is not None
        assert child.stdout is not None
        return child.stdin.fileno(), child.stdout.fileno()

    def _discard(self) -> str:
        """Kill the child, clean up, and say how it ended."""
        child, self._child = self._child, None
        if child is None:
            return "closed"
        child.kill()
        code = child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def kill(self) -> None:
        """End the child for good, from any thread; a job under way ends as crashed."""
        with self._starting:
            self._killed = True
            child = self._child
        if child is not None:
            child.kill()
            child.wait()

    def forget(self) -> None:
        """Drop a child that belongs to the process this one was forked from, without touching it."""
        child, self._child = self._child, None
        if child is not None:
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
            child.returncode = 0  # not ours to wait for


def _write_some(descriptor: int, todo: list[memoryview]) -> None:
    try:
        written = os.writev(descriptor, [part[:_CHUNK] for part in todo[:1]])
    except BlockingIOError:
        return
    todo[0] = todo[0][written:]
    if not todo[0]:
        del todo[0]
