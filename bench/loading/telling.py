"""How a bench tells its figures."""

from __future__ import annotations

import json
from collections.abc import Mapping


def tell(figures: Mapping[str, float], *, as_json: bool) -> None:
    """Print one object, or a line a figure."""
    if as_json:
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
        return
    for name, value in figures.items():
        print(f"{name:34} {value:12,.4f}")
