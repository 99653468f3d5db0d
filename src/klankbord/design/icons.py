"""The line icons, drawn on a grid of 32 with one stroke, in the colour of the text around them."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

ICONS = {
    "answer": "M13 9 5 16l8 7M5 16h14c5 0 8 3 8 8",
    "archive": "M5 7h22v5H5zM7 12v13h18V12M13 17h6",
    "arrow-down": "M16 6v20M8 18l8 8 8-8",
    "arrow-left": "M26 16H6M14 8l-8 8 8 8",
    "arrow-right": "M6 16h20M18 8l8 8-8 8",
    "arrow-up": "M16 26V6M8 14l8-8 8 8",
    "attachment": "m24 14-9 9a5 5 0 0 1-7-7L18 6a3.5 3.5 0 0 1 5 5l-9 9a1.5 1.5 0 0 1-2-2l8-8",
    "bell": "M8 22c2-2 2-4 2-8a6 6 0 0 1 12 0c0 4 0 6 2 8zM14 26h4",
    "calendar": "M6 8h20v18H6zM6 14h20M11 5v5M21 5v5",
    "chat": "M4 6h17v12H12l-5 5v-5H4zM25 12h3v12h-3v4l-5-4h-6",
    "check": "m6 17 7 7L26 9",
    "clock": "M16 5a11 11 0 1 0 .01 0zM16 10v6l4 3",
    "close": "m8 8 16 16M24 8 8 24",
    "desk": "M4 14h24M6 14v12M26 14v12M12 14V9h8v5",
    "download": "M16 5v16M9 15l7 7 7-7M6 27h20",
    "error": "M16 5a11 11 0 1 0 .01 0zM12 12l8 8M20 12l-8 8",
    "eye": "M3 16c6-11 20-11 26 0-6 11-20 11-26 0zM16 12a4 4 0 1 0 .01 0z",
    "forward": "m19 9 8 7-8 7M27 16H13c-5 0-8 3-8 8",
    "globe": "M16 5a11 11 0 1 0 .01 0zM5 16h22M16 5c-6 6-6 16 0 22M16 5c6 6 6 16 0 22",
    "heart": "M16 26C8 20 4 16 4 11.5 4 6 12 4 16 11c4-7 12-5 12 .5C28 16 24 20 16 26z",
    "home": "m5 15 11-9 11 9M8 13v13h16V13M14 26v-7h4v7",
    "idea": "M16 4a8 8 0 0 0-5 14c1 1 2 3 2 4h6c0-1 1-3 2-4a8 8 0 0 0-5-14zM13 26h6",
    "image": "M5 7h22v18H5zM5 21l7-6 6 6 4-3 5 4M20.5 11.5h.01",
    "inbox": "M5 18 8 7h16l3 11v8H5zM5 18h7c0 5 8 5 8 0h7",
    "info": "M16 5a11 11 0 1 0 .01 0zM16 15v7M16 10.5h.01",
    "key": "M11 13a6 6 0 1 0 .01 0zM15.5 16.5 26 6M22 10l4 4",
    "link": "M13 19a5 5 0 0 0 7 0l5-5a5 5 0 0 0-7-7l-2 2M19 13a5 5 0 0 0-7 0l-5 5a5 5 0 0 0 7 7l2-2",
    "lock": "M8 14h16v13H8zM11 14v-4a5 5 0 0 1 10 0v4M16 19v3",
    "mail": "M4 8h24v16H4zM4 9l12 9 12-9",
    "menu": "M5 9h22M5 16h22M5 23h22",
    "more": "M8 16h.01M16 16h.01M24 16h.01",
    "note": "M7 5h18v14l-8 8H7zM17 27v-8h8M12 11h8M12 16h5",
    "people": "M12 7a4.5 4.5 0 1 0 .01 0zM3 26c0-6 4-9 9-9s9 3 9 9M21 8a4 4 0 0 1 0 8M25 18c3 1 4 4 4 8",
    "person": "M16 6a5 5 0 1 0 .01 0zM6 27c0-6 4-9 10-9s10 3 10 9",
    "phone": "M9 4 5 8c0 11 8 19 19 19l4-4-6-5-4 3c-3-1-6-4-7-7l3-4z",
    "pin": "M16 28c-6-8-9-11-9-15a9 9 0 0 1 18 0c0 4-3 7-9 15zM16 10a3 3 0 1 0 .01 0z",
    "plus": "M16 6v20M6 16h20",
    "print": "M9 12V5h14v7M9 22H5V12h22v10h-4M9 18h14v9H9z",
    "question": "M5 8h22v14H14l-6 5v-5H5zM11 14h10M11 18h6",
    "reopen": "M7 6v7h7M7.5 13A10.5 10.5 0 1 1 6 19",
    "search": "M14 5a9 9 0 1 0 .01 0zM21 21l7 7",
    "send": "M28 4 4 14l9 4 4 10zM13 18 28 4",
    "settings": "M5 9h13M24 9h3M5 23h3M14 23h13M21 6a3 3 0 1 0 .01 0zM11 20a3 3 0 1 0 .01 0z",
    "shield": "M16 4 6 8v8c0 6 4 10 10 12 6-2 10-6 10-12V8zM11 16l4 4 6-8",
    "star": "m16 5 3.5 7.5 8 1-6 5.5 1.5 8-7-4-7 4 1.5-8-6-5.5 8-1z",
    "tag": "M5 5h11l11 11-11 11L5 16zM11 11h.01",
    "undo": "M11 7 5 13l6 6M5 13h13a7 7 0 0 1 0 14h-5",
    "warning": "M16 5 3 27h26zM16 13v7M16 23.5h.01",
}


@lru_cache(maxsize=256)
def icon(name: str, label: str = "", css_class: str = "icon") -> Markup:
    """One icon as inline SVG; hidden from screen readers unless it has a `label`.

    Raises:
        KeyError: there is no icon of that name.
    """
    naming = f'role="img" aria-label="{Markup.escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 - the drawing is ours, the two free texts are escaped
        f'<svg class="{Markup.escape(css_class)}" viewBox="0 0 32 32" fill="none" stroke="currentColor"'
        f' stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" {naming}><path d="{ICONS[name]}"/></svg>'
    )
