"""Forms on pages that are the same for everybody hold no token; they are only taken from a page of this very site.

Browsers say where a form stood: `Sec-Fetch-Site` (all current ones), `Origin` (every POST of the last ten years), or
`Referer`. Who says nothing at all is no browser that somebody else's page could misuse: without any of the three there
is no cookie either in a cross-site POST, as ours are `SameSite=Lax`. The rule of Go's `CrossOriginProtection`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt

type View = Callable[..., HttpResponse]


def is_same_origin(request: HttpRequest) -> bool:
    """Whether this request came from a page of the same host, or from no page at all."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site in ("same-origin", "none")
    source = request.headers.get("Origin", "") or request.headers.get("Referer", "")
    if not source:
        return True
    try:
        return urlsplit(source).netloc.lower() == request.get_host().lower()
    except ValueError:  # no address at all, such as `http://[`
        return False


def is_own_path(target: str) -> bool:
    """Whether one may be sent on to `target`: only to a path of this very site, never to another site."""
    return target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)


def same_origin(view: View) -> View:
    """Refuse what another site's page sends; takes the place of Django's token check for this view."""

    @wraps(view)
    @csrf_exempt
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "OPTIONS") and not is_same_origin(request):
            return render(request, "403.html", status=403)
        return view(request, *args, **kwargs)

    return guarded
