"""Asking a service whose address somebody typed, over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from klankbord.outbound.addresses import Inside
from klankbord.outbound.connecting import checked_addresses

if TYPE_CHECKING:
    import httpx


def http_client(*, inside: Inside, timeout: float) -> httpx.Client:
    """A client that connects to checked addresses only and follows no redirect; `timeout` in seconds for each step.

    It takes no proxy from the environment: a proxy would look the name up itself, after we did. Asking raises
    `LeadsInside` or another `OSError` while the name is looked up, and `httpx.HTTPError` after that.
    """
    import httpcore  # noqa: PLC0415 - both take as long to load as Django, and most houses need neither
    import httpx  # noqa: PLC0415

    class Guarded(httpcore.SyncBackend):
        def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore.NetworkStream:
            *others, last = checked_addresses(host, port, inside=inside)
            for address in others:
                try:
                    return super().connect_tcp(address, port, timeout, local_address, socket_options)
                except (httpcore.ConnectError, httpcore.ConnectTimeout):
                    continue
            return super().connect_tcp(last, port, timeout, local_address, socket_options)

    transport = httpx.HTTPTransport(trust_env=False)
    # The certificate is still asked for under the name in the address, whatever the connection is made to.
    transport._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=Guarded())
    return httpx.Client(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)
