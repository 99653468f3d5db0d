"""How the text of a setting becomes its value. Each raises ValueError with the end of a sentence for the operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_network
from urllib.parse import urlsplit

_HIGHEST_PORT = 65_535
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?\.?")


def truth(text: str) -> bool:
    """Yes or no."""
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off", ""):
        return False
    raise ValueError("write true or false")


def number(text: str) -> int:
    """A whole number above zero."""
    if not text.strip().isascii() or not text.strip().isdigit() or not int(text):
        raise ValueError("write a whole number above zero")
    return int(text)


def port(text: str) -> int:
    """A port; 0 for any that is free."""
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) > _HIGHEST_PORT:
        raise ValueError(f"write a port number, from 0 to {_HIGHEST_PORT}")
    return int(text)


def port_or_none(text: str) -> int | None:
    """A port, or None for an empty text."""
    return port(text) if text.strip() else None


def words(text: str) -> tuple[str, ...]:
    """Words between commas or spaces."""
    return tuple(word for word in text.replace(",", " ").split() if word)


def networks(text: str) -> tuple[str, ...]:
    """Addresses and networks (`192.0.2.1`, `10.0.0.0/8`, `::1`), or `*` for all."""
    found = words(text)
    for name in found:
        if name != "*":
            try:
                ip_network(name, strict=False)
            except ValueError:
                raise ValueError(f"{name} is not an address such as 127.0.0.1 or 10.0.0.0/8") from None
    return found


def inside(text: str) -> tuple[str, ...]:
    """Addresses and networks, and names of hosts."""
    found = words(text)
    for name in found:
        try:
            ip_network(name, strict=False)
        except ValueError:
            if not _HOST.fullmatch(name) or name.replace(".", "").isdigit():
                raise ValueError(f"{name} is no address, network or name of a host") from None
    return found


def one_of(*known: str) -> Callable[[str], str]:
    """One of these words, in any case of letters; answered as it is written here."""
    by_lower = {word.lower(): word for word in known}

    def read(text: str) -> str:
        try:
            return by_lower[text.strip().lower()]
        except KeyError:
            names = ", ".join(word or "nothing" for word in known)
            raise ValueError(f"write one of: {names}") from None

    return read


def address_of(*schemes: str) -> Callable[[str], str]:
    """An address that begins with one of these schemes, or nothing. It may hold a password, so it is never repeated."""

    def read(text: str) -> str:
        if not text.strip():
            return ""
        try:
            parts = urlsplit(text.strip())
            is_good = parts.scheme in schemes and (parts.port or True)
        except ValueError:
            is_good = False
        if not is_good:
            raise ValueError(f"write an address that begins with {schemes[0]}://, or nothing")
        return text.strip()

    return read
