"""Atom (RFC 4287) for any public list: whoever follows with a feed reader needs no mail and no account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

from klankbord.participation.posting import public_url
from klankbord.people.models import Organisation

TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_NO_SIGNS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
"""What XML 1.0 cannot hold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed.

    Attributes:
        path: Where it stands; its address is also its id, which therefore never changes.
        title: In plain words.
        html: What it says, as safe HTML.
        updated: When it last changed in a way that a reader would want to know.
        published: When it was first there.
        author: Whose it is, as everybody may see them.
        categories: Words to sort it by, such as its status.
    """

    path: str
    title: str
    html: str
    updated: datetime
    published: datetime
    author: str = ""
    categories: tuple[str, ...] = ()


def atom(
    *,
    organisation: Organisation,
    title: str,
    path: str,
    page: str,
    entries: Sequence[Entry],
    subtitle: str = "",
) -> HttpResponse:
    """A feed of these entries, newest first.

    Args:
        organisation: Whose pages these are.
        title: What it is a list of.
        path: Where the feed itself is.
        page: Where people read the same list.
        entries: At most some dozens.
        subtitle: A sentence about it.
    """
    feed = Element("feed", xmlns=_ATOM)
    _text(feed, "title", f"{title} · {organisation.name}")
    if subtitle:
        _text(feed, "subtitle", subtitle)
    _text(feed, "id", public_url(organisation, path))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=public_url(organisation, path))
    SubElement(feed, "link", rel="alternate", type="text/html", href=public_url(organisation, page))
    newest = max((each.updated for each in entries), default=organisation.created_at)
    _text(feed, "updated", newest.isoformat())
    _text(SubElement(feed, "author"), "name", organisation.name)
    for each in entries:
        _entry(feed, each, organisation)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")
    return HttpResponse(body, content_type=TYPE)


def _entry(feed: Element, each: Entry, organisation: Organisation) -> None:
    address = public_url(organisation, each.path)
    entry = SubElement(feed, "entry")
    _text(entry, "title", each.title)
    _text(entry, "id", address)
    SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    _text(entry, "updated", each.updated.isoformat())
    _text(entry, "published", each.published.isoformat())
    if each.author:
        _text(SubElement(entry, "author"), "name", each.author)
    for category in each.categories:
        SubElement(entry, "category", term=category)
    content = SubElement(entry, "content", type="html")
    content.text = each.html.translate(_NO_SIGNS)


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = words.translate(_NO_SIGNS)
