"""A real browser for tests, and what every page has to stand in it."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from klankbord.people.models import Membership, Organisation, User
from tests import cast
from tests.real_servers import missing

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP *.localhost 127.0.0.1"]
TOO_WIDE = """document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120))"""
"""The elements that make a page wider than its window."""
TOO_SMALL = """[...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((one) => {
  const {width, height} = one.getBoundingClientRect();
  return one.checkVisibility({visibilityProperty: true}) && width > 1 && (width < 24 || height < 24)
    && getComputedStyle(one).display !== "inline" && !one.closest(".unseen, .hollow");
}).map((one) => one.outerHTML.slice(0, 120))"""
"""What is smaller than a finger can tap (WCAG 2.2, 2.5.8: 24 pixels, but for links within a sentence)."""
_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""The rules of axe whose outcome a theme changes."""

type OpenPage = Callable[..., Any]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a module; `tests.order` has one worker run these in a row."""
    if CHROMIUM is None or not Path(CHROMIUM).exists():
        missing("Chromium (CHROMIUM is its path)")
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop in this thread, and Django then takes every query for one made inside a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def plain_files(settings: Any) -> None:
    """Static files under their plain names, as the test server finds them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def open_page(chromium: Any, plain_files: None, live_server: Any) -> Iterator[OpenPage]:
    """`open_page(house, who)`: a window at this organisation's pages, signed in as this member or as a visitor.

    Keyword arguments go to the browser's context (`java_script_enabled=False`, `color_scheme="dark"`). Mark the test
    with `django_db(transaction=True)`: the server has connections of its own.
    """
    with contextlib.ExitStack() as contexts:

        def open_window(house: Organisation, who: Membership | User | None = None, **more: Any) -> Any:
            base = f"http://{house.host}:{live_server.url.rsplit(':', 1)[1]}"
            context = chromium.new_context(base_url=base, **more)
            contexts.callback(context.close)
            if who is not None:
                session = cast.browser(house, who).cookies["sessionid"].value
                context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
            page = context.new_page()
            page.set_default_timeout(60_000)
            return page

        yield open_window


def click_through(page: Any, what: str) -> None:
    """Click what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        page.click(what)


@functools.cache
def _axe() -> str:
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)


def violations(page: Any, **options: Any) -> list[tuple[str, list[Any]]]:
    """What axe finds on the page as it is now: the rules that are broken, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(
        "(options) => axe.run(options).then((found) => found.violations)",
        {"iframes": False, "resultTypes": ["violations"], **options},
    )
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


def assert_fit_for_all(page: Any, paths: Iterable[str], widths: Iterable[int] = (1280, 320)) -> None:
    """On each of these pages axe finds nothing, and nothing is wider than the window: wide, narrow, light and dark.

    Open the page with `reduced_motion="reduce"`: colours on their way to others would be measured half-way.
    """
    for path in paths:
        page.emulate_media(color_scheme="light")
        page.goto(path)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) == [], (path, width)
            assert page.evaluate(TOO_SMALL) == [], (path, width)
            page.emulate_media(color_scheme="light")
            assert violations(page) == [], (path, width)
            page.emulate_media(color_scheme="dark")
            assert violations(page, runOnly=_COLOURS) == [], (path, width, "dark")
