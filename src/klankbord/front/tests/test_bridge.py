"""The way to Django and back, with small WSGI applications."""

from __future__ import annotations

import asyncio
import io
import threading

import pytest

from klankbord.front.bodies import BodyMalformedError, BodyTooLargeError, BodyTooSlowError, ClientGoneError
from klankbord.front.bridge import Bridge, FileWrapper
from klankbord.front.options import FrontOptions
from klankbord.front.pool import TooBusyError
from klankbord.front.tests.cast import Site, ask, get, scope_of


def test_environ_says_what_was_asked():
    site = Site()
    site.page("/zoek/caf\u00c3\u00a9")
    scope = scope_of(
        "/mount/zoek/café?q=%C3%A9", headers=[("X-Name", "a"), ("x-name", "b"), ("cookie", "a=1"), ("cookie", "b=2")]
    )
    scope["root_path"] = "/mount"
    scope["raw_path"] = b"/mount/zoek/caf%C3%A9"
    asyncio.run(ask(Bridge(site), scope))
    environ = site.seen[0]
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/mount", "/zoek/caf\u00c3\u00a9")
    assert environ["QUERY_STRING"] == "q=%C3%A9"
    assert (environ["HTTP_X_NAME"], environ["HTTP_COOKIE"]) == ("a,b", "a=1; b=2")
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("203.0.113.7", "http")


def test_headers_with_underscores_and_proxy_never_arrive():
    site = Site()
    asyncio.run(ask(Bridge(site), scope_of("/", headers=[("x_forwarded_for", "1.1.1.1"), ("proxy", "http://evil")])))
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_PROXY"} & set(site.seen[0])


def test_an_invalid_path_arrives_as_its_bytes():
    site = Site()
    asyncio.run(ask(Bridge(site), scope_of("/\ufffd") | {"raw_path": b"/%ff"}))
    assert site.seen[0]["PATH_INFO"] == "/\u00ff"


