"""How far the outbox was followed, kept in a file beside the index."""

from __future__ import annotations

import json
from pathlib import Path

from klankbord.events.follower import Position
from klankbord.search.index import LAYOUT


def save_position(folder: Path, position: Position) -> None:
    """Remember how far the outbox was followed, beside the index."""
    place = folder / "position.json"
    fresh = folder / "position.json.new"
    stored = {"layout": LAYOUT, "transaction": position.transaction, "id": position.id}
    fresh.write_text(json.dumps(stored), encoding="ascii")
    fresh.replace(place)


def read_position(folder: Path) -> Position | None:
    """How far the outbox was followed; None when the index must be built anew."""
    try:
        stored = json.loads((folder / "position.json").read_text(encoding="ascii"))
        if stored["layout"] != LAYOUT:
            return None
        return Position(int(stored["transaction"]), int(stored["id"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
