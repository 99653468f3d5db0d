"""The few sentences that the front says itself, when a request never reaches Django."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from klankbord.design.arcs import logo, rings
from klankbord.design.writing import phone_link
from klankbord.front.asgi_types import Headers, Scope
from klankbord.people.known_houses import last_known

if TYPE_CHECKING:
    from klankbord.people.models import Organisation


def _words_for(status: int) -> tuple[str, str]:  # noqa: PLR0911 - a table, written so that gettext finds its words
    if status == 413:
        return _("This is too large"), _("What you sent is larger than we can take. Please send less or smaller files.")
    if status == 503:
        return _("One moment please"), _("It is very busy here. Please try again in a few seconds.")
    if status == 500:
        return _("Something went wrong"), _("The fault is ours, not yours. Please try again later.")
    if status == 408:
        return _("That took too long"), _("We did not receive everything that you sent. Please try again.")
    if status == 404:
        return _("Nothing here"), _("There is nothing at this address.")
    if status == 429:
        return _("Too many windows"), _("You have this open in too many windows. Please close some.")
    return _("We did not understand this"), _("Your browser sent something that we cannot read.")


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value for name, value in scope["headers"] if name == wanted), b"").decode("latin-1")


def _language_of(scope: Scope) -> str:
    for part in _header(scope, b"accept-language")[:200].split(","):
        language = part.split(";")[0].strip().lower().split("-")[0]
        if language in dict(settings.LANGUAGES):
            return language
    return "nl"


def _page(language: str, house: Organisation | None, title: str, sentence: str) -> str:
    """In the dress of all pages, but made without templates: this must still work when they do not."""
    phone = phone_link(house.phone) if house and house.phone else ""
    called = f"<p>{escape(_('Would you rather call?'))} {phone}</p>" if phone else ""
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(title)}</title>{_styles()}'
        f'<header class="page masthead"><a class="name" href="/">{logo()}<span>'
        f"{escape(house.name) if house else 'Klankbord'}</span></a></header>"
        f'<main class="narrow"><div class="empty">{rings()}<h1>{escape(title)}</h1><p>{escape(sentence)}</p>'
        f"{called}</div></main></html>"
    )


def _styles() -> str:
    places = (urljoin(settings.STATIC_URL, f"design/{name}.css") for name in ("tokens", "base", "components"))
    return "".join(f'<link rel="stylesheet" href="{place}">' for place in places)


def refusal(scope: Scope, status: int) -> tuple[Headers, bytes]:
    """Headers and body of a small page that says in the reader's language why there is nothing more."""
    language = _language_of(scope)
    house = last_known(_header(scope, b"host"))
    with translation.override(house.speaks(language) if house else language):
        body = _page(language, house, *_words_for(status)).encode()
    headers: Headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status in (429, 503):
        headers.append((b"retry-after", b"5"))
    if status in (400, 408, 413):
        headers.append((b"connection", b"close"))  # the rest of the body is not going to be read
    return headers, body
