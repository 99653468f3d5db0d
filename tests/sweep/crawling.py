"""Which pages there are: everything that links lead to, and one address of each route that no link reached."""

from __future__ import annotations

import contextlib
import http.client
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
_BEGINNINGS = ("/", "/inbox/", "/office/", "/moderation/", "/account/password/change/")
_MANY = {"ideas:idea": 12, "community:question": 6, "inbox:conversation": 6, "inbox:list": 12, "ideas:list": 8}
"""Of most routes two examples show all there is to see; these look different by what is in them."""
_SOMETIMES_HIDDEN = {"ideas:board", "ideas:new", "ideas:idea", "community:question", "participation:person"}
FRAMED = {"inbox:formatted", "inbox:outgoing_mail"}
"""A mail as it is, in a sandbox that lets no script look at it; seen on the page that frames it."""
_FOLLOWED = 700
"""Links that are followed: there are far more, but no others."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its route, its address, and the least role that sees it (`everyone` for all)."""

    route: str
    path: str
    least: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server says without a browser."""

    status: int
    type: str
    text: str

    @property
    def is_page(self) -> bool:
        """A whole page, not a feed, a picture, a redirect, or a part that a script fetches."""
        return (
            self.status == 200 and self.type.startswith("text/html") and self.text.lstrip()[:9].lower() == "<!doctype"
        )


class Crawler:
    """Asks a running house for pages, with the cookies of somebody."""

    def __init__(self, host: str, port: int, places: Mapping[str, tuple[str, str]]) -> None:
        self._host, self._port, self._places = host, port, places
        self.broken: list[str] = []

    def pages(self, cookies: Mapping[str, str]) -> list[Place]:
        """Every route once or more often, as far as it is a page for who has these cookies or for a stranger.

        What is not a page (a feed, a download, an action) is left out.
        """
        found = [place for place in self._linked(cookies) if place.route in self._places]
        reached = {place.route for place in found} | FRAMED
        for route, (path, least) in self._places.items():
            if route not in reached and self._is_page(path, cookies):
                found.append(Place(route, path, least))
            elif route not in reached and self._is_page(path, {}):
                found.append(Place(route, path, "stranger"))
        return [self._hidden_or_not(place) for place in found]

    def _is_page(self, path: str, cookies: Mapping[str, str]) -> bool:
        answer = self.ask(path, cookies)
        if answer.status >= 500:
            self.broken.append(f"{path}: {answer.status}")
        return answer.is_page

    def _hidden_or_not(self, place: Place) -> Place:
        """A board for a panel has the address of one for everybody; who is not in it finds nothing there."""
        if place.route in _SOMETIMES_HIDDEN and self.ask(place.path, {}).status == 404:
            return replace(place, least="administrator")
        return place

    def ask(self, path: str, cookies: Mapping[str, str]) -> Answer:
        """One request without a browser."""
        link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {"Host": f"{self._host}:{self._port}", "Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
        with contextlib.closing(link):
            link.request("GET", path, headers=headers)
            answer = link.getresponse()
            text = answer.read().decode(errors="replace")
        return Answer(answer.status, answer.headers.get("Content-Type", ""), text)

    def _linked(self, cookies: Mapping[str, str]) -> Iterator[Place]:
        waiting, seen, taken = deque(_BEGINNINGS), set(_BEGINNINGS), Counter[str]()
        asked = 0
        while waiting and asked < _FOLLOWED:
            path = waiting.popleft()
            name = _route(path)
            kind = f"{name}?{'' if '?' in path else '-'}"
            if (
                not name
                or taken[kind] >= _MANY.get(name, 2)
                or "logout" in path
                or "/language/" in path
                or name in FRAMED
            ):
                continue
            taken[kind] += 1
            asked += 1
            answer = self.ask(path, cookies)
            if answer.status in (404, 500, 503):
                self.broken.append(f"{path}: {answer.status}")
            if not answer.is_page:
                continue
            yield Place(name, path, self._places.get(name, ("", "everyone"))[1])
            for link in _LINK.findall(answer.text):
                target = urlsplit(urljoin(path, unescape(link)))
                address = f"{target.path}?{target.query}" if target.query else target.path
                if not target.netloc and not target.scheme and address not in seen:
                    seen.add(address)
                    waiting.append(address)


def _route(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return ""
