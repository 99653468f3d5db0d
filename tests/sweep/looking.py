"""What is looked at on each page, as somebody, at a width, in a theme and a language."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from playwright.sync_api import Error

from klankbord.design.catalogues import LOCALE
from tests.browser import TOO_SMALL, TOO_WIDE, violations
from tests.sweep.crawling import Place

ROLES = ("stranger", "member", "agent", "moderator", "lead", "administrator")
HEAVIEST = 60_000
"""Bytes of a public page, cold and compressed (DESIGN.md, 7)."""
NO_PHONE = {"posts:card"}
"""Hangs on paper in the branch."""

_SAME_STEP = {"participation:sent": "look in your mail", "portal:where-asked": "look in your mail",
              "account_reset_password_done": "look in your mail", "portal:received": "portal:thanks",
              "portal:conversation": "a conversation", "inbox:conversation": "a conversation",
              "community:edit": "change your text", "ideas:change-words": "change your text"}  # fmt: skip
"""Pages of different ways that say the same, so that they may be called the same."""

_NOT_THEIRS = (403, 404, 422)
"""What somebody is told whose page it is not, though everybody may ask: another's text, another's draft."""

_FACTS = """() => {
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getBoundingClientRect().width > 1;
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, template, [lang]:not(html)")) words.push(walker.currentNode.data);
  }
  for (const name of ["placeholder", "aria-label", "title", "alt", "data-ask"])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (!one.closest("[lang]:not(html)")) words.push(one.getAttribute(name));
  return {
    title: document.title,
    lang: document.documentElement.lang,
    headings: [...document.querySelectorAll("h1")].map((one) => one.textContent.trim()),
    primary: [...document.querySelectorAll("main .button:not(.quiet, .danger, .plain)")].filter(shown)
      .map((one) => one.textContent.trim()),
    phone: !!document.querySelector('a[href^="tel:"]'),
    reaction: !!document.querySelector('a[href*="/contact/?about="]'),
    house: document.querySelector(".foot") !== null,
    words: words.map((one) => one.trim().replace(/\\s+/g, " ")).filter(Boolean),
  };
}"""


@dataclass(frozen=True, slots=True)
class Way:
    """How a page is looked at."""

    width: int
    theme: str
    language: str

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"

    @classmethod
    def of(cls, text: str) -> Way:
        """From `320-light-nl`."""
        width, theme, language = text.split("-")
        return cls(int(width), theme, language)


PAIRS = (
    (Way(320, "light", "nl"), Way(1280, "dark", "en")),
    (Way(320, "dark", "en"), Way(1280, "light", "nl")),
)
"""Either pair covers both widths, themes and languages."""


@dataclass(frozen=True, slots=True)
class View:
    """A page as somebody sees it in some way. `whole`: axe looks at it as well."""

    place: Place
    role: str
    way: Way
    whole: bool = True


def views(places: Iterable[Place], roles: Iterable[str]) -> list[View]:
    """All pages: as whoever is the least to see it in both ways of a pair, as all others in one way, in turn.

    Whole as the least and as the most, who sees all that anybody does; axe takes longer than all the rest.
    """
    planned = []
    for number, place in enumerate(places):
        pair = PAIRS[number % 2]
        seen_by = who_sees(place.least, roles)
        for step, role in enumerate(seen_by):
            ways = pair if step == 0 else (PAIRS[(number + step) % 2][step // 2 % 2],)
            planned += [View(place, role, way, whole=role in (seen_by[0], seen_by[-1])) for way in ways]
    return planned


def who_sees(least: str, roles: Iterable[str]) -> list[str]:
    """Of these roles, those that the page is for, the least first."""
    if least == "stranger":
        return ["stranger"]
    first = {"everyone": "stranger", "entrance": "stranger", "own": "agent"}.get(least, least)
    return [role for role in roles if ROLES.index(role) >= ROLES.index(first)]


@dataclass(slots=True)
class Looker:
    """Looks at pages of a running house in a browser, and keeps what is wrong."""

    browser: Any
    base: str
    people: Mapping[str, Mapping[str, str]]
    pictures: Path | None = None
    findings: list[str] = field(default_factory=list)
    heaviest: list[tuple[int, str]] = field(default_factory=list)
    _titles: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def look_at_all(self, planned: Iterable[View], told: Callable[[str], None] = lambda _: None) -> None:
        """One window for each person and way, and one page after another in it."""
        alike = sorted(planned, key=lambda view: (view.role, str(view.way)))
        for (role, way), some in groupby(alike, key=lambda view: (view.role, view.way)):
            with self._window(role, way) as page:
                for view in some:
                    self.look_at(page, view)
            told(f"{role} {way}: {len(self.findings)} findings")

    def look_at(self, page: Any, view: View) -> None:
        """Everything that every page has to be."""
        noise: list[str] = []
        sizes: list[int] = []
        listeners = {
            "console": lambda message: noise.append(message.text) if message.type == "error" else None,
            "pageerror": lambda error: noise.append(str(error)),
            "requestfailed": lambda request: noise.append(f"not loaded: {request.url} {request.failure}"),
            "requestfinished": lambda request: sizes.append(_weight(request)),
        }
        for event, listener in listeners.items():
            page.on(event, listener)
        try:
            if not self._is_judged(page, view):
                noise.clear()
        except Error as broken_off:  # said of this page, and the next one is looked at all the same
            self._note(view, [f"breaks off: {broken_off.message.splitlines()[0]}"])
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        self._note(view, [f"console: {each}" for each in noise if "net::ERR_ABORTED" not in each])
        if view.role == "stranger" and view.place.least == "everyone":
            self.heaviest.append((sum(sizes), view.place.path))
            if sum(sizes) > HEAVIEST:
                self._note(view, [f"weighs {sum(sizes)} bytes"])

    def _is_judged(self, page: Any, view: View, *, again: bool = False) -> bool:
        """Whether this page came, and not another one or none for this person."""
        answer = _open(page, self.base + view.place.path)
        status = answer.status if answer else 0
        try:
            if urlsplit(page.url).path != view.place.path.partition("?")[0]:
                return False
            if status in _NOT_THEIRS and view.place.least in ("own", "entrance", "everyone"):
                return False
            self._judge(page, view, status)
        except Error as moved:  # it sent its form by itself, or showed itself anew, while it was looked at
            if again or "context was destroyed" not in str(moved):
                raise
            page.wait_for_load_state("load")
            return self._is_judged(page, view, again=True)
        return True

    def _judge(self, page: Any, view: View, status: int) -> None:
        wrong = [] if status == 200 else [f"answers {status}"]
        facts = page.evaluate(_FACTS)
        wrong += [f"too wide: {each}" for each in page.evaluate(TOO_WIDE)[:3]]
        wrong += [f"too small to tap: {each}" for each in page.evaluate(TOO_SMALL)[:3]]
        if view.whole:
            wrong += [f"axe: {rule} {where[:3]}" for rule, where in violations(page)]
        wrong += self._frame_faults(view, facts)
        if view.way.language == "nl":
            wrong += [f"not Dutch: {each}" for each in sorted(set(facts["words"]) & english_sentences())]
        self._note(view, wrong)
        if self.pictures is not None:
            page.screenshot(path=self.pictures / f"{_file_name(view)}.png", full_page=True)

    def _frame_faults(self, view: View, facts: Mapping[str, Any]) -> Iterator[str]:
        headings, title = facts["headings"], facts["title"]
        if len(headings) != 1 or not headings[0]:
            yield f"has these first headings: {headings}"
        if not title:
            yield "has no title"
        name = _SAME_STEP.get(view.place.route, view.place.route)
        other = self._titles.setdefault((view.role, str(view.way)), {}).setdefault(title, name)
        if other != name:
            yield f"has the title of {other}: {title}"
        if not facts["lang"].startswith(view.way.language):
            yield f"says it is in {facts['lang']!r}"
        if facts["house"] and view.place.route not in NO_PHONE and not facts["phone"]:
            yield "has no telephone number"
        if facts["house"] and view.place.route not in NO_PHONE and not facts["reaction"]:
            yield "has no way to react to it"
        if len(facts["primary"]) > 1:
            yield f"has more than one primary button: {facts['primary']}"

    def _note(self, view: View, wrong: Iterable[str]) -> None:
        self.findings += [f"{view.place.route} {view.place.path} ({view.role} {view.way}) {each}" for each in wrong]

    @contextlib.contextmanager
    def _window(self, role: str, way: Way) -> Iterator[Any]:
        size = {"width": way.width, "height": 900 if way.width > 600 else 640}
        context = self.browser.new_context(viewport=size, color_scheme=way.theme, reduced_motion="reduce")
        cookies = {"language": way.language, **self.people[role]}
        # What sends its form by itself stays to be looked at.
        context.route("**/confirm/**", lambda route: route.abort("aborted") if _sends(route) else route.continue_())
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(30_000)
        if role == "stranger":
            context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        try:
            yield page
        finally:
            context.close()


def _open(page: Any, address: str) -> Any:
    """Go there; once more when the page before was still sending its form, as a confirmation does by itself."""
    try:
        return page.goto(address, wait_until="load")
    except Error as broken_off:
        if "ERR_ABORTED" not in str(broken_off):
            raise
        return page.goto(address, wait_until="load")


def _sends(route: Any) -> bool:
    return bool(route.request.method == "POST")


def _weight(request: Any) -> int:
    try:
        sizes = request.sizes()
    except Exception:  # the page was left before it was all there
        return 0
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


def _file_name(view: View) -> str:
    path = re.sub(r"[^A-Za-z0-9]+", "_", view.place.path).strip("_")[:60]
    return f"{view.place.route.replace(':', '.')}~{path}~{view.role}~{view.way}"


@functools.cache
def english_sentences() -> frozenset[str]:
    """What stands in the code and reads otherwise in Dutch."""
    with (LOCALE / "nl" / "LC_MESSAGES" / "django.po").open("rb") as text:
        catalogue = read_po(text, locale="nl")
    return frozenset(
        each.id for each in catalogue if isinstance(each.id, str) and len(each.id) > 3 and each.string != each.id
    )
