"""Opening a connection to a host that somebody typed.

All addresses of its name are looked at first; one that leads inside is enough to refuse. Then the connection is made to
an address that was looked at, not to the name: asked a second time, the name could lead elsewhere (DNS rebinding).
"""

from __future__ import annotations

import socket

from klankbord.outbound.addresses import Inside, is_outside, read_address


class LeadsInside(OSError):
    """The host is one of this machine, its network, or no address of the internet at all."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} leads inside our own network")
        self.host = host


def checked_addresses(host: str, port: int, *, inside: Inside) -> list[str]:
    """The addresses of `host`, each of which may be connected to.

    Raises:
        LeadsInside: one of them may not.
        OSError: the name is not known (`socket.gaierror`), or is no name.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # an empty label, or one that is too long
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
    addresses = list(dict.fromkeys(str(place[0]) for _, _, _, _, place in found))
    if not inside.names_host(host):
        for each in addresses:
            address = read_address(each)
            if not (inside.holds(address) or is_outside(address)):
                raise LeadsInside(host)
    return addresses


def connect(host: str, port: int, *, timeout: float | None, inside: Inside) -> socket.socket:
    """A connection to the first of its addresses that answers.

    Raises:
        LeadsInside: it is not a host of the internet, and the operator did not allow it.
        OSError: none answers.
    """
    failure: OSError | None = None
    for address in checked_addresses(host, port, inside=inside):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    assert failure is not None  # getaddrinfo gives at least one address, or raises
    raise failure
