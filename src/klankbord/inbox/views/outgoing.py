"""Outgoing mail: what was sent last, how it went, and how it looks to who gets it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from klankbord.channels.dispatch import outbound_message
from klankbord.channels.models import Dispatch
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.inbox.formatted import framed, with_images
from klankbord.inbox.pages import read_frame
from klankbord.inbox.reading import delivery_of
from klankbord.people.models import Role

MOST = 50


@require_GET
@for_staff(role=Role.LEAD)
def show_outgoing(request: StaffRequest) -> HttpResponse:
    """The last mails; `?mail=<id>` opens one."""
    rows = Dispatch.objects.visible_to(request.membership).order_by("-created_at", "-id")
    values = rows.values(
        "id", "recipient", "purpose", "state", "last_error", "created_at", "finished_at", "said__conversation_id",
        "message__subject", "message__sender__name",
    )  # fmt: skip
    mails = [_listed({**each}) for each in values[:MOST]]
    number = request.GET.get("mail", "")
    opened = _opened(request, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    context = {"mails": mails, "opened": opened, "back_url": reverse("inbox:outgoing" if opened else "inbox:list")}
    return render(request, "inbox/outgoing.html", read_frame(request, place="outgoing").context | context)


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    purpose = Dispatch.Purpose(values["purpose"]).label
    return values | {"delivery": delivery_of(values["state"], values["last_error"]), "purpose": purpose}


def _opened(request: StaffRequest, pk: int) -> dict[str, Any]:
    dispatch = get_object_or_404(Dispatch.objects.visible_to(request.membership), pk=pk)
    message = dispatch.message
    return {
        "dispatch": dispatch,
        "delivery": delivery_of(dispatch.state, dispatch.last_error),
        "sender": message["sender"],
        "to": message["to"],
        "subject": message["subject"],
        "text": message["text"] if may_be_read(dispatch) else "",
        "reply_to": message.get("reply_to") or "",
        "has_html": bool(message.get("html")) and may_be_read(dispatch),
        "is_secret": not may_be_read(dispatch),
    }


def may_be_read(dispatch: Dispatch) -> bool:
    """Whether staff may look into it: only the demo shows a mail that opens somebody else's account."""
    return dispatch.purpose not in Dispatch.OPENS_AN_ACCOUNT or settings.OPTIONS.outbox == "keep"


@require_GET
@for_staff(role=Role.LEAD)
def mail(request: StaffRequest, pk: int) -> HttpResponse:
    """The formatted part as the customer sees it, for a sandboxed frame."""
    dispatch = get_object_or_404(Dispatch.objects.visible_to(request.membership), pk=pk)
    html = dispatch.message.get("html")
    if not html or not may_be_read(dispatch):
        raise Http404
    pictures = [(each.content_id, each.content) for each in outbound_message(dispatch).attachments if each.content_id]
    return framed(HttpResponse(with_images(html.replace('src="cid:', 'data-cid="'), pictures)))
