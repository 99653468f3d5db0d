"""Who really asks, when proxies stand in between.

What a proxy says is only believed of proxies that the configuration names. From anybody else the same headers are taken
away, so that nothing behind the front can be misled by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from klankbord.front.asgi_types import Headers, Scope

_CLAIMS = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"})


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks that are believed; `everyone` for a server that can only be reached through its proxy."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    everyone: bool = False

    @classmethod
    def of(cls, names: Iterable[str]) -> TrustedProxies:
        """From `10.0.0.0/8`, `192.0.2.1`, `::1` or `*`.

        Raises:
            ValueError: a name is none of these.
        """
        named = tuple(names)
        return cls(tuple(ip_network(name, strict=False) for name in named if name != "*"), "*" in named)

    def trusts(self, address: str) -> bool:
        """Whether this address is one of ours."""
        if self.everyone:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self.networks)

    def see_through(self, scope: Scope) -> None:
        """Set `client` and `scheme` to what a trusted proxy says; take all such claims out of the headers."""
        headers: Headers = scope["headers"]
        if not any(name in _CLAIMS for name, _ in headers):
            return
        client = scope.get("client") or ("", 0)
        if self.trusts(client[0]):
            said = [value for name, value in headers if name == b"x-forwarded-for"]
            scope["client"] = (self._nearest_stranger(b",".join(said).decode("latin-1"), client[0]), 0)
            schemes = b",".join(value for name, value in headers if name == b"x-forwarded-proto").split(b",")
            scheme = schemes[-1].strip().lower()
            if scheme in (b"http", b"https"):
                scope["scheme"] = scheme.decode()
        scope["headers"] = [(name, value) for name, value in headers if name not in _CLAIMS]

    def _nearest_stranger(self, chain: str, nearest: str) -> str:
        """The address that the last trusted proxy saw; what stands before it could be made up by the client."""
        for said in reversed(chain.split(",")):
            hop = said.strip().strip("[]")
            try:
                ip_address(hop)
            except ValueError:
                return nearest
            nearest = hop
            if self.everyone or not self.trusts(hop):
                return hop
        return nearest
