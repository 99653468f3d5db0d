"""A person's right to what is kept about them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.conversations.models import Conversation
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.actions.personal_data import erase_person, export_person
from klankbord.office.frame import office_page
from klankbord.people.models import Person, Role


def _person(request: StaffRequest, pk: int) -> Person:
    rows = Person.objects.visible_to(request.membership).select_related("merged_into")
    return get_object_or_404(rows, pk=pk).canonical


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.LEAD)
def personal_data(request: StaffRequest, pk: int) -> HttpResponse:
    """What can be done; and, on being told so twice, the erasure."""
    person = _person(request, pk)
    is_sure = request.POST.get("sure") == "on"
    if request.method == "POST" and is_sure:
        erase_person(person=person, by=request.membership)
        messages.success(request, _("Everything of this person is erased."))
        return redirect("inbox:list")
    conversations = Conversation.objects.visible_to(request.membership).of_person(person).count()
    context = {
        "person": person,
        "conversations": conversations,
        "error": _("Tick the box to say that you are sure.") if request.method == "POST" else "",
    }
    return office_page(request, "office/personal_data.html", context, place="")


@require_POST
@for_staff(Role.LEAD)
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything as a zip."""
    found = export_person(person=_person(request, pk), by=request.membership)
    response = HttpResponse(found.content, content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response
