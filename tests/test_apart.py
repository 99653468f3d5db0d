"""Tests keep out of each other's way, whichever of them share a process or a machine."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from klankbord.limits import Limit, allow
from tests.once import ROOT
from tests.pace import at_this_pace, in_time, wait_until
from tests.real_servers import free_port

ONCE_AN_HOUR = Limit("apart", 1, timedelta(hours=1))


@pytest.mark.xdist_group("apart")
@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_did_is_not_held_against_the_next(turn: str):
    assert allow(ONCE_AN_HOUR, "127.0.0.1"), turn
    assert not allow(ONCE_AN_HOUR, "127.0.0.1"), turn


def test_a_free_port_is_given_to_one_process_and_is_none_that_the_kernel_gives_away():
    ports = [free_port() for _ in range(20)]
    kernel = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(ports) < kernel
    assert len(set(ports)) == 20
    ask = f"from tests.real_servers import _is_kept; print([each for each in {ports} if _is_kept(each)])"
    other = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == "[]"


def test_a_busy_machine_is_given_more_time_and_what_never_happens_still_fails(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.pace.os.getloadavg", lambda: (0.0, 0.0, 0.0))
    monkeypatch.setattr("tests.pace._slowed_down", lambda: 8.0)
    assert at_this_pace(2) == 16
    monkeypatch.setattr("tests.pace._slowed_down", lambda: 1.0)
    assert at_this_pace(2) == 2
    with pytest.raises(pytest.fail.Exception, match="in vain until it rains"):
        wait_until(lambda: False, "it rains", 0.01)
    with pytest.raises(AssertionError, match="instead of 0"), in_time(0):
        pass
