"""What messengers and search engines show of a page when somebody passes its link on."""

from __future__ import annotations

from django.utils.text import Truncator

from klankbord.markup.markdown import render_markdown
from klankbord.markup.plain import text_from_html

_LONGEST = 200


def first_words(text: str) -> str:
    """The beginning of a public text on one line, without the signs that make its words bold or a list."""
    words: str = Truncator(" ".join(text_from_html(render_markdown(text)).split())).chars(_LONGEST)
    return words
