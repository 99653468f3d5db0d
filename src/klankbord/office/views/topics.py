"""The topics under which everything public is put in order."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.office.forms.topic import TopicForm
from klankbord.office.frame import office_page, said
from klankbord.participation.models import Topic
from klankbord.participation.topics import TopicRefused, remove_topic, save_topic, topics_of
from klankbord.people.models import Role


@require_safe
@for_staff(Role.MODERATOR)
def topics(request: StaffRequest) -> HttpResponse:
    """The whole tree."""
    tree = topics_of(request.organisation)
    return office_page(request, "office/topics.html", {"tree": tree}, place="office:topics")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(Role.MODERATOR)
def topic(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """One topic, or a new one."""
    found = get_object_or_404(Topic.objects.visible_to(request.membership), pk=pk) if pk is not None else None
    others = [(depth, each) for depth, each in topics_of(request.organisation) if found is None or each.pk != found.pk]
    by_number = {str(each.pk): each for _depth, each in others}
    if found is not None and said(request, "action") == "remove":
        remove_topic(topic=found, by=request.membership, into=by_number.get(said(request, "into")))
        messages.success(request, _("The topic is gone. What stood under it moved along."))
        return redirect("office:topics")
    start = (
        {"name": found.name, "description": found.description, "parent": str(found.parent_id or "")} if found else {}
    )
    form = TopicForm(request.POST or None, initial=start, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            save_topic(
                organisation=request.organisation,
                topic=found,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                parent=by_number.get(form.cleaned_data["parent"]),
                by=request.membership,
            )
        except TopicRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("office:topics")
    return office_page(request, "office/topic.html", {"form": form, "topic": found}, place="office:topics")
