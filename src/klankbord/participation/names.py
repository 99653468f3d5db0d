"""Names that people give themselves in public: what is taken out of them, and what nobody can be called."""

from __future__ import annotations

from klankbord.design.writing import is_blank, without_directions
from klankbord.people.models import Membership, Organisation
from klankbord.understanding.spam_features import readable

LONGEST_NAME = 40


def tidy_name(text: str) -> str:
    """The name without line ends, and without signs that nobody sees or that turn what stands beside it around."""
    visible = "".join(sign for sign in without_directions(text) if sign.isprintable() or sign.isspace())
    name = " ".join(visible.split())[:LONGEST_NAME].strip()
    return "" if is_blank(name) else name


def is_the_houses(organisation: Organisation, name: str) -> bool:
    """Whether it reads as the organisation's own name or a colleague's: as that, nobody else may speak."""
    wanted = _as_read(name)
    if not wanted:
        return False
    working = Membership.objects.of(organisation).active().values_list("user__name", flat=True)
    return any(_as_read(each) == wanted for each in (organisation.name, *working))


def _as_read(name: str) -> str:
    return "".join(sign for sign in readable(name).casefold() if sign.isalnum())
