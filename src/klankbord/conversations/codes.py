"""Public codes of six digits, easy to say on the phone, that open nothing by themselves.

Five random digits and a check digit by Damm's algorithm (H. M. Damm, 2004), which catches every single wrong digit and
every swap of two neighbours.
"""

from __future__ import annotations

import secrets

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def new_code() -> str:
    """A random code; whether it is free is for the caller to see."""
    digits = f"{secrets.randbelow(100_000):05d}"
    return f"{digits}{_check_digit(digits)}"


def is_code(text: str) -> bool:
    """Whether `text` is a well-formed code: catches what was misheard or mistyped."""
    return len(text) == 6 and text.isascii() and text.isdigit() and _check_digit(text) == 0


def read_code(text: str) -> str | None:
    """The code in what someone typed or dictated (`204 518`, `204-518.`), or None."""
    digits = "".join(character for character in text if character.isdigit())
    return digits if is_code(digits) else None


def spoken(code: str) -> str:
    """As it is shown and said: `204 518`."""
    return f"{code[:3]} {code[3:]}"
