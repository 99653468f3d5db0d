"""The question that the front asks Django once for each live stream: what may this session hear?"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from klankbord.live.contract import OffersStream, checked_topic

QUESTION = "klankbord.live_question"
"""Key in the WSGI environment that only the front can set: no request header can become a key without `HTTP_`."""


def audience_view(offers: Iterable[OffersStream]) -> Callable[[HttpRequest, str], HttpResponse]:
    """The view for `path("live/<path:stream>", ...)`. It answers the front only; anybody else gets 404."""
    by_name = {offer.name: offer for offer in offers}

    def audience(request: HttpRequest, stream: str) -> HttpResponse:
        """Say as JSON which topics this session may hear on `stream` (`name` or `name/parameter`)."""
        name, _, parameter = stream.partition("/")
        offer = by_name.get(name)
        if offer is None or not request.META.get(QUESTION):
            raise Http404
        found = offer.audience(request, parameter)
        if found is None:
            raise Http404
        answer = {
            "topics": [checked_topic(topic) for topic in found.topics],
            "recheck_on": [checked_topic(topic) for topic in found.recheck_on],
            "listener": found.listener,
        }
        return JsonResponse(answer, headers={"Cache-Control": "no-store"})

    return audience
