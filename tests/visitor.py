"""Somebody at a browser without JavaScript, in front of a real server: opens pages, fills in their forms, listens."""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from tests.pace import PATIENCE


@dataclass(frozen=True, slots=True)
class Page:
    """What came back: `path` is where it ended after redirects."""

    status: int
    path: str
    text: str

    def form(self, having: str) -> dict[str, str]:
        """The first form with a field of that name, as it stands: a browser would send this."""
        for fields in _forms(self.text):
            if having in fields:
                return fields
        raise AssertionError(f"{self.path} ({self.status}) has no form with a field {having!r}")


class Visitor:
    """One browser, with its cookies, at one organisation's pages."""

    def __init__(self, port: int, host: str = "deklank.localhost") -> None:
        self._port = port
        self._host = f"{host}:{port}"
        self._cookies: dict[str, str] = {}

    def at(self, port: int) -> Visitor:
        """The same browser at another process of the same house, behind one proxy as it were."""
        other = Visitor(port, self._host.partition(":")[0])
        other._cookies = self._cookies
        return other

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._ask("GET", path, b"")

    def post(self, path: str, fields: dict[str, str]) -> Page:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields).encode())

    def submit(self, page: str, having: str, *, to: str = "", **filled: str) -> Page:
        """Open `page`, fill in its form that has the field `having`, and send it."""
        return self.post(to or page, self.get(page).form(having) | filled)

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in with a password."""
        done = self.submit("/account/login/", "login", login=email, password=password)
        assert "sessionid" in self._cookies, done.text[:2000]
        return done

    def _ask(self, method: str, path: str, body: bytes) -> Page:
        for _ in range(6):
            link = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            headers = {"Host": self._host, "Cookie": self._cookie(), "Accept-Language": "nl"}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            with contextlib.closing(link):
                link.request(method, path, body or None, headers)
                answer = link.getresponse()
                text = answer.read().decode(errors="replace")
                self._remember(answer)
            if answer.status not in (301, 302, 303):
                return Page(answer.status, path, text)
            target = urlsplit(urljoin(path, answer.headers["Location"]))
            path = f"{target.path}{'?' if target.query else ''}{target.query}"
            method, body = "GET", b""
        raise AssertionError(f"{path} is reached by redirects without end")

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _remember(self, answer: http.client.HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self._cookies[name] = morsel.value

    @contextlib.contextmanager
    def listening(self, path: str) -> Iterator[Stream]:
        """Hold a live stream open for as long as the block lasts."""
        line = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        with contextlib.closing(line):
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nCookie: {self._cookie()}\r\n\r\n".encode())
            stream = Stream(line)
            stream.wait_for(b"retry: ", PATIENCE)
            yield stream


class Stream:
    """A live stream as it comes in."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.heard = b""

    def wait_for(self, words: bytes, seconds: float) -> float:
        """Listen until `words` came in; how many seconds that took."""
        began = time.monotonic()
        while words not in self.heard:
            left = began + seconds - time.monotonic()
            assert left > 0, f"{words!r} was not heard within {seconds} s, but {self.heard[-500:]!r}"
            self._line.settimeout(left)
            try:
                part = self._line.recv(65_536)
            except TimeoutError:
                continue
            assert part, f"the stream ended after {self.heard[-500:]!r}"
            self.heard += part
        return time.monotonic() - began


def _forms(html: str) -> list[dict[str, str]]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


@dataclass
class _Choice:
    name: str
    value: str | None = None
    options: list[str] = field(default_factory=list)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._inside: dict[str, str] | None = None
        self._textarea = ""
        self._select: _Choice | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._inside = {}
            self.forms.append(self._inside)
        elif self._inside is None:
            return
        elif tag == "input" and found.get("name"):
            is_off = found.get("type") in ("checkbox", "radio") and "checked" not in found
            if not is_off and found.get("type") not in ("submit", "file"):
                self._inside[found["name"]] = found.get("value", "on")
        elif tag == "textarea":
            self._textarea = found.get("name", "")
            self._inside[self._textarea] = ""
        elif tag == "select":
            self._select = _Choice(found.get("name", ""))
        elif tag == "option" and self._select is not None:
            self._select.options.append(found.get("value", ""))
            if "selected" in found:
                self._select.value = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._inside is not None and self._textarea:
            self._inside[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "select" and self._select is not None and self._inside is not None:
            chosen = self._select.value
            self._inside[self._select.name] = chosen if chosen is not None else next(iter(self._select.options), "")
            self._select = None
        elif tag == "form":
            self._inside = None
