"""Which kinds of channel there are: built-in and third-party adapters come in through the same entry point."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from klankbord.channels.contract import Adapter


class UnknownKind(LookupError):
    """No adapter of this kind is installed."""


@cache
def adapters() -> dict[str, Adapter]:
    """All installed adapters by kind, one instance each."""
    found: dict[str, Adapter] = {}
    for entry in entry_points(group="klankbord.channels"):
        adapter: Adapter = entry.load()()
        found[adapter.kind] = adapter
    return found


def adapter_for(kind: str) -> Adapter:
    """The adapter of this kind.

    Raises:
        UnknownKind: it is not installed.
    """
    try:
        return adapters()[kind]
    except KeyError:
        raise UnknownKind(kind) from None
