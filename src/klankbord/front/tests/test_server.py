"""The embedded server on real sockets."""

from __future__ import annotations

import asyncio
import socket

import pytest

from klankbord.front.server import PortTakenError, WebServer, open_listener
from klankbord.front.tests.cast import Site, running
from tests.pace import ends_in_time


async def raw(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


class serving:  # noqa: N801 - reads as a sentence
    """A site behind a real server, for the length of a block."""

    def __init__(self, site: Site, **options: object) -> None:
        self._front = running(site, **options)._front

    async def __aenter__(self) -> WebServer:
        self.web = WebServer(self._front, open_listener("127.0.0.1", 0))
        self.web.start()
        return self.web

    async def __aexit__(self, *_: object) -> None:
        await self.web.stop()


def test_a_page_comes_through_the_whole_chain():
    site = Site()
    site.page("/hallo", lambda environ: environ["QUERY_STRING"].encode())

    async def run() -> bytes:
        async with serving(site) as web:
            return await raw(web.port, b"GET /hallo?a=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

    answer = asyncio.run(run())
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\na=1")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx y: 1\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: " + b"x" * 300_000 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\nhello",
    ],
)
def test_a_malformed_request_is_refused_and_never_reaches_django(request_: bytes):
    site = Site()

    async def run() -> bytes:
        async with serving(site) as web:
            try:
                return await raw(web.port, request_)
            except ConnectionResetError:
                return b"HTTP/1.1 400"

    assert asyncio.run(run()).split()[1] in (b"400", b"431")
    assert site.seen == []


def test_two_requests_smuggled_as_one_are_not_two():
    site = Site()
    smuggled = (
        b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 44\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
        b"0\r\n\r\nGET /admin HTTP/1.1\r\nhost: x\r\n\r\n"
    )

    async def run() -> None:
        async with serving(site) as web:
            await raw(web.port, smuggled)

    asyncio.run(run())
    assert site.times("/admin") == 0


def test_more_connections_than_the_backlog_are_served_at_once():
    site = Site()
    site.page("/", b"ok")

    async def run() -> int:
        async with serving(site) as web:
            lines = [await asyncio.open_connection("127.0.0.1", web.port) for _ in range(1_100)]
            answer = await raw(web.port, b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            for _, writer in lines:
                writer.close()
            return int(answer.split()[1])

    assert asyncio.run(run()) == 200


def test_stopping_is_quick_although_browsers_keep_their_lines_open():
    site = Site()
    site.page("/", b"ok")

    async def run() -> bool:
        async with serving(site) as web:
            lines = [await asyncio.open_connection("127.0.0.1", web.port) for _ in range(20)]
            for reader, writer in lines:
                writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                await reader.readuntil(b"ok")
            async with ends_in_time(1):
                ended = await web.stop()
            for _, writer in lines:
                writer.close()
            return ended

    assert asyncio.run(run())


def test_a_download_that_nobody_reads_does_not_keep_the_server_from_stopping():
    site = Site()
    site.page("/big", b"x" * 50_000_000)

    async def run() -> None:
        async with serving(site, drain=0.05) as web:
            line = socket.create_connection(("127.0.0.1", web.port))
            line.sendall(b"GET /big HTTP/1.1\r\nhost: x\r\n\r\n")
            await asyncio.to_thread(line.recv, 1)
            async with ends_in_time(1):
                await web.stop()
            line.close()

    asyncio.run(run())


def test_a_port_that_is_taken_is_said_in_a_sentence():
    with open_listener("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"Port {port} on 127.0.0.1 is in use by another program"):
            open_listener("127.0.0.1", port)


def test_an_address_of_another_machine_is_said_in_a_sentence():
    with pytest.raises(PortTakenError, match=r"^Cannot listen on 192.0.2.1 port 80\d\d"):
        open_listener("192.0.2.1", 8099)
    with pytest.raises(PortTakenError, match="is not an address of this machine"):
        open_listener("no.such.host.invalid", 8099)
