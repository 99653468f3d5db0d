"""Pieces of a page that were made before: what a message says as safe HTML, an answer with all around it."""

from __future__ import annotations

from markupsafe import Markup

from klankbord.design.kept import Kept

WORDS: Kept[Markup] = Kept(8_000_000, len)
"""What messages say, by message, edition and length."""
BLOCKS: Kept[Markup] = Kept(16_000_000, len)
"""Answers and comments with their author, numbers and buttons."""
