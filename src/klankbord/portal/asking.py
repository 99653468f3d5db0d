"""What the middleware found out about a request, with its types."""

from __future__ import annotations

from django.http import HttpRequest

from klankbord.people.models import Organisation


def organisation_of(request: HttpRequest) -> Organisation:
    """The organisation whose page is asked for."""
    organisation: Organisation = request.organisation  # type: ignore[attr-defined]  # set by OrganisationMiddleware
    return organisation
