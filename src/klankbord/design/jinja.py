"""The Jinja2 environment of all pages: named in the settings as `klankbord.design.jinja.environment`."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import get_urlconf, reverse
from django.utils import translation
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from klankbord.design import arcs, faces, icons, moments, writing

_VARIANT = "-formal"


def language() -> str:
    """The active language as HTML writes it; the form of address (`nl-formal`) is a catalogue and no language."""
    return (translation.get_language() or "en").removesuffix(_VARIANT)


def static(path: str) -> str:
    """The address of a static file, with a hash of its content (Django's own tag first looks which apps there are)."""
    return staticfiles_storage.url(path)


def static_plain(path: str) -> str:
    """The address of a static file without a hash in its name.

    Style sheets name their fonts relative to themselves, so without a hash; a preload has to name the very same
    address, or the browser fetches the font twice.
    """
    return urljoin(settings.STATIC_URL, path)


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named route, with positional or named parts but not both."""
    return _reverse(get_urlconf(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _reverse(_urlconf: object, name: str, args: tuple[object, ...], kwargs: tuple[tuple[str, object], ...]) -> str:
    """A page has dozens of addresses, most of them the same as on the page before."""
    return reverse(name, args=args or None, kwargs=dict(kwargs) or None)


@pass_context
def csrf_field(context: Context) -> Markup:
    """The hidden field that proves a form is ours; for each form that posts. Macros cannot reach it."""
    return Markup(context.get("csrf_input", ""))  # noqa: S704 - comes from Django


def environment(**options: Any) -> Environment:
    """An environment with escaping on, translation, and the globals and filters that docs/design.md lists."""
    extensions = [*options.pop("extensions", ())]
    if "jinja2.ext.i18n" not in extensions:
        extensions.append("jinja2.ext.i18n")
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    made = Environment(**{**options, "autoescape": True, "extensions": extensions})  # noqa: S701 - escaping is on
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(
        static=static,
        static_plain=static_plain,
        url=url,
        csrf_field=csrf_field,
        language=language,
        is_right_to_left=translation.get_language_bidi,
        face=faces.face_svg,
        face_from_parts=faces.face_from_parts,
        face_parts=faces.face_parts,
        icon=icons.icon,
        logo=arcs.logo,
        rings=arcs.rings,
        promise_ring=arcs.promise_ring,
        share_used=moments.share_used,
        urgency=moments.urgency,
        typed_words=writing.typed_words,
    )
    made.filters.update(
        ago=moments.ago,
        day=moments.day,
        last_day=moments.last_day,
        clock_time=moments.clock_time,
        hour=moments.hour,
        moment=moments.moment_in_words,
        duration=moments.duration,
        length_of_time=moments.length,
        phone_link=writing.phone_link,
        plain_paragraphs=writing.plain_paragraphs,
    )
    return made
