"""What an action refuses and no view turned into a sentence: a page that says it, instead of an error of ours."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from klankbord.conversations.refusals import Refused
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.taking_part import cannot


class RefusedMiddleware:
    """A view says a refusal where it belongs, at its field; this is for the one that it did not think of."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The sentence of a refusal, with what was typed; None for everything else, which is an error."""
        if not isinstance(exception, Refused):
            return None
        return cannot(request, str(exception.sentence), status=404 if isinstance(exception, NoLongerThere) else 422)
