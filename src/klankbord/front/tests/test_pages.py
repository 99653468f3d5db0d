"""Pages for signed-out readers from memory: never old, never somebody's."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest
from django.http import HttpResponse

from klankbord import clock
from klankbord.front.tests.cast import Outbox, Site, ask, get, running, scope_of
from klankbord.live.shows import HEADER, shows
from tests.pace import ends_in_time

HOME = "organisation:1:home"


def shown(*topics: str, **more: Any) -> str:
    return shows(HttpResponse(), *topics, **more).headers[HEADER]


def site_with(body: Any = b"<p>hello</p>", declaration: str = "", **headers: str) -> Site:
    site = Site()
    site.page("/", body, **{HEADER.replace("-", "_"): declaration or shown(HOME)}, **headers)
    return site


async def served_twice(site: Site, first: dict[str, str], second: dict[str, str], path: str = "/") -> int:
    async with running(site) as front:
        await get(front, path, **first)
        await get(front, path, **second)
    return site.times("/")


def test_the_second_reader_is_answered_from_memory_and_the_declaration_stays_inside():
    site = site_with()

    async def read() -> None:
        async with running(site) as front:
            first, second = await get(front, "/"), await get(front, "/")
            assert first.body == second.body == b"<p>hello</p>"
            assert second.status == 200
            assert HEADER.lower() not in first.headers | second.headers
            assert second.headers["content-security-policy"].startswith("default-src 'self'")
            assert first.headers["x-request-id"] != second.headers["x-request-id"]

    asyncio.run(read())
    assert site.times("/") == 1


def test_what_was_not_made_for_everybody_is_kept_by_nobody_in_between():
    async def read() -> tuple[str, str]:
        async with running(site_with()) as front:
            known = await get(front, "/", cookie="visitor=abc")
            return known.headers["cache-control"], (await get(front, "/")).headers["cache-control"]

    assert asyncio.run(read()) == ("private, no-cache", "no-cache")


def test_a_page_is_made_anew_after_what_it_shows_was_announced_and_only_then():
    site, outbox = site_with(), Outbox()

    async def read() -> list[int]:
        counts = []
        async with running(site, outbox) as front:
            for topic in ("", "organisation:2:home", HOME, ""):
                if topic:
                    outbox.publish(topic=topic)
                    await ask(front, scope_of("/", "POST"))  # a change by this process: the next hit looks first
                before = len([one for one in site.seen if one["REQUEST_METHOD"] == "GET"])
                await get(front, "/")
                counts.append(len([one for one in site.seen if one["REQUEST_METHOD"] == "GET"]) - before)
        return counts

    assert asyncio.run(read()) == [1, 0, 1, 0]


def test_a_change_while_the_page_is_made_makes_it_old():
    outbox = Outbox()
    site = Site()

    def body(_: Any) -> bytes:
        if len(site.seen) == 1:
            outbox.publish(topic=HOME)
        return b"<p>hello</p>"

    site.page("/", body, **{HEADER.replace("-", "_"): shown(HOME)})

    async def read() -> None:
        async with running(site, outbox) as front:
            await get(front, "/")
            assert outbox.tail is not None
            await outbox.tail.caught_up()
            await get(front, "/")
            await get(front, "/")

    asyncio.run(read())
    assert site.times("/") == 2


def test_nothing_comes_from_memory_while_the_outbox_cannot_be_read_or_holds_something_back():
    site, outbox = site_with(), Outbox()

    async def read() -> None:
        async with running(site, outbox) as front:
            await get(front, "/")
            for trouble in ("broken", "held_back"):
                setattr(outbox, trouble, True)
                await ask(front, scope_of("/", "POST"))
                await get(front, "/")
                setattr(outbox, trouble, False)
            assert front._freshness is not None
            assert await front._freshness.settle()
            await get(front, "/")

    asyncio.run(read())
    assert sum(one["REQUEST_METHOD"] == "GET" for one in site.seen) == 3


@pytest.mark.parametrize(
    "first",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "language=nl; sessionid=abc"},
        {"cookie": "csrftoken=abc"},
        {"cookie": "unknown=1"},
        {"cookie": "language=<script>"},
        {"authorization": "Bearer x"},
    ],
)
def test_an_answer_to_somebody_known_is_never_kept(first: dict[str, str]):
    assert asyncio.run(served_twice(site_with(), first, {})) == 2


@pytest.mark.parametrize("second", [{"cookie": "sessionid=abc"}, {"cookie": "x=1"}, {"authorization": "Bearer x"}])
def test_somebody_known_never_gets_the_page_for_everybody(second: dict[str, str]):
    assert asyncio.run(served_twice(site_with(), {}, second)) == 2


def test_a_csrf_cookie_alone_does_not_keep_a_page_from_being_shown():
    assert asyncio.run(served_twice(site_with(), {}, {"cookie": "csrftoken=abc"})) == 1


@pytest.mark.parametrize(
    "second",
    [
        {"cookie": "language=en"},
        {"cookie": "address_form=u"},
        {"cookie": "simple=1"},
        {"accept_language": "en"},
        {"hx_request": "true"},
        {"hx_request": "true", "hx_target": "list"},
    ],
)
def test_language_form_of_address_simple_view_and_htmx_have_pages_of_their_own(second: dict[str, str]):
    assert asyncio.run(served_twice(site_with(), {}, second)) == 2


def test_languages_that_we_do_not_speak_make_no_difference():
    first, second = {"accept_language": "nl-BE,nl;q=0.9,fr;q=0.8"}, {"accept_language": "de,nl;q=0.3"}
    assert asyncio.run(served_twice(site_with(), first, second)) == 1


def test_django_hears_no_more_than_the_key_of_the_page_says():
    site = site_with()
    asyncio.run(served_twice(site, {"accept_language": "en, !!!", "if_none_match": '"x"', "range": "bytes=0-1"}, {}))
    assert site.seen[0]["HTTP_ACCEPT_LANGUAGE"] == "en;q=0.9"
    assert not {"HTTP_IF_NONE_MATCH", "HTTP_RANGE"} & set(site.seen[0])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"<input name=csrfmiddlewaretoken>", {}),
        (b'<script nonce="a">', {}),
        (b"<p>", {"Set_Cookie": "a=1"}),
        (b"<p>", {"Vary": "Accept-Language, Cookie"}),
        (b"<p>", {"Cache_Control": "private"}),
        (b"<p>", {"Cache_Control": "no-store"}),
        (b"<p>", {"Content_Security_Policy": "script-src 'nonce-abc'"}),
    ],
)
def test_a_page_with_something_personal_is_never_kept(body: bytes, headers: dict[str, str]):
    assert asyncio.run(served_twice(site_with(body, **headers), {}, {})) == 2


def test_only_declared_query_parameters_may_fill_the_memory():
    assert asyncio.run(served_twice(site_with(), {}, {}, "/?utm=1")) == 2
    assert asyncio.run(served_twice(site_with(declaration=shown(HOME, query=["page"])), {}, {}, "/?page=2")) == 1
    assert asyncio.run(served_twice(site_with(declaration=shown(HOME, query=["page"])), {}, {}, "/?page=2&x=")) == 2


def test_a_page_without_declaration_and_one_that_failed_are_not_kept():
    plain, failed = Site(), Site()
    plain.page("/")
    failed.page("/", status="500 Oops", **{HEADER.replace("-", "_"): shown(HOME)})
    assert asyncio.run(served_twice(plain, {}, {})) == 2
    assert asyncio.run(served_twice(failed, {}, {})) == 2


def test_a_page_is_true_until_the_moment_that_its_view_named():
    now = datetime(2026, 3, 2, 16, 59, tzinfo=UTC)
    site = site_with(declaration=shown(HOME, until=now + timedelta(minutes=1)))

    async def read() -> list[int]:
        counts = []
        async with running(site) as front:
            for moment in (now, now + timedelta(seconds=59), now + timedelta(seconds=60)):
                with clock.reading(moment):
                    await get(front, "/")
                counts.append(site.times("/"))
        return counts

    assert asyncio.run(read()) == [1, 1, 2]


def test_kept_pages_are_compressed_and_know_what_the_browser_has():
    body = b"<p>hello hello</p>" * 200
    site = site_with(body)

    async def read() -> None:
        async with running(site) as front:
            small = await get(front, "/", accept_encoding="gzip, br")
            assert small.headers["content-encoding"] == "br"
            assert brotli.decompress(small.body) == body
            zipped = await get(front, "/", accept_encoding="gzip, br;q=0")
            assert gzip.decompress(zipped.body) == body
            assert len({small.headers["etag"], zipped.headers["etag"]}) == 2
            again = await get(front, "/", accept_encoding="gzip, br", if_none_match=f"W/{small.headers['etag']}")
            assert (again.status, again.body) == (304, b"")
            assert (await get(front, "/", if_none_match='"other"')).status == 200
            head = await ask(front, scope_of("/", "HEAD"))
            assert (head.headers["content-length"], head.body) == (str(len(body)), b"")

    asyncio.run(read())
    assert site.times("/") == 1


def test_the_memory_is_bounded_and_the_least_wanted_page_goes_first():
    site = Site()
    for number in range(6):
        site.page(f"/{number}", b"x" * 10_000, **{HEADER.replace("-", "_"): shown(HOME)})

    async def read() -> None:
        async with running(site, page_memory=40_000) as front:
            for number in (0, 1, 2, 0, 3, 0, 4, 5, 0):
                await get(front, f"/{number}")
            assert len(front.pages) == 3
            assert front.pages.size <= 40_000
            front.pages.clear()
            assert front.pages.size == 0

    asyncio.run(read())
    assert (site.times("/0"), site.times("/1")) == (1, 1)


def test_one_thread_makes_a_page_anew_for_all_who_wait():
    site, outbox = site_with(), Outbox()

    async def read() -> None:
        async with running(site, outbox) as front:
            await get(front, "/")
            outbox.publish(topic=HOME)
            assert outbox.tail is not None
            await outbox.tail.caught_up()
            replies = await asyncio.gather(*(get(front, "/") for _ in range(20)))
            assert {reply.body for reply in replies} == {b"<p>hello</p>"}

    asyncio.run(read())
    assert site.times("/") == 2


def test_what_other_processes_did_is_heard_within_a_second():
    site, outbox = site_with(), Outbox()

    async def read() -> None:
        async with running(site, outbox) as front:
            await get(front, "/")
            outbox.publish(topic=HOME)
            async with ends_in_time(1):
                while site.times("/") == 1:
                    await get(front, "/")
                    await asyncio.sleep(0.005)

    asyncio.run(read())
