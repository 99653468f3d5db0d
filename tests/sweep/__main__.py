"""Look at a house that is being served, and take its pictures:

KLANKBORD_DIR=demo python -m tests.sweep.places deklank.localhost > places.json
python -m tests.sweep http://deklank.localhost:8000 places.json PICTURES [--routes ideas: portal:home]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from urllib.parse import urlsplit

import django
from playwright.sync_api import sync_playwright


def main() -> int:
    """Read the command line; the exit code says whether anything was found."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("base")
    arguments.add_argument("places", type=Path)
    arguments.add_argument("pictures", type=Path)
    arguments.add_argument("--routes", nargs="*", help="how the routes begin; all of them by default")
    arguments.add_argument("--paths", nargs="*", help="only these addresses, as everybody")
    arguments.add_argument("--ways", nargs="*", help="all pages in all of these ways, instead of a selection")
    arguments.add_argument("--roles", nargs="*", help="only as these")
    chosen = arguments.parse_args()
    django.setup()
    from tests.browser import ARGUMENTS, CHROMIUM
    from tests.sweep.crawling import Crawler, Place
    from tests.sweep.looking import Looker, View, Way, views, who_sees

    told = json.loads(chosen.places.read_text())
    address = urlsplit(chosen.base)
    crawler = Crawler(address.hostname or "", address.port or 80, told["places"])
    if chosen.paths:
        found = [Place("at", path, "everyone") for path in chosen.paths]
    else:
        found = crawler.pages(told["people"]["administrator"])
    wanted = [place for place in found if place.route.startswith(tuple(chosen.routes or [""]))]
    roles = chosen.roles or list(told["people"])
    planned = views(wanted, roles)
    planned = [view for view in planned if view.role in roles]
    if chosen.ways:
        ways = [Way.of(each) for each in chosen.ways]
        planned = [
            View(place, role, way)
            for place in wanted
            for role in who_sees(place.least, told["people"])[:1]
            if role in roles
            for way in ways
        ]
    chosen.pictures.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        looker = Looker(browser, chosen.base.rstrip("/"), told["people"], chosen.pictures)
        looker.look_at_all(planned, told=lambda line: print(line, flush=True))
        browser.close()
    for each in [*crawler.broken, *looker.findings]:
        print(each)
    print(f"{len(wanted)} pages, {len(planned)} views; the heaviest: {sorted(looker.heaviest)[-3:]}")
    return 1 if crawler.broken or looker.findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
