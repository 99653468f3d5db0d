"""The pages that everybody may see."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from klankbord import clock
from klankbord.conversations.models import Promise
from klankbord.live.shows import HEADER, parse
from klankbord.people.models import ClosedDay, OrganisationQuerySet
from klankbord.portal.tests.conftest import StillClock
from klankbord.portal.views.pages import server_error
from klankbord.posts.actions import give_tip, write_post
from tests import cast

PUBLIC = ["/", "/promise/", "/privacy/", "/accessibility/"]
ALL = [*PUBLIC, "/contact/", "/contact/received/", "/where/", "/where/asked/", "/g/nothing/"]


def words(house: cast.House, path: str = "/", **options: Any) -> str:
    page: str = cast.browser(house.organisation).get(path, **options).content.decode()
    return " ".join(page.replace("&#39;", "'").split())


def promises(house: cast.House, answered: int, *, late: int = 0, open_: int = 0) -> None:
    """Waits that were due in the last days: answered within an hour, after three days, and not at all."""
    person = cast.customer(
        house.organisation, email=f"veel{Promise.objects.of(house.organisation).count()}@example.org"
    )
    rows = []
    for number in range(answered + late + open_):
        began = clock.now() - timedelta(days=7)
        took = timedelta(hours=1) if number < answered else timedelta(days=3) if number < answered + late else None
        talk = cast.conversation(person, house.mailbox, state="answered")
        rows.append(
            Promise(
                organisation=house.organisation,
                conversation=talk,
                began_at=began,
                due_at=began + timedelta(days=1),
                answered_at=began + took if took else None,
            )
        )
    Promise.objects.bulk_create(rows)


def test_the_first_page_has_all_ways_in_to_ask_look_around_suggest_tell_and_call(house: cast.DeKlank) -> None:
    shown = cast.browser(house.organisation).get("/").content.decode().partition('<ul class="ways"')[2]
    for way in ("/questions/ask/", "/questions/", "/ideas/", "/tips/", "/ideas/new/", "/contact/", "#visit"):
        assert f'href="{way}"' in shown, way


def test_home_says_who_we_are_and_how_to_reach_us(house: cast.DeKlank) -> None:
    page = words(house)
    for said in (
        "Marlies Verhoef",
        "Jamal Haddou",
        "klantenservice",
        'href="tel:+31101234567"',
        "/questions/ask/",
        "/contact/",
    ):
        assert said in page
    assert "Noor Willems" not in page
    assert "maandag t/m zaterdag" in page
    assert "binnen één werkdag" in page


def test_home_says_whether_it_is_open_now(house: cast.DeKlank, still_clock: StillClock) -> None:
    assert "Vandaag open tot 20.00 uur" in words(house)
    assert "Nu voor je klaar" in words(house)
    still_clock.forward(hours=11)
    assert "Nu gesloten. Morgen open vanaf 9.00 uur" in words(house)
    assert "Zij geven je antwoord" in words(house)
    ClosedDay.objects.create(organisation=house.organisation, day=date(2026, 11, 25), reason="Verbouwing")
    page = words(house)
    assert "Weer open op donderdag 26 november vanaf 9.00 uur" in page
    assert "25 november (Verbouwing)" in page


def test_home_of_a_house_without_anything_still_stands(db: None) -> None:
    bare = cast.organisation("Kaal", "kaal.localhost")
    answer = cast.browser(bare).get("/")
    assert answer.status_code == 200
    assert "/contact/" not in answer.content.decode().split("<main")[1].split("</main")[0]
    assert "zo snel als we kunnen" in answer.content.decode()
    assert "gesloten" not in answer.content.decode()
    assert "formulier is nu dicht" in cast.browser(bare).get("/contact/").content.decode()


@pytest.mark.parametrize(("path", "most"), [("/", 13), ("/promise/", 5), ("/privacy/", 4)])
def test_queries_do_not_grow(house: cast.DeKlank, django_assert_num_queries: Any, path: str, most: int) -> None:
    promises(house, 40)
    with django_assert_num_queries(most, exact=False):
        cast.browser(house.organisation).get(path)


def test_score_is_shown_from_ten_answers_and_firm_from_thirty(house: cast.DeKlank) -> None:
    promises(house, 9)
    assert "te weinig berichten" in words(house)
    promises(house, 1)
    page = words(house)
    assert "<b>100%</b> op tijd" in page
    assert "indicatie" in page
    promises(house, 20)
    assert "indicatie" not in words(house)


def test_promise_page_is_honest_when_it_went_badly(house: cast.DeKlank) -> None:
    promises(house, 10, late=5, open_=25)
    page = words(house, "/promise/")
    assert "<b>25%</b> op tijd" in page
    assert "30 kwamen te laat of nog niet. Dat spijt ons." in page
    assert "tussen 14 en 41%" in page
    assert "De helft wachtte langer dan 6 dagen, of wacht nog." in page
    assert "Eén op de tien wachtte langer dan" in page
    assert '<svg class="chart"' in page
    assert page.count("<tr>") == 13


def test_what_needed_no_answer_and_what_is_not_due_yet_do_not_count(house: cast.DeKlank) -> None:
    promises(house, 10)
    Promise.objects.of(house.organisation).update(dropped_at=clock.now())
    cast.conversation(cast.customer(house.organisation), house.mailbox, due_at=clock.now() + timedelta(hours=1))
    assert "moesten we 0 antwoorden" in words(house, "/promise/")


def test_another_houses_promises_do_not_count(house: cast.DeKlank) -> None:
    promises(cast.klankerveen(), 30)
    assert "te weinig berichten" in words(house)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_may_be_answered_from_memory(house: cast.DeKlank, path: str) -> None:
    answer = cast.browser(house.organisation).get(path)
    shown = parse(answer.headers[HEADER])
    assert shown is not None
    assert f"organisation:{house.organisation.pk}:profile" in shown.topics
    assert shown.until is not None
    assert shown.until <= (clock.now() + timedelta(minutes=5)).timestamp()
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert not answer.cookies
    assert b"csrfmiddlewaretoken" not in answer.content


def test_page_in_memory_ends_when_the_doors_close(house: cast.DeKlank, still_clock: StillClock) -> None:
    still_clock.forward(hours=9, minutes=58)
    shown = parse(cast.browser(house.organisation).get("/").headers[HEADER])
    assert shown is not None
    assert shown.until == (clock.now() + timedelta(minutes=2)).timestamp()


@pytest.mark.parametrize("path", ["/contact/", "/where/", "/g/nothing/"])
def test_personal_page_is_never_kept(house: cast.DeKlank, path: str) -> None:
    answer = cast.browser(house.organisation).get(path)
    assert HEADER not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ALL)
def test_every_page_has_one_heading_the_phone_and_the_hours_in_both_languages(house: cast.DeKlank, path: str) -> None:
    for language in ("nl", "en"):
        browser = cast.browser(house.organisation)
        browser.cookies["language"] = language
        page = browser.get(path).content.decode()
        assert page.count("<h1") == 1
        assert page.count("tel:+31101234567") >= 2
        assert ("ma–za 9–20 uur" if language == "nl" else "Mon–Sat 9:00–20:00") in page
        assert f'<html lang="{language}"' in page
        assert " style=" not in page


def test_language_is_remembered_and_leads_back_to_the_same_page(house: cast.DeKlank) -> None:
    browser = cast.browser(house.organisation)
    assert "/language/en/?next=%2Fpromise%2F" in browser.get("/promise/").content.decode()
    answer = browser.get("/language/en/?next=/promise/")
    assert answer.headers["Location"] == "/promise/"
    assert "Our promise, all figures" in browser.get("/promise/").content.decode()


@pytest.mark.parametrize("way", ["/language/en/", "/view/simple/", "/view/full/"])
def test_what_was_searched_or_chosen_stays_when_language_or_view_changes(house: cast.DeKlank, way: str) -> None:
    browser = cast.browser(house.organisation)

    def led_to(source: str, target: str) -> str:
        return browser.get(way, {"next": target}, headers={"referer": source}).headers["Location"]

    here = f"http://{cast.HOST}"
    assert led_to(f"{here}/search/?q=een+boek%26meer", "/search/") == "/search/?q=een+boek%26meer"
    assert led_to(f"{here}/questions/?q=boek&after=7", "/questions/") == "/questions/?q=boek&after=7"
    assert led_to(f"{here}/search/", "/search/") == "/search/"
    assert led_to(f"{here}/search/?q=boek", "/ideas/") == "/ideas/"
    assert led_to("http://evil.example/search/?q=boek", "/search/") == "/search/"
    assert led_to("http://[", "/search/") == "/search/"


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_language_switch_never_leads_elsewhere(house: cast.DeKlank, target: str) -> None:
    answer = cast.browser(house.organisation).get("/language/en/", {"next": target})
    assert answer.headers["Location"] == "/"


def test_unknown_language_and_unknown_page_are_not_found_in_the_houses_own_style(house: cast.DeKlank) -> None:
    assert cast.browser(house.organisation).get("/language/xx/").status_code == 404
    answer = cast.browser(house.organisation).get("/bestaat-niet/")
    assert answer.status_code == 404
    assert "Bibliotheek De Klank" in answer.content.decode()


def test_fault_page_names_the_house_and_its_phone(house: cast.DeKlank) -> None:
    request = RequestFactory().get("/")
    assert server_error(request).status_code == 500
    request.organisation = house.organisation  # type: ignore[attr-defined]
    assert "010 123 45 67" in server_error(request).content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Bel je liever?"), ("en", "Would you rather call?"), ("fr", "Bel je liever?")],
)
def test_fault_page_names_the_phone_also_when_the_database_is_away(
    house: cast.DeKlank, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    browser = cast.browser(house.organisation, raise_request_exception=False)
    browser.get("/privacy/")

    def away(*_arguments: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(OrganisationQuerySet, "by_host", away)
    answer = browser.get("/contact/", headers={"Accept-Language": language})
    assert answer.status_code == 500
    for part in ("Bibliotheek De Klank", "010 123 45 67", words):
        assert part in answer.content.decode()


def test_robots_are_kept_from_private_pages_and_a_favicon_is_found(house: cast.DeKlank) -> None:
    browser = cast.browser(house.organisation)
    assert "Disallow: /g/" in browser.get("/robots.txt").content.decode()
    assert "icon" in browser.get("/favicon.ico").headers["Location"]


def test_formal_catalogue_says_u_on_every_sentence_that_names_the_reader() -> None:
    from babel.messages.pofile import read_po

    folder = Path(__file__).parent.parent.parent / "locale"
    with (folder / "nl/LC_MESSAGES/django.po").open("rb") as text:
        informal = read_po(text, locale="nl")
    with (folder / "nl_Formal/LC_MESSAGES/django.po").open("rb") as text:
        formal = read_po(text, locale="nl")
    missing = []
    for message in informal:
        mine = any("portal/" in place or "notifications/" in place for place, _ in message.locations)
        said = " ".join(message.string) if isinstance(message.string, tuple) else message.string
        names_reader = set(said.lower().replace(",", " ").replace(".", " ").split()) & {"je", "jij", "jou", "jouw"}
        if mine and names_reader and formal.get(message.id, message.context) is None:
            missing.append(said)
    assert missing == []


def test_posts_and_tips_are_found_from_the_home_page_and_from_every_other(house: cast.DeKlank) -> None:
    quiet = words(house)
    assert 'href="/posts/"' in quiet, "the foot of every page leads there"
    assert 'href="/tips/"' in quiet
    post = write_post(by=house.jamal, title="De nieuwe kasten staan er", text="Met zes man verschoven.")
    tip = give_tip(person=cast.helper(house.organisation, "Sandra"), title="Ronja de roversdochter", text="Over moed.")
    page = words(house)
    assert f'<a href="/posts/{post.pk}/">De nieuwe kasten staan er</a>' in page
    assert f'<a href="/tips/{tip.pk}/">Ronja de roversdochter</a>' in page


def test_staff_and_visitors_are_told_the_same_wait_in_the_same_words(house: cast.DeKlank) -> None:
    promises(house, 6, late=20)
    everybody = words(house, "/promise/")
    staff = " ".join(cast.browser(house.organisation, house.marlies).get("/inbox/today/").content.decode().split())
    slow = everybody[everybody.index("Eén op de tien wachtte langer dan ") :].split("langer dan ")[1].split(".")[0]
    assert "dag" in slow
    assert f"De langzame tien procent duurt langer dan</dt><dd>{slow}</dd>" in staff
    for page in (everybody, staff):
        assert "Alleen uren en dagen waarop we open zijn tellen mee." in page


def test_who_works_here_reads_what_a_colleague_would_say_where_nothing_is(house: cast.DeKlank) -> None:
    desk = cast.browser(house.organisation, house.jamal)
    for path in ("/inbox/999999/", "/office/members/", "/nergens/"):
        page = desk.get(path)
        assert page.status_code == 404
        said = page.content.decode()
        assert "jouw rol geeft er geen toegang toe" in said, path
        assert 'href="/inbox/">Naar het postvak' in said
        assert "Bel je liever?" not in said
    everybody = words(house, "/nergens/")
    assert "Naar het postvak" not in everybody
