"""Addresses to which a form is sent, opened as a page: by a reload, the Back button, or another language."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers, patch_vary_headers

Respond = Callable[[HttpRequest], HttpResponse]


class OnlySentMiddleware:
    """Brings a person who opens such an address to the page that it belongs to, or says kindly where they are.

    Whoever asks for anything but a page (a script, a feed reader) hears 405 as HTTP has it.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._respond(request)
        if not isinstance(response, HttpResponseNotAllowed) or not _wants_a_page(request):
            return response
        page = _page_above(request.path)
        kind: HttpResponse = HttpResponseRedirect(page) if page else render(request, "405.html", status=405)
        if not page:
            kind.headers["Allow"] = response.headers["Allow"]
        add_never_cache_headers(kind)
        patch_vary_headers(kind, ["Accept"])
        return kind


def _wants_a_page(request: HttpRequest) -> bool:
    accepts = request.headers.get("Accept", "")
    return request.method == "GET" and "text/html" in accepts and "HX-Request" not in request.headers


def _page_above(path: str) -> str:
    """`/ideas/5/` for `/ideas/5/vote/`; empty where nothing but the home page is above it."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    while above != "/":
        try:
            resolve(above)
        except Resolver404:
            above = above.rstrip("/").rpartition("/")[0] + "/"
        else:
            return above
    return ""
