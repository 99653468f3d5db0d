"""What every answer has in common, and what the front answers by itself."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import re
from pathlib import Path

import pytest

from klankbord.front.asgi import Front
from klankbord.front.options import FrontOptions
from klankbord.front.static import StaticFiles, content_hash
from klankbord.front.tests.cast import Outbox, Reply, Site, ask, get, running, scope_of
from klankbord.people import known_houses
from klankbord.people.models import Organisation


def one(site: Site, path: str = "/", **headers: str) -> Reply:
    async def run() -> Reply:
        async with running(site) as front:
            return await get(front, path, **headers)

    return asyncio.run(run())


def test_every_answer_tells_the_browser_to_be_careful():
    site = Site()
    site.page("/")
    headers = one(site).headers
    assert headers["content-security-policy"] == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", headers["x-request-id"])
    assert "strict-transport-security" not in headers


def test_a_view_may_have_its_own_policy_and_there_is_only_one():
    site = Site()
    site.page("/mail", Content_Security_Policy="sandbox; default-src 'none'")
    sent = [value for name, value in one(site, "/mail").messages[0]["headers"] if name == b"content-security-policy"]
    assert sent == [b"sandbox; default-src 'none'"]


def test_https_behind_a_trusted_proxy_is_https():
    site = Site()
    site.page("/")

    async def run() -> Reply:
        async with running(site, trusted_proxies=("203.0.113.0/24",)) as front:
            return await get(front, "/", x_forwarded_proto="https", x_forwarded_for="198.51.100.1")

    assert asyncio.run(run()).headers["strict-transport-security"] == "max-age=31536000"
    assert (site.seen[0]["wsgi.url_scheme"], site.seen[0]["REMOTE_ADDR"]) == ("https", "198.51.100.1")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "This is too large"), ("nl", ""), ("tlh", ""), ("../../etc", ""), ("", "")]
)
def test_a_body_that_is_too_large_gets_a_page(language: str, words: str):
    async def run() -> Reply:
        async with running(Site(), body_limit=10) as front:
            headers = [("content-length", "11"), ("accept-language", language)]
            return await ask(front, scope_of("/", "POST", headers))

    reply = asyncio.run(run())
    assert (reply.status, reply.headers["connection"]) == (413, "close")
    assert "default-src" in reply.headers["content-security-policy"]
    assert words in reply.body.decode()
    assert b"<h1>" in reply.body


def test_an_application_that_raises_gives_a_page_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture):
    site = Site()
    site.page("/", lambda _: 1 / 0)
    with caplog.at_level(logging.ERROR):
        reply = one(site)
    assert reply.status == 500
    assert b"ZeroDivision" not in reply.body
    assert reply.headers["x-request-id"] in caplog.text


def test_health_and_readiness():
    parts = {"runner": True, "mail intake": False}

    async def run() -> list[tuple[int, object]]:
        front = Front(django=Site(), readiness=lambda: parts, make_tail=Outbox().make_tail)
        front.start()
        said = []
        for path in ("/health", "/ready"):
            reply = await get(front, path)
            said.append((reply.status, json.loads(reply.body)))
        parts["mail intake"] = True
        said.append(((await get(front, "/ready")).status, None))
        await front.stop()
        said.append(((await get(front, "/ready")).status, None))
        said.append(((await get(front, "/health")).status, None))
        return said

    assert asyncio.run(run()) == [
        (200, {"status": "ok"}),
        (503, {"ready": False, "parts": {"runner": True, "mail intake": False}}),
        (200, None),
        (503, None),
        (200, None),
    ]


def test_answers_of_django_are_compressed_when_that_helps():
    site = Site()
    site.page("/", b"<p>hello hello</p>" * 100, ETag='"abc"')
    site.page("/photo", b"x" * 5_000, Content_Type="image/png")
    reply = one(site, accept_encoding="gzip")
    assert gzip.decompress(reply.body) == b"<p>hello hello</p>" * 100
    assert (reply.headers["etag"], reply.headers["vary"]) == ('W/"abc"', "Accept-Encoding")
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert "content-encoding" not in one(site).headers
    assert "content-encoding" not in one(site, "/photo", accept_encoding="gzip").headers


def test_the_access_log_says_nothing_personal(caplog: pytest.LogCaptureFixture):
    async def run() -> None:
        async with running(Site(), access_log=True) as front:
            path = "/follow/s3cr3tLINK/jan.jansen@example.nl/inbox?q=jan"
            await ask(front, scope_of(path, headers=[("user-agent", "Browser"), ("cookie", "sessionid=abc")]))

    with caplog.at_level(logging.INFO, logger="klankbord.access"):
        asyncio.run(run())
    assert re.fullmatch(r"GET /follow/\*/\*/inbox 404 [\d.]+ ms [0-9a-f]+-[0-9a-f]+", caplog.messages[-1])


@pytest.mark.parametrize(
    ("language", "words"), [("fr,nl,en;q=0.5", "Bel je liever?"), ("en-GB", "Would you rather call?")]
)
def test_a_fault_that_not_even_django_could_tell_of_is_said_kindly_with_the_phone_of_the_house(
    monkeypatch: pytest.MonkeyPatch, language: str, words: str
):
    site = Site()
    site.page("/breaks", lambda _environ: 1 / 0)
    assert "tel:" not in one(site, "/breaks", accept_language=language).body.decode()
    house = Organisation(name="Bibliotheek <De Klank>", host="de-klank.localhost", phone="010 123 45 67")
    monkeypatch.setattr(known_houses, "_known", {house.host: house})
    answer = one(site, "/breaks", accept_language=language)
    assert answer.status == 500
    page = answer.body.decode()
    for part in ("Bibliotheek &lt;De Klank&gt;", "tel:+31101234567", words, 'href="/static/design/base.css"', "<h1>"):
        assert part in page


def test_websockets_are_refused():
    async def run() -> list[object]:
        async with running(Site()) as front:
            return (await ask(front, scope_of("/live/inbox") | {"type": "websocket"})).messages

    assert asyncio.run(run()) == [{"type": "websocket.close", "code": 1000}]


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "base.css").write_text("body{color:#123}" * 100)
    (tmp_path / "secret.txt").write_text("above")
    (tmp_path / "css").mkdir()
    (tmp_path / "css/page.css").write_text("p{}")
    return StaticFiles("/static/", lambda name: found if (found := tmp_path / "css" / name).is_file() else None)


async def _static(files: StaticFiles, path: str, **headers: str) -> Reply:
    front = Front(django=Site(), static=files, make_tail=Outbox().make_tail, options=FrontOptions(access_log=False))
    return await get(front, path, **headers)


def test_static_files_with_their_hash_in_the_name_are_kept_for_ever(files: StaticFiles):
    hashed = f"/static/page.{content_hash(b'p{}')}.css"
    reply = asyncio.run(_static(files, hashed))
    assert (reply.status, reply.body) == (200, b"p{}")
    assert reply.headers["content-type"] == "text/css; charset=utf-8"
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = asyncio.run(_static(files, hashed, if_none_match=reply.headers["etag"]))
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("name", ["page.css", "page.000000000000.css"])
def test_static_files_without_the_right_hash_are_kept_for_an_hour(files: StaticFiles, name: str):
    assert asyncio.run(_static(files, f"/static/{name}")).headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("name", ["", "../secret.txt", "/etc/passwd", "..\\secret.txt", "a\0b", "gone.css", "."])
def test_nothing_else_of_the_machine_is_served(files: StaticFiles, name: str):
    assert asyncio.run(_static(files, f"/static/{name}")).status == 404
    assert not files._files


def test_static_files_are_compressed(files: StaticFiles, tmp_path: Path):
    (tmp_path / "css/base.css").write_text("body{color:#123}" * 100)
    reply = asyncio.run(_static(files, "/static/base.css", accept_encoding="br, gzip"))
    assert (reply.headers["content-encoding"], len(reply.body) < 100) == ("br", True)