@pytest.mark.parametrize("size", [1, 70_000, 600_000])
def test_bodies_arrive_whole_however_they_were_cut(size: int):
    site = Site()
    site.page("/in", lambda environ: environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    parts = [body[start : start + 50_000] for start in range(0, size, 50_000)]
    known = asyncio.run(ask(Bridge(site), scope_of("/in", "POST", [("content-length", str(size))]), parts))
    chunked = asyncio.run(ask(Bridge(site), scope_of("/in", "POST", [("transfer-encoding", "chunked")]), parts))
    assert known.body == chunked.body == body


def test_a_body_that_is_too_large_never_takes_a_thread():
    site = Site()
    bridge = Bridge(site, FrontOptions(body_limit=1_000))
    with pytest.raises(BodyTooLargeError):
        asyncio.run(ask(bridge, scope_of("/in", "POST", [("content-length", "1001")])))
    with pytest.raises(BodyTooLargeError):
        asyncio.run(ask(bridge, scope_of("/in", "POST", [("transfer-encoding", "chunked")]), [b"x" * 600] * 2))
    assert site.seen == []


@pytest.mark.parametrize("length", ["-1", "1e3", "", "5, 6", "\u0661", "12"])
def test_a_wrong_content_length_is_refused(length: str):
    with pytest.raises(BodyMalformedError):
        asyncio.run(ask(Bridge(Site()), scope_of("/in", "POST", [("content-length", length)]), [b"hello"]))


def test_a_client_that_stops_sending_is_given_up():
    async def silent() -> dict[str, object]:
        await asyncio.get_running_loop().create_future()
        raise AssertionError

    async def gone() -> dict[str, object]:
        return {"type": "http.disconnect"}

    bridge = Bridge(Site(), FrontOptions(body_patience=0.01))
    scope = scope_of("/in", "POST", [("content-length", "5")])
    with pytest.raises(BodyTooSlowError):
        asyncio.run(bridge.answer(scope, silent))
    with pytest.raises(ClientGoneError):
        asyncio.run(bridge.answer(scope, gone))


def test_a_streamed_answer_is_collected_and_closed():
    class Parts:
        closed = False

        def __iter__(self):
            yield from (b"x" * 1_000 for _ in range(500))

        def close(self) -> None:
            self.closed = True

    site, parts = Site(), Parts()
    site.page("/export", lambda _: parts)
    reply = asyncio.run(get(Bridge(site, FrontOptions(spool_above=10_000)), "/export"))
    assert (len(reply.body), parts.closed) == (500_000, True)


def _download(site: Site, size: int) -> io.BytesIO:
    file = io.BytesIO(b"x" * size)
    site.page("/file", lambda _: FileWrapper(file))
    return file


def test_a_file_is_sent_in_parts_and_closed():
    site = Site()
    file = _download(site, 1_000_000)
    reply = asyncio.run(get(Bridge(site), "/file"))
    assert (len(reply.body), len(reply.messages), file.closed) == (1_000_000, 6, True)


def test_an_aborted_download_ends_at_once_and_holds_no_thread():
    site = Site()
    file = _download(site, 50_000_000)
    bridge = Bridge(site, FrontOptions(threads=1))

    async def abort() -> int:
        gone = asyncio.Event()
        sent = 0

        async def receive() -> dict[str, object]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            nonlocal sent
            sent += 1
            gone.set()
            await asyncio.sleep(0)

        await bridge(scope_of("/file"), receive, send)
        site.page("/", b"still here")
        assert (await get(bridge, "/")).body == b"still here"
        return sent

    assert asyncio.run(abort()) < 10
    assert file.closed


def test_a_reader_that_stalls_is_dropped_without_looking_finished():
    site = Site()
    file = _download(site, 1_000_000)
    bridge = Bridge(site, FrontOptions(threads=1, body_patience=0.02))
    taken: list[dict[str, object]] = []

    async def stall() -> None:
        async def send(message: dict[str, object]) -> None:
            taken.append(message)
            if len(taken) > 2:
                await asyncio.get_running_loop().create_future()

        async def receive() -> dict[str, object]:
            await asyncio.get_running_loop().create_future()
            raise AssertionError

        await bridge(scope_of("/file"), receive, send)

    asyncio.run(stall())
    assert file.closed
    assert all(message.get("more_body") for message in taken[1:])


def test_what_waits_for_a_thread_is_bounded_and_given_up_when_the_client_leaves(monkeypatch):
    monkeypatch.setattr("klankbord.front.bridge._SOON_ANSWERED", 0)
    site, has_left = Site(), threading.Event()
    release = threading.Event()
    site.page("/slow", lambda _: (release.wait(60), b"done")[1])
    bridge = Bridge(site, FrontOptions(threads=1, waiting=1))

    async def crowd() -> None:
        first = asyncio.ensure_future(get(bridge, "/slow"))
        await asyncio.sleep(0)

        async def leave() -> dict[str, object]:
            has_left.set()
            return {"type": "http.disconnect"}

        impatient = asyncio.ensure_future(bridge.answer(scope_of("/slow"), leave))
        await asyncio.to_thread(has_left.wait, 60)
        with pytest.raises(TooBusyError):
            await get(bridge, "/slow")
        release.set()
        with pytest.raises(ClientGoneError):
            await impatient
        assert (await first).body == b"done"

    asyncio.run(crowd())
    assert site.times("/slow") == 1


def test_an_application_that_raises_frees_its_thread():
    site = Site()
    site.page("/bad", lambda _: 1 / 0)
    bridge = Bridge(site, FrontOptions(threads=1))

    async def twice() -> bytes:
        with pytest.raises(ZeroDivisionError):
            await get(bridge, "/bad")
        site.page("/", b"fine")
        return (await get(bridge, "/")).body

    assert asyncio.run(twice()) == b"fine"
    assert bridge.pool.outstanding == 0
