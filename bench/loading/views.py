"""The views of the serving bench."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from klankbord.live.shows import shows

_PAGE = b"<p>sounding board</p>" * 400 + b"END"


def empty(_request: HttpRequest) -> HttpResponse:
    """The least that Django can do."""
    return HttpResponse(b"END", headers={"Content-Length": "3"})


def kept(_request: HttpRequest) -> HttpResponse:
    """A page that is the same for everybody."""
    return shows(HttpResponse(_PAGE), "bench:page")


def audience(_request: HttpRequest) -> HttpResponse:
    """Everybody may listen."""
    return JsonResponse({"topics": ["bench:inbox"], "recheck_on": [], "listener": "bench"})


urlpatterns = [path("empty", empty), path("kept", kept), path("live/inbox", audience)]
