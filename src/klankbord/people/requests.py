"""What the middleware adds to every request, so that views and type checkers know."""

from __future__ import annotations

from django.http import HttpRequest

from klankbord.people.models import Membership, Organisation


class HouseRequest(HttpRequest):
    """A request for one organisation's page. `membership` is None for whoever does not work there."""

    organisation: Organisation
    membership: Membership | None
