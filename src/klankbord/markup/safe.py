"""HTML that others wrote, reduced to what can do no harm: an allow-list, kept by nh3 (ammonia, html5ever).

Nothing loads by itself and nothing runs. Remote images wait in `data-src` until someone asks for them, images that
came with the mail in `data-cid` until a view gives them an address; a page still shows the result in a sandboxed
frame with its own policy.
"""

from __future__ import annotations

import html as entities
import re
import secrets
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from klankbord.markup import allowed
from klankbord.markup.nesting import too_deep

MOST_CHARACTERS = 2_000_000
DEEPEST = 200
MOST_TAGS = 60_000
_LONGEST_URL = 4_000
_LONGEST_INLINE_IMAGE = 1_000_000

_LINK = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
_INLINE_IMAGE = re.compile(r"^data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*$", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x20\x7f-\x9f]")


class TooComplicated(ValueError):
    """The HTML is over a limit and was not parsed; the sentence says which."""


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """Sanitised HTML.

    Attributes:
        html: A fragment, without html, head and body.
        remote_images: How many images wait in `data-src`.
        content_ids: Of the images that wait in `data-cid`, in order.
    """

    html: str
    remote_images: int = 0
    content_ids: tuple[str, ...] = ()


def sanitise_html(html: str) -> SafeHtml:
    """Reduce HTML to what is safe to show.

    Raises:
        TooComplicated: It is too long, has too many tags or nests too deep.
    """
    if len(html) > MOST_CHARACTERS:
        raise TooComplicated(f"It is longer than {MOST_CHARACTERS} characters.")
    refusal = too_deep(html, deepest=DEEPEST, most_tags=MOST_TAGS)
    if refusal:
        raise TooComplicated(refusal)
    return _Sanitiser().run(html)


class _Sanitiser:
    """One run. Where an image's address stood, a random token stands until the end: no mail can guess it."""

    def __init__(self) -> None:
        self._token = "k" + secrets.token_hex(12)
        self._waiting: list[str] = []
        self._remote = 0
        self._content_ids: list[str] = []

    def run(self, html: str) -> SafeHtml:
        clean = nh3.clean(
            html,
            tags=allowed.TAGS,
            clean_content_tags=allowed.WITH_CONTENT,
            attributes=allowed.ATTRIBUTES,
            attribute_filter=self._attribute,
            strip_comments=True,
            link_rel="noopener noreferrer nofollow",
            set_tag_attribute_values={"a": {"target": "_blank"}},
            url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        )
        clean = re.sub(
            rf'src="{self._token}-(\d+)"',
            lambda match: self._waiting[int(match[1])],
            clean,
        )
        return SafeHtml(clean, self._remote, tuple(dict.fromkeys(self._content_ids)))

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        if name == "style":
            return allowed.safe_style(value) or None
        if tag == "a" and name == "href":
            link = _CONTROL.sub("", value) if len(value) <= _LONGEST_URL else ""
            return link if _LINK.match(link) else None
        if tag == "img" and name == "src":
            return self._image(value)
        return value[:500]

    def _image(self, value: str) -> str | None:
        if len(value) <= _LONGEST_INLINE_IMAGE and _INLINE_IMAGE.match(value):
            return value
        source = _CONTROL.sub("", value)
        if len(source) > _LONGEST_URL:
            return None
        if source[:4].lower() == "cid:":
            content_id = unquote(source[4:]).strip("<>")
            self._content_ids.append(content_id)
            return self._wait("data-cid", content_id)
        if _REMOTE.match(source):
            self._remote += 1
            return self._wait("data-src", "https:" + source if source.startswith("//") else source)
        return None

    def _wait(self, attribute: str, value: str) -> str:
        self._waiting.append(f'{attribute}="{entities.escape(value)}"')
        return f"{self._token}-{len(self._waiting) - 1}"
