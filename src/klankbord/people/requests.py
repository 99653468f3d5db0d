"""What the middleware adds to every request, so that views and type checkers know."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from klankbord.people.models import Membership, Organisation, Person


class HouseRequest(HttpRequest):
    """A request for one organisation's page.

    Attributes:
        membership: Who looks, when they work there and are signed in; else None.
        person: Who looks, as others see them in public: a visitor who confirmed an address in this browser, or the
            member of staff; else None. Always the canonical row.
    """

    organisation: Organisation
    membership: Membership | None
    person: Person | None


def house(request: HttpRequest) -> HouseRequest:
    """The same request, with what the middleware found out about it."""
    return cast("HouseRequest", request)


def organisation_of(request: HttpRequest) -> Organisation:
    """The organisation whose page is asked for."""
    return house(request).organisation


def person_of(request: HttpRequest) -> Person | None:
    """Who looks, as far as others know them in public; None for a stranger."""
    return getattr(request, "person", None)


def membership_of(request: HttpRequest) -> Membership | None:
    """The member of staff who looks, or None."""
    return getattr(request, "membership", None)
