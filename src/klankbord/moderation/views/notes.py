"""Correcting a public post beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.conversations.models import Message
from klankbord.moderation.actions.official_note import official_note, remove_note
from klankbord.moderation.forms import NoteForm
from klankbord.moderation.models import OfficialNote
from klankbord.moderation.reading.case_page import read_post
from klankbord.moderation.views.frame import page
from klankbord.people.models import Role
from klankbord.signin.staff import StaffRequest, for_staff


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(role=Role.MODERATOR)
def write_note(request: StaffRequest, pk: int) -> HttpResponse:
    """`/moderation/notes/<message>/`: the post, the corrections beside it, and a new one."""
    rows = Message.objects.visible_to(request.membership).filter(conversation__is_public=True)
    message = get_object_or_404(rows.select_related("conversation"), pk=pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        official_note(message=message, membership=request.membership, text=form.cleaned_data["text"])
        messages.success(request, _("It stands beside the message now."))
        return redirect("moderation:note", pk=pk)
    context = {"post": read_post(message), "form": form}
    return page(request, "moderation/note.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_staff(role=Role.MODERATOR)
def take_note_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a correction away again."""
    note = get_object_or_404(OfficialNote.objects.visible_to(request.membership).select_related("message"), pk=pk)
    remove_note(note=note, by=request.membership)
    messages.success(request, _("It no longer stands there."))
    return redirect("moderation:note", pk=note.message_id)
