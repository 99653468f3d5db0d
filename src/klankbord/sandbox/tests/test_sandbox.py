"""The sandbox, with functions that behave badly."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from klankbord.sandbox.pool import Sandbox, SandboxCrashed, SandboxError, SandboxRefused, SandboxTimeout
from tests.pace import PATIENCE, in_time

JOBS = "klankbord.sandbox.tests.jobs:behave"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(JOBS, seconds=10, memory_mb=200, largest_payload=8_000_000, largest_result=8_000_000) as one:
        yield one


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000])
def test_what_goes_in_comes_out(sandbox: Sandbox, size: int):
    payload = os.urandom(size)
    assert sandbox.run(b"echo:" + payload) == payload


def test_one_child_serves_many_jobs(sandbox: Sandbox):
    assert sandbox.run(b"pid") == sandbox.run(b"pid") != str(os.getpid()).encode()


@pytest.mark.parametrize("word", [b"abort", b"leave", b"bug", b"eat", b"open", b"write", b"connect"])
def test_a_job_that_crashes_or_reaches_outside_costs_only_itself(sandbox: Sandbox, word: bytes):
    with pytest.raises(SandboxCrashed):
        sandbox.run(word)
    assert sandbox.run(b"echo:on we go") == b"on we go"


def test_the_child_may_use_little(sandbox: Sandbox):
    limits = Path(f"/proc/{int(sandbox.run(b'pid'))}/limits").read_text("ascii")
    hard = {line[:26].strip(): line[26:].split()[1] for line in limits.splitlines()}
    assert hard["Max open files"] == "3"
    assert hard["Max address space"] == str(200 * 1024 * 1024)
    assert [hard[f"Max {what}"] for what in ("processes", "file size", "core file size")] == ["0", "0", "0"]


def test_a_refusal_comes_with_its_sentence_and_keeps_the_child(sandbox: Sandbox):
    before = sandbox.run(b"pid")
    with pytest.raises(SandboxRefused, match="Too hard for me"):
        sandbox.run(b"refuse")
    assert sandbox.run(b"pid") == before


def test_a_payload_over_the_limit_is_not_even_sent(sandbox: Sandbox):
    with pytest.raises(SandboxRefused):
        sandbox.run(bytes(8_000_001))


def test_a_result_over_the_limit_is_not_read(sandbox: Sandbox):
    with pytest.raises(SandboxRefused):
        sandbox.run(b"large:8000001")
    assert sandbox.run(b"echo:x") == b"x"


def test_the_child_has_no_environment_and_what_it_prints_disturbs_nothing(sandbox: Sandbox, monkeypatch):
    monkeypatch.setenv("SECRET", "s3cret")
    assert b"s3cret" not in sandbox.run(b"environment")
    assert sandbox.run(b"print") == b"printed"


def test_a_child_is_replaced_after_a_very_large_job(sandbox: Sandbox):
    before = sandbox.run(b"pid")
    sandbox.run(b"large:5000000")
    assert sandbox.run(b"pid") != before


@pytest.mark.parametrize("word", [b"hang", b"spin"])
def test_a_job_that_takes_too_long_is_killed_and_the_next_goes_on(word: bytes):
    with Sandbox(JOBS, seconds=1) as sandbox:  # the next one has to be done within it as well
        sandbox.start()
        with in_time(3), pytest.raises(SandboxTimeout):
            sandbox.run(word)
        assert sandbox.run(b"echo:next") == b"next"


def test_many_jobs_keep_their_order_and_a_bad_one_stops_nobody(sandbox: Sandbox):
    results = list(sandbox.map([b"echo:1", b"refuse", b"echo:2", b"abort", b"echo:3"]))
    assert [one if isinstance(one, bytes) else type(one) for one in results] == [
        b"1",
        SandboxRefused,
        b"2",
        SandboxCrashed,
        b"3",
    ]


def test_threads_share_the_children(sandbox: Sandbox):
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda n=n: got.append(sandbox.run(b"echo:%d" % n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=int) == [b"%d" % n for n in range(20)]


def test_closing_ends_the_children_and_the_jobs_under_way():
    sandbox = Sandbox(JOBS)
    child = int(sandbox.run(b"pid"))
    problems: list[SandboxError] = []

    def hang() -> None:
        try:
            sandbox.run(b"hang")
        except SandboxError as problem:
            problems.append(problem)

    thread = threading.Thread(target=hang)
    thread.start()
    while sandbox._free.qsize():
        pass
    sandbox.close()
    thread.join(60)
    assert isinstance(problems[0], SandboxCrashed)
    assert not Path(f"/proc/{child}").exists()
    with pytest.raises(SandboxCrashed):
        sandbox.run(b"echo:x")


def test_a_forked_process_gets_children_of_its_own(sandbox: Sandbox):
    before = sandbox.run(b"pid")
    reading, writing = os.pipe()
    forked = os.fork()
    if not forked:
        os.write(writing, sandbox.run(b"pid"))
        sandbox.close()
        os._exit(0)
    os.waitpid(forked, 0)
    assert os.read(reading, 100) not in (b"", before)
    os.close(reading)
    os.close(writing)
    assert sandbox.run(b"pid") == before


def test_children_do_not_outlive_their_parent():
    code = (
        f"import os; from klankbord.sandbox.pool import Sandbox; s = Sandbox({JOBS!r}); "
        "print(s.run(b'pid').decode(), flush=True); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    begin = time.monotonic()
    while _runs(int(parent.stdout)) and time.monotonic() - begin < PATIENCE:
        pass
    assert not _runs(int(parent.stdout))


def _runs(process: int) -> bool:
    """Whether it lives; one that is dead but not yet buried does not."""
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return False


def test_a_function_that_does_not_exist_is_a_crash_with_a_sentence():
    with Sandbox("klankbord.sandbox.tests.jobs:nothing") as sandbox, pytest.raises(SandboxCrashed):
        sandbox.run(b"x")
