"""Which addresses lie outside: everything that is not this machine, its network, or set apart for another purpose.

Sources: the registries of special-purpose addresses of IANA (RFC 6890, through Python's `ipaddress`), and the ways in
which an IPv6 address carries an IPv4 one: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo
(RFC 4380), ISATAP (RFC 5214). A carried address is judged as itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637; younger than some Pythons


def is_outside(address: Address) -> bool:
    """Whether this address, and each that it carries, is one of the public internet."""
    return all(_is_public(each) for each in (address, *_carried(address)))


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or address in _NAT64:
            return True  # what it carries decides
        if address.is_site_local or address in _DOCUMENTATION:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: Address) -> Iterator[IPv4Address]:
    if isinstance(address, IPv4Address):
        return
    if address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


@dataclass(frozen=True, slots=True)
class Inside:
    """What stands inside and may be reached all the same, by the word of who runs this machine.

    Attributes:
        networks: Every address in one of these.
        names: Hosts as they are typed, in lower case: whatever they lead to.
    """

    networks: tuple[Network, ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Inside:
        """Out of addresses, networks (`10.0.0.0/8`) and names (`mail.intern.example`)."""
        networks, names = [], set()
        for entry in entries:
            try:
                networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                names.add(_plain(entry))
        return cls(tuple(networks), frozenset(names))

    def names_host(self, host: str) -> bool:
        """Whether this very name is one of them."""
        return _plain(host) in self.names

    def holds(self, address: Address) -> bool:
        """Whether it is in one of the networks, as it stands or as the IPv4 address that it is mapped from."""
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return any(each in network for each in (address, mapped) if each for network in self.networks)


NOTHING_INSIDE = Inside()
ANYWHERE = Inside.of(["0.0.0.0/0", "::/0"])
"""For addresses that the operator typed: those need no guarding."""


def read_address(text: str) -> Address:
    """The address of a resolved name, without the zone that a link-local one has."""
    return ip_address(text.partition("%")[0])


def _plain(host: str) -> str:
    return host.strip().rstrip(".").lower()
