"""Render the style guide to files and take its pictures: `python -m klankbord.design.styleguide FOLDER [--pictures]`.

A development tool. It needs no running server and no database: a small settings object stands in, and pages come from
the same Jinja2 environment as the real ones. `--pictures` needs Playwright and a Chromium (`CHROMIUM` names it; default
/usr/bin/chromium) and also runs axe on every picture.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings
from django.utils import translation
from jinja2 import FileSystemLoader

from klankbord import clock
from klankbord.design.faces import face_png
from klankbord.design.icons import ICONS
from klankbord.design.jinja import environment

HERE = Path(__file__).parent
NOW = datetime(2026, 5, 20, 8, 30, tzinfo=UTC)
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"narrow": (320, 720), "middle": (900, 800), "wide": (1280, 900)}


def configure(language: str = "nl") -> None:
    """The few settings that templates need, unless the project's own are already there."""
    if settings.configured:
        return
    settings.configure(
        USE_TZ=True,
        TIME_ZONE="Europe/Amsterdam",
        LANGUAGE_CODE=language,
        LOCALE_PATHS=[HERE.parent / "locale"],
        STATIC_URL="/static/",
        INSTALLED_APPS=["klankbord.design"],
        TEMPLATES=[],
        SECRET_KEY="only for the style guide",  # noqa: S106
    )
    django.setup()


def sample() -> dict[str, Any]:
    """What the pages of the style guide show."""
    due = [-125, 25, 185, 245, 1500, 1600, 5000]
    people = ["Ans de Wit", "Mohamed B.", "Karin Smit", "@boekenwurm", "J. Jansen", "Vraag van Piet"]
    subjects = [
        "Boete terwijl ik op tijd was",
        "Kan niet inloggen bij de e-books",
        "Zaal huren op zaterdag",
        "Mastodon: “weer een lege kast bij …”",
        "Compliment voor de voorleesmiddag",
        "Community: luisterboek stopt halverwege",
    ]
    specs = ["pale-grey-bob-iris-sand-glasses", "tan-black-short-teal-sand", *people[2:]]
    shares = [1, 0.82, 0.4, 0.35, 0.2, 0.15]
    return {
        "organisation": SimpleNamespace(
            name="Bibliotheek De Klank", phone="010 123 45 67", opening_line="ma\u2013za 9\u201320 uur", language="nl"
        ),
        "navigation": [
            {"label": "Vragen", "url": "#", "current": True},
            {"label": "Ideeën", "url": "#"},
            {"label": "Wat we veranderden", "url": "#"},
        ],
        "footer_links": [{"label": "Toegankelijkheid", "url": "#"}, {"label": "Privacy", "url": "#"}],
        "languages": [
            {"code": "nl", "label": "Nederlands", "url": "#", "current": True},
            {"code": "en", "label": "English", "url": "#"},
        ],
        "staff": [
            {"name": "Marlies", "face": "fair-brown-long-clay-sage", "about": "klantenservice · helpt met e-books"},
            {"name": "Jamal", "face": "deep-black-crop-sky-teal-beard", "about": "vestiging Centrum · tot 17.00 uur"},
            {"name": "Anja", "face": "pale-grey-curls-moss-plum-glasses", "about": "belt je terug als je dat wilt"},
        ],
        "clocks": [(NOW + timedelta(minutes=minutes), share) for minutes, share in zip(due, [*shares, 0], strict=True)],
        "past": [NOW - timedelta(minutes=minutes) for minutes in (3, 18, 125, 1300, 5000, 60000)],
        "seeds": [f"seed {number}" for number in range(30)],
        "icon_names": sorted(ICONS),
        "views": [
            {"label": "Vandaag", "url": "#"},
            {"label": "Wacht op mij", "url": "#", "count": 6, "current": True},
            {"label": "Nog niet opgepakt", "url": "#", "count": 11},
            {"label": "Langst wachtend", "url": "#", "count": 17},
            {"label": "Te laat", "url": "#", "count": 1, "late": True},
            {"label": "Klaar", "url": "#"},
        ],
        "channels": [{"label": "E-mail", "url": "#", "count": 8}, {"label": "Chat", "url": "#", "count": 2}],
        "rows": [
            {
                "name": name,
                "what": what,
                "face": spec,
                "due": NOW + timedelta(minutes=minutes),
                "share": share,
                "current": index == 1,
                "unread": index in (0, 3),
            }
            for index, (name, what, spec, minutes, share) in enumerate(
                zip(people, subjects, specs, due[:6], shares, strict=True)
            )
        ],
        "subject": "Kan niet inloggen bij de e-books",
        "sender": {"name": "Marlies", "face_src": "marlies.png"},
        "reference": "204 518",
        "text": (
            "Dag Mohamed,\n\nWat vervelend dat het nog niet lukt, en fijn dat je het voor je moeder uitzoekt."
            "\n\nGroet, Marlies"
        ),
        "back_url": "#",
    }


PAGES = {
    "public": "design/styleguide.html",
    "workplace": "design/styleguide_workplace.html",
    "narrow": "design/styleguide_narrow.html",
    "mail": "design/styleguide_mail.html",
    **{code: f"{code}.html" for code in ("400", "403", "403_csrf", "404", "500", "503")},
}


def render(folder: Path) -> list[Path]:
    """Write every page of the guide, and the static files beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    made = environment(loader=FileSystemLoader(HERE / "jinja2"))
    shutil.copytree(HERE / "static", folder / "static", dirs_exist_ok=True)
    (folder / "marlies.png").write_bytes(face_png("fair-brown-long-clay-sage"))
    written = []
    with clock.reading(NOW), translation.override("nl"):
        for name, template in PAGES.items():
            context = {} if name == "500" else sample()
            target = folder / f"{name}.html"
            target.write_text(made.get_template(template).render(context), encoding="utf-8")
            written.append(target)
    return written


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder as production does: with the strict policy."""

    def end_headers(self) -> None:
        if not self.path.startswith("/mail"):
            self.send_header(
                "Content-Security-Policy",
                "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:",
            )
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def take_pictures(folder: Path, names: list[str]) -> int:
    """A picture of each page, size and theme in `folder`; prints what axe and the console say. Returns the findings."""
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    findings = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=BROWSER_ARGUMENTS
        )
        for theme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
                page = context.new_page()
                page.clock.set_fixed_time(NOW)
                page.on("console", lambda message: print("console:", message.text))
                for name in names:
                    page.goto(f"{address}/{name}.html")
                    page.screenshot(path=folder / f"{name}-{size}-{theme}.png", full_page=True)
                    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    # A mail is shown inside the pages of others: it has no first heading of its own.
                    options = {"rules": {"page-has-heading-one": {"enabled": name != "mail"}}}
                    violations = Axe().run(page, options=options).response["violations"]
                    findings += len(violations) + (wider > 0)
                    for violation in violations:
                        print(
                            name,
                            size,
                            theme,
                            violation["id"],
                            json.dumps([node["target"] for node in violation["nodes"]])[:300],
                        )
                    if wider > 0:
                        print(name, size, theme, f"is {wider} px too wide")
                context.close()
        browser.close()
    server.shutdown()
    return findings


def main() -> int:
    """Read the command line; the exit code says whether axe or the width found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(PAGES))
    chosen = parser.parse_args()
    configure()
    for path in render(chosen.folder):
        print(path)
    return min(1, take_pictures(chosen.folder, chosen.only)) if chosen.pictures else 0


if __name__ == "__main__":
    raise SystemExit(main())
