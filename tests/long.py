"""What takes too long for each run, and is tried by `make test-long`."""

from __future__ import annotations

import os

import pytest

LONG = os.environ.get("KLANKBORD_LONG_TESTS") == "1"


def long[T](test: T) -> T:
    """Decorates a test that runs only then."""
    skipped = pytest.mark.skipif(not LONG, reason="takes long: make test-long")
    return pytest.mark.long(pytest.mark.slow(skipped(test)))
