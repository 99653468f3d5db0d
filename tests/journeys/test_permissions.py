"""Who may open what: every route, asked by everybody, with one's own ids and with another organisation's.

The routes come from the resolver, so one that is not in the table (`routes.py`) fails until somebody has decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from klankbord.live.views import QUESTION
from klankbord.people.models import Role
from tests import cast
from tests.journeys.one_of_everything import things
from tests.journeys.routes import ENTRANCE, EVERYONE, NOBODYS, NUMBERS, OWN, ROUTES, Row

pytestmark = pytest.mark.django_db


def routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[str]:
    """The names of all routes; one without a name by its pattern."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}" if each.name else pattern
        else:
            yield from routes(each, pattern, f"{space}{each.namespace}:" if each.namespace else space)


@dataclass(frozen=True, slots=True)
class World:
    """Two houses with one of everything, and everybody who may ask, each at a browser, with their role in the first."""

    house: cast.DeKlank
    next_door: cast.Klankerveen
    own: Mapping[str, Any]
    foreign: Mapping[str, Any]
    people: Mapping[str, tuple[Client, Role | None]]


def _world() -> World:
    house, next_door = cast.de_klank(), cast.klankerveen()
    here = house.organisation
    closed = cast.member(here, "Gesloten")
    closed.user.is_active = False
    closed.user.save()
    people: dict[str, tuple[Any, Role | None]] = {
        "signed out": (None, None),
        "someone without a membership": (cast.user(), None),
        "staff of another organisation": (next_door.bram, None),
        "a member whose work ended": (cast.member(here, "Vertrokken", is_active=False), None),
        "a member whose account is closed": (closed, None),
        "agent": (house.jamal, Role.AGENT),
        "moderator": (house.tom, Role.MODERATOR),
        "lead": (house.noor, Role.LEAD),
        "administrator": (house.marlies, Role.ADMINISTRATOR),
    }
    return World(
        house=house,
        next_door=next_door,
        own=things(house, house.jamal),
        foreign=things(next_door, next_door.bram),
        people={who: (cast.browser(here, member), role) for who, (member, role) in people.items()},
    )


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Made once; what a test does to it is undone."""
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield _world()
        transaction.set_rollback(True)


def address_of(name: str, ids: Mapping[str, Any]) -> str:
    return f"/live/{ids['stream']}" if name.startswith("live/") else reverse(name, kwargs=dict(ids) or None)


def ask(browser: Client, name: str, wanted: Row, have: Mapping[str, Any]) -> HttpResponseBase:
    """One request, of which nothing stays, neither here nor in the browser."""
    fresh = Client(HTTP_HOST=browser.defaults["HTTP_HOST"])
    fresh.cookies.update(browser.cookies)
    address = address_of(name, {parameter: have[whose] for parameter, whose in wanted.ids.items()})
    extra: dict[str, Any] = {QUESTION: True} if name.startswith("live/") else {}
    with transaction.atomic():
        post = {key: text.format(**have) for key, text in (wanted.post or {}).items()}
        answer = fresh.get(address, **extra) if wanted.post is None else fresh.post(address, post)
        transaction.set_rollback(True)
    assert answer.status_code < 500, f"{name}: {answer.status_code}"
    assert answer.status_code != 405, f"{name}: the table asks it in the wrong way"
    return answer


def outcome(answer: HttpResponseBase) -> str:
    """`in`, `sign in` or `nothing here`."""
    if answer.status_code in (401, 302) and (
        answer.status_code == 401 or answer.headers["Location"].startswith("/account/login/")
    ):
        return "sign in"
    return "nothing here" if answer.status_code == 404 else "in"


def expected(name: str, wanted: Row, role: Role | None) -> set[str]:
    """What should come of it for a member in this role; None: whoever does not work here."""
    if wanted.least == ENTRANCE:
        return {"in", "sign in", "nothing here"}
    if wanted.least == EVERYONE:
        return {"in"}
    if role is None:
        return {"nothing here"} if name.startswith("live/") else {"sign in"}
    if wanted.least == OWN:
        return {"in", "nothing here"}
    return {"in"} if role.includes(Role(wanted.least)) else {"nothing here"}


def test_every_route_stands_in_the_table_and_nothing_else_does():
    assert sorted(set(routes())) == sorted(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_opens_for_those_it_is_for_and_for_nobody_else(name, world):
    wanted = ROUTES[name]
    for who, (browser, role) in world.people.items():
        got = outcome(ask(browser, name, wanted, world.own))
        assert got in expected(name, wanted, role), f"{who} gets {got!r} at {name}"
        may_ask = role is not None or wanted.least == EVERYONE
        if may_ask and set(wanted.ids.values()) - NOBODYS and wanted.least not in (ENTRANCE, OWN):
            got = outcome(ask(browser, name, wanted, world.foreign))
            assert got == "nothing here", f"{who} gets {got!r} at {name} with another organisation's ids"


def test_another_organisations_words_are_found_by_nobody(world):
    house, next_door = world.house, world.next_door
    searched = {"q": f"Geheim van {house.organisation.pk}"}
    place = reverse("inbox:conversation", args=[world.own["conversation"]])
    assert place in cast.browser(house.organisation, house.jamal).get("/inbox/", searched).content.decode()
    assert place not in cast.browser(next_door.organisation, next_door.bram).get("/inbox/", searched).content.decode()


@pytest.mark.parametrize("name", [name for name, wanted in ROUTES.items() if NUMBERS & set(wanted.ids)])
def test_an_id_that_no_database_takes_is_simply_not_there(name, world):
    wanted = ROUTES[name]
    ids = {each: 1 if each in NUMBERS else world.own[whose] for each, whose in wanted.ids.items()}
    place = address_of(name, ids).replace("/1/", f"/{10**30}/")
    browser, _ = world.people["administrator"]
    answer = browser.get(place) if wanted.post is None else browser.post(place)
    assert answer.status_code == 404


@pytest.mark.parametrize("where", ["/questions/?topic=a%00b", "/questions/?%00=1", "/questions/topics/%00/"])
def test_a_character_that_no_text_can_hold_is_refused_wherever_it_stands(where, world):
    answer = cast.browser(world.house.organisation).get(where)
    assert answer.status_code in (400, 404)


def test_nor_can_a_form_bring_it(world):
    visitor = cast.browser(world.house.organisation)
    answer = visitor.post("/questions/similar/", {"title": "a\0b"})
    assert answer.status_code == 400
    assert "<html" in answer.content.decode()
