"""Logs and themes, for moderators."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from klankbord.conversations.refusals import Refused
from klankbord.people.models import Role
from klankbord.posts.actions import end_log, save_log, save_theme
from klankbord.posts.forms import LogForm, ThemeForm
from klankbord.posts.models import Log, Theme
from klankbord.signin.staff import StaffRequest, for_staff_in_public


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff_in_public(Role.MODERATOR)
def log(request: StaffRequest, log_id: int | None = None) -> HttpResponse:
    """`/posts/logs/new/`, `/posts/logs/<id>/`"""
    member, organisation = request.membership, request.organisation
    found = Log.objects.of(organisation).filter(pk=log_id).first() if log_id is not None else None
    if log_id is not None and found is None:
        raise Http404
    if found is not None and request.POST.get("action") == "end":
        end_log(log=found, by=member)
        return redirect("posts:posts")
    form = LogForm(request.POST or None, initial={"name": found.name, "about": found.about} if found else {})
    if request.method == "POST" and form.is_valid():
        try:
            made = save_log(organisation=organisation, by=member, log=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal.sentence))
        else:
            return redirect("posts:log", slug=made.slug)
    return render(request, "posts/log.html", {"form": form, "log": found}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff_in_public(Role.MODERATOR)
def theme(request: StaffRequest, theme_id: int | None = None) -> HttpResponse:
    """`/tips/themes/new/`, `/tips/themes/<id>/`"""
    member, organisation = request.membership, request.organisation
    found = Theme.objects.of(organisation).filter(pk=theme_id).first() if theme_id is not None else None
    if theme_id is not None and found is None:
        raise Http404
    names = ("name", "invitation", "opens_on", "closes_on")
    form = ThemeForm(request.POST or None, initial={name: getattr(found, name) for name in names} if found else {})
    if request.method == "POST" and form.is_valid():
        try:
            made = save_theme(organisation=organisation, by=member, theme=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal.sentence))
        else:
            return redirect("posts:theme", slug=made.slug)
    return render(request, "posts/theme.html", {"form": form, "theme": found}, status=422 if form.errors else 200)
