"""The contact form: no account, no puzzle, and stored before anybody is thanked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from klankbord.channels.models import Channel
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.models import ConversationKind
from klankbord.limits import Limit, allow_from, network_places
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of
from klankbord.people.simple_view import is_simple
from klankbord.portal.actions import SentFile, form_channel, take_in_form
from klankbord.portal.forms import ContactForm
from klankbord.portal.spam import signs_of_spam
from klankbord.portal.stamp import Stamp, new_stamp, read_stamp
from klankbord.portal.twice import first_number, what_it_became
from klankbord.portal.words import promise_in_words

FROM_ONE_ADDRESS = Limit("form-address", 20, timedelta(hours=1))
FROM_ONE_NETWORK = Limit("form-network", 100, timedelta(hours=1))
"""A school or the library's own computers are many people behind one address."""
_PATH = re.compile(r"/[A-Za-z0-9/_-]{0,100}")
TRAP = "website"
"""The field that no person sees."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """`/contact/`, with `?kind=` for a choice already made."""
    organisation = organisation_of(request)
    channel = form_channel(organisation)
    if channel is None:
        return render(request, "portal/no_form.html")
    if request.method == "POST":
        return _take(request, organisation, channel)
    kind = request.GET.get("kind", "")
    if is_simple(request) and kind not in ContactForm.kinds():
        return render(request, "portal/contact_kind.html", {"kinds": _kinds(), "about": request.GET.get("about", "")})
    start = {"kind": kind if kind in ContactForm.kinds() else "", "subject": _about(request.GET.get("about", ""))}
    form = ContactForm(initial=start)
    return _page(request, form, new_stamp())


def _about(path: str) -> str:
    """The subject of a reaction to one of our pages; nothing for what cannot be a path of ours."""
    if not _PATH.fullmatch(path):
        return ""
    return _("About the page %(path)s") % {"path": path}


def _take(request: HttpRequest, organisation: Organisation, channel: Channel) -> HttpResponse:
    form = ContactForm(request.POST, request.FILES)
    sent = request.POST.get("stamp", "")
    stamp = read_stamp(sent)
    if not form.is_valid():
        return _page(request, form, sent if stamp else new_stamp(again=True), status=422)
    why_wait = _why_wait(stamp)
    if stamp is None or why_wait:
        return _page(request, form, new_stamp(again=True), pause=why_wait, status=422)
    if not may_send(request, organisation):
        return _page(request, form, sent, pause=too_many(organisation), status=429)
    found = form.cleaned_data
    signs = signs_of_spam(
        trap=request.POST.get(TRAP, ""),
        name=found["name"],
        subject=found["subject"],
        text=found["text"],
        own_host=organisation.host,
        organisation_id=organisation.pk,
    )
    fields, files = _fields(stamp, found), sent_files(found["attachments"])
    place, _network = network_places(request.META.get("REMOTE_ADDR", ""))
    fields["id"] = first_number(stamp.number, organisation=organisation, place=place, fields=fields, files=files)
    message = what_it_became(fields["id"], organisation=organisation) if fields["id"] != stamp.number else None
    message = message or take_in_form(
        channel=channel, fields=fields, files=files, envelope={"spam": signs} if signs else {}
    )
    if message is None:
        return redirect("portal:received")
    return redirect("portal:thanks", token=new_private_link(conversation=message.conversation))


def _fields(stamp: Stamp, found: dict[str, Any]) -> dict[str, str]:
    """What goes into the raw bytes: nothing that differs between two clicks on the same form."""
    return {
        "id": stamp.number,
        "kind": found["kind"],
        "subject": found["subject"],
        "text": found["text"],
        "name": found["name"],
        "address": found["email"] or found["phone"],
        "phone": found["phone"] if found["email"] else "",
        "language": (get_language() or "")[:2],
    }


def _why_wait(stamp: Stamp | None) -> str:
    """A calm sentence when the form cannot be taken in as it came; empty when it can."""
    if stamp is None or stamp.is_too_old:
        return _("This page was open for a long time. Check your message and send it again.")
    if stamp.is_too_fast:
        return _("That went very fast. Check your message and send it again.")
    return ""


def may_send(request: HttpRequest, organisation: Organisation) -> bool:
    """Whether one more message may come from where this request comes from."""
    return allow_from(request.META.get("REMOTE_ADDR", ""), FROM_ONE_ADDRESS, FROM_ONE_NETWORK, organisation.pk)


def too_many(organisation: Organisation) -> str:
    """What to say when it may not."""
    if organisation.phone:
        return _("Many messages came from your network. Try again in an hour, or call %(phone)s.") % {
            "phone": organisation.phone
        }
    return _("Many messages came from your network. Try again in an hour.")


def sent_files(files: list[UploadedFile[Any]]) -> list[SentFile]:
    """The uploaded files with their content."""
    return [(each.name or "", each.content_type or "application/octet-stream", each.read()) for each in files]


def _page(request: HttpRequest, form: ContactForm, stamp: str, *, pause: str = "", status: int = 200) -> HttpResponse:
    organisation = organisation_of(request)
    context = {
        "form": form,
        "stamp": stamp,
        "pause": pause,
        "had_files": bool(request.FILES),
        "kinds": _kinds(),
        "is_chosen": is_simple(request) and form["kind"].value() in ContactForm.kinds(),
        "promise": promise_in_words(organisation),
    }
    return render(request, "portal/contact.html", context, status=status)


def _kinds() -> list[dict[str, str]]:
    kind = ConversationKind
    return [
        {
            "value": kind.QUESTION.value,
            "label": _("A question"),
            "icon": "question",
            "hint": _("You want to know something."),
        },
        {
            "value": kind.PROBLEM.value,
            "label": _("A problem"),
            "icon": "warning",
            "hint": _("Something does not work."),
        },
        {
            "value": kind.COMPLAINT.value,
            "label": _("A complaint"),
            "icon": "note",
            "hint": _("We did something wrong."),
        },
        {"value": kind.COMPLIMENT.value, "label": _("A compliment"), "icon": "heart", "hint": _("It makes our day.")},
        {"value": kind.IDEA.value, "label": _("An idea"), "icon": "idea", "hint": _("It can be better.")},
    ]


@never_cache
@require_http_methods(["GET", "HEAD"])
def received(request: HttpRequest) -> HttpResponse:
    """`/contact/received/`: it is stored, but its code is not known yet."""
    return render(request, "portal/received.html")
