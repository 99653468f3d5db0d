"""The few sentences that the front says itself, when a request never reaches Django."""

from __future__ import annotations

from html import escape

from django.utils import translation
from django.utils.translation import gettext as _

from klankbord.front.asgi_types import Headers, Scope


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


def _language_of(scope: Scope) -> str:
    accept = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    for part in accept[:200].decode("latin-1").split(","):
        language = part.split(";")[0].strip().lower().split("-")[0]
        if language.isascii() and language.isalpha() and translation.check_for_language(language):
            return language
    return "nl"


def refusal(scope: Scope, status: int) -> tuple[Headers, bytes]:
    """Headers and body of a small page that says in the reader's language why there is nothing more."""
    language = _language_of(scope)
    with translation.override(language):
        title, sentence = _words_for(status)
    body = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><main><h1>{escape(title)}</h1><p>{escape(sentence)}</p></main></html>"
    ).encode()
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
