"""The motif: concentric arcs, a voice and its echo. Logo, ornament, and the ring of the promise."""

from __future__ import annotations

import math
from functools import lru_cache

from markupsafe import Markup

_RINGS = ((14, 3.2), (26, 2.6), (40, 2.1), (56, 1.6), (74, 1.1), (94, 0.7))
_RADIUS = 6
_ROUND = 2 * math.pi * _RADIUS
_STEPS = 60


def rings(css_class: str = "rings") -> Markup:
    """The ornament of concentric rings."""
    circles = "".join(f'<circle cx="100" cy="100" r="{radius}" stroke-width="{width}"/>' for radius, width in _RINGS)
    opening = f'<svg class="{Markup.escape(css_class)}" viewBox="0 0 200 200" fill="none" stroke="currentColor"'
    return Markup(f'{opening} aria-hidden="true">{circles}</svg>')  # noqa: S704 - the class is escaped


def logo(css_class: str = "logo") -> Markup:
    """The mark: a voice and two echoes."""
    opening = f'<svg class="{Markup.escape(css_class)}" viewBox="0 0 34 34" fill="none" stroke="currentColor"'
    return Markup(  # noqa: S704 - the class is escaped
        f'{opening} stroke-width="2.6" stroke-linecap="round" aria-hidden="true">'
        '<circle cx="11" cy="17" r="3.6" fill="currentColor" stroke="none"/><path d="M17.5 9.5a10.6 10.6 0 0 1 0 15"/>'
        '<path d="M23 5a17 17 0 0 1 0 24" opacity=".55"/></svg>'
    )


def promise_ring(share: float) -> Markup:
    """A small ring that fills up with the time used: `share` 0 is just promised, 1 or more is due or late."""
    return _ring(round(max(0.0, min(1.0, share)) * _STEPS))


@lru_cache(maxsize=_STEPS + 1)
def _ring(steps: int) -> Markup:
    """The ring in one of the steps that an eye can tell apart at 14 pixels; a list draws fifty."""
    used = steps / _STEPS * _ROUND
    return Markup(  # noqa: S704 - numbers only
        '<svg class="ring" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">'
        f'<circle cx="8" cy="8" r="{_RADIUS}" opacity=".3"/><circle cx="8" cy="8" r="{_RADIUS}"'
        f' transform="rotate(-90 8 8)" stroke-dasharray="{used:.1f} {_ROUND:.1f}"/></svg>'
    )
