"""The mailboxes: what is asked of each, trying it, and giving permission at a provider."""

from __future__ import annotations

import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.channels.adapters.email import oauth, settings_form
from klankbord.channels.dispatch import keeps_outbox
from klankbord.channels.mailboxes.trying import try_mailbox
from klankbord.channels.models import Channel
from klankbord.channels.secrets import CannotUnseal, unseal
from klankbord.channels.shadow import copy_address
from klankbord.channels.telling import in_words
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.actions.channels import change_channel, connect_mailbox_for, open_mailbox
from klankbord.office.forms.channel import ChannelForm
from klankbord.office.forms.house import MailboxForm
from klankbord.office.frame import office_page
from klankbord.office.refusals import Refused
from klankbord.people.models import Role
from klankbord.signin.mail import absolute

_CONSENT = "office.consent"


@require_safe
@for_staff(Role.ADMINISTRATOR)
def channels(request: StaffRequest) -> HttpResponse:
    """All mailboxes, with what is wrong with them."""
    rows = Channel.objects.visible_to(request.membership).filter(kind="email").order_by("name", "pk")
    return office_page(
        request, "office/channels.html", {"channels": rows, "in_words": in_words}, place="office:channels"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def new_mailbox(request: StaffRequest) -> HttpResponse:
    """One more mailbox: its name and address come first."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_mailbox(organisation=request.organisation, by=request.membership, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("address", str(refusal))
        else:
            return redirect("office:channel", made.pk)
    return office_page(request, "office/new_channel.html", {"form": form}, place="office:channels")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.ADMINISTRATOR)
def channel(request: StaffRequest, pk: int) -> HttpResponse:
    """One mailbox. When another way was chosen, the page first comes back with what that way needs."""
    found = _channel(request, pk)
    kept = _kept_secrets(found)
    form = ChannelForm(request.POST or None, channel=found, asked=settings_form.FORM, kept=kept)
    if request.method == "POST":
        if form.missing():
            start = {name: request.POST[name] for name in form.fields if name in request.POST}
            form = _with_new_ways(found, kept, start)
        elif form.is_valid():
            values = form.cleaned_data
            change_channel(
                channel=found,
                name=values["name"],
                is_active=values["is_active"],
                settings=form.settings(),
                secrets=form.secrets(),
                by=request.membership,
            )
            messages.success(request, _("Saved. Try it now, to be sure that it works."))
            return redirect("office:channel", pk)
    return _show(request, found, form)


def _with_new_ways(found: Channel, kept: frozenset[str], chosen: dict[str, Any]) -> ChannelForm:
    """The form for the ways just chosen, not yet judged."""
    shown = Channel(pk=found.pk, name=found.name, is_active=found.is_active, settings={**found.settings, **chosen})
    form = ChannelForm(channel=shown, asked=settings_form.FORM, kept=kept)
    form.initial = {
        **form.initial,
        "name": chosen.get("name", found.name),
        "is_active": "is_active" in chosen,
    }
    return form


def _show(request: StaffRequest, found: Channel, form: ChannelForm, **more: Any) -> HttpResponse:
    context = {
        "channel": found,
        "form": form,
        "copies_to": copy_address(found),
        "is_permitted": bool(found.settings.get("oauth_connected_at")),
        "asks_permission": found.settings.get("auth") == "oauth",
        "callback": _callback(request),
        "keeps_outbox": keeps_outbox(),
        "in_words": in_words,
        **more,
    }
    return office_page(request, "office/channel.html", context, place="office:channels")


@require_POST
@for_staff(Role.ADMINISTRATOR)
def try_channel(request: StaffRequest, pk: int) -> HttpResponse:
    """Really connect, in and out, and say how it went."""
    found = _channel(request, pk)
    form = ChannelForm(channel=found, asked=settings_form.FORM, kept=_kept_secrets(found))
    return _show(request, found, form, findings=try_mailbox(found))


@require_POST
@for_staff(Role.ADMINISTRATOR)
def connect(request: StaffRequest, pk: int) -> HttpResponse:
    """Lead the administrator to the provider, to give permission there."""
    found = _channel(request, pk)
    state, verifier = secrets.token_urlsafe(24), oauth.new_verifier()
    try:
        provider = oauth.provider_of(found.all_settings)
        address = oauth.authorize_url(
            provider, redirect_uri=_callback(request), state=state, verifier=verifier, login_hint=found.address
        )
    except (oauth.OAuthTrouble, CannotUnseal) as trouble:
        messages.error(request, in_words(getattr(trouble, "explanation", str(trouble))))
        return redirect("office:channel", pk)
    request.session[_CONSENT] = {"state": state, "verifier": verifier, "channel": found.pk}
    # A link and not a redirect: what a form leads to must be on this site (`form-action 'self'`).
    context = {"channel": found, "address": address, "host": urlsplit(address).hostname}
    return office_page(request, "office/permission.html", context, place="office:channels")


@require_safe
@for_staff(Role.ADMINISTRATOR)
def connected(request: StaffRequest) -> HttpResponse:
    """The administrator comes back from the provider, with permission or without."""
    asked = request.session.pop(_CONSENT, None)
    if asked is None or not hmac.compare_digest(asked["state"].encode(), request.GET.get("state", "").encode()):
        raise Http404
    found = _channel(request, asked["channel"])
    try:
        if "code" not in request.GET:
            raise oauth.OAuthTrouble("The provider gave no permission.", request.GET.get("error", ""))
        connect_mailbox_for(
            channel=found,
            code=request.GET["code"],
            redirect_uri=_callback(request),
            verifier=asked["verifier"],
            by=request.membership,
        )
    except oauth.OAuthTrouble as trouble:
        messages.error(request, in_words(trouble.explanation))
    else:
        messages.success(request, _("The mailbox is connected."))
    return redirect("office:channel", found.pk)


def _channel(request: StaffRequest, pk: int) -> Channel:
    return get_object_or_404(Channel.objects.visible_to(request.membership).filter(kind="email"), pk=pk)


def _callback(request: StaffRequest) -> str:
    return absolute(request.organisation, reverse("office:channel_connected"))


def _kept_secrets(found: Channel) -> frozenset[str]:
    try:
        return frozenset(unseal(found.sealed))
    except CannotUnseal:
        return frozenset()
