"""One visitor's choice of the simple view, in front of a real server that keeps its pages in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.command import Running
from tests.harness import SECRET, new_house
from tests.visitor import Visitor

SIMPLE = "design/simple"
"""The style sheet that only the simple view has."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where a house serves."""
    with new_house() as house:
        serving = Running("serve", "--dir", house.folder, "--port", "0", "--smtp-port", "0", "--json",
                          log=tmp_path_factory.mktemp("serve") / "log", secret_key=SECRET, relay_host="")  # fmt: skip
        try:
            yield serving.told["port"]
        finally:
            serving.close()


@pytest.mark.slow
@pytest.mark.xdist_group("simple_view")
@pytest.mark.parametrize("path", ["/", "/questions/", "/ideas/", "/privacy/"])
def test_one_visitors_choice_is_theirs_and_never_shown_to_another(port: int, path: str) -> None:
    beginner, other = Visitor(port), Visitor(port)
    assert SIMPLE not in beginner.get(path).text
    chosen = beginner.get(f"/view/simple/?next={path}")
    assert chosen.path == path
    assert SIMPLE in chosen.text
    for _ in range(2):
        assert SIMPLE not in other.get(path).text
        assert SIMPLE in beginner.get(path).text
    assert SIMPLE not in beginner.get(f"/view/full/?next={path}").text
