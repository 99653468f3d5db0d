"""Every page, as everybody who may open it, is fit for all who use it.

The whole demo in a real browser takes many minutes, and is a long test. Each time the pages of the permission test's
world are read without a browser.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from klankbord.people.models import Role
from tests import cast
from tests.command import Running, environment
from tests.journeys.routes import ENTRANCE, EVERYONE, OWN, ROUTES
from tests.journeys.test_permissions import World, address_of, world  # noqa: F401 - `world` is a fixture
from tests.long import long
from tests.sweep.crawling import FRAMED, Crawler
from tests.sweep.looking import NO_PHONE, Looker, english_sentences, views

_SPOKEN = {"placeholder", "aria-label", "title", "alt", "data-ask"}


@long
def test_every_page_of_the_demo_is_fit_for_everybody(tmp_path: Path, chromium) -> None:
    subprocess.run([sys.executable, "-m", "klankbord", "demo", "--dir", tmp_path, "--seed-only"],
                   env=environment(), check=True, timeout=3600)  # fmt: skip
    own = environment(dir=str(tmp_path)) | {"DJANGO_SETTINGS_MODULE": "klankbord.config.settings"}
    made = subprocess.run([sys.executable, "-m", "tests.sweep.places", cast.HOST],
                          env=own, check=True, capture_output=True, timeout=1200)  # fmt: skip
    told = json.loads(made.stdout)
    house = Running("demo", "--dir", tmp_path, "--port", "0", "--smtp-port", "0", "--json", log=tmp_path / "log")
    try:
        port = house.told["port"]
        crawler = Crawler(cast.HOST, port, told["places"])
        places = crawler.pages(told["people"]["administrator"])
        pictures = os.environ.get("KLANKBORD_TEST_PICTURES")
        looker = Looker(chromium, f"http://{cast.HOST}:{port}", told["people"], Path(pictures) if pictures else None)
        looker.look_at_all(views(places, told["people"]))
    finally:
        house.close()
    assert len({place.route for place in places}) > 90, "the crawler finds the house"
    assert [*crawler.broken, *looker.findings] == []


@dataclass
class Read(HTMLParser):
    """What a page says, without a browser; `unseen` is the class of what the other view shows."""

    text: str
    unseen: str = "only-simple"
    headings: list[str] = field(default_factory=list)
    title: str = ""
    language: str = ""
    primary: int = 0
    links: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = found.get("lang", "")
        classes = found.get("class", "").split()
        elsewhere = tag in ("script", "style", "svg") or "hidden" in found or ("lang" in found and tag != "html")
        elsewhere = elsewhere or self.unseen in classes
        if tag not in ("input", "link", "meta", "br", "img", "hr"):
            self._open.append((tag, elsewhere))
        if "button" in classes and not {"quiet", "danger", "plain", "only-script"} & set(classes):
            self.primary += "main" in [each for each, _ in self._open] and not self._elsewhere()
        if tag == "h1":
            self.headings.append("")
        if tag == "a":
            self.links.append(found.get("href", ""))
        if not self._elsewhere():
            self.words |= {found[name].strip() for name in _SPOKEN & set(found)}

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, _ = self._open.pop()
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        inside = [name for name, _ in self._open]
        if "h1" in inside:
            self.headings[-1] += data.strip()
        if inside and inside[-1] == "title" and "svg" not in inside:
            self.title += data
        if not self._elsewhere():
            self.words.add(re.sub(r"\s+", " ", data).strip())

    def _elsewhere(self) -> bool:
        return any(elsewhere for _, elsewhere in self._open)


def pages(world: World, browser: Client, shown: set[str]) -> Iterator[tuple[str, Read]]:  # noqa: F811
    """Every route that is a page for this browser and needs one of these roles, read."""
    for name, wanted in ROUTES.items():
        if name.startswith("live/") or name in FRAMED or wanted.post is not None or wanted.least not in shown:
            continue
        ids = {parameter: world.own[whose] for parameter, whose in wanted.ids.items()}
        answer = browser.get(address_of(name, ids))
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        if is_page and answer.content.lstrip()[:9].lower() == b"<!doctype":
            yield name, Read(answer.content.decode(), "extra" if "simple" in browser.cookies else "only-simple")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["signed out", "signed out in the simple view", "administrator"])
def test_every_page_names_itself_once_is_dutch_and_leaves_a_way_to_a_human(who, world) -> None:  # noqa: F811
    wrong, seen = [], 0
    role, _, simple = who.partition(" in the ")
    shown = {EVERYONE, ENTRANCE} if role == "signed out" else {OWN, *Role.values}
    browser = world.people[role][0]
    if simple:
        browser.cookies["simple"] = "1"
    for name, page in pages(world, browser, shown):
        seen += 1
        public = "/contact/?about=" in page.text
        faults = {
            f"first headings: {page.headings}": len(page.headings) != 1 or not page.headings[0],
            "no title": not page.title.strip(),
            f"in {page.language!r}": not page.language.startswith("nl"),
            f"{page.primary} primary buttons": page.primary > 1,
            f"not Dutch: {page.words & english_sentences()}": bool(page.words & english_sentences()),
            "no telephone number": public and not any(each.startswith("tel:") for each in page.links),
            "no way to react": 'class="foot"' in page.text and name not in NO_PHONE and not public,
        }
        wrong += [f"{name}: {fault}" for fault, is_so in faults.items() if is_so]
    assert wrong == []
    assert seen > 40
