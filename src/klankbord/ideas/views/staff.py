"""What staff do with an idea: decide, put together, look again, talk in private; and what asks for their attention."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.refusals import Refused
from klankbord.design.writing import plain_lines
from klankbord.ideas.actions.decide import looked_again, set_status
from klankbord.ideas.actions.grow import talk_in_private
from klankbord.ideas.actions.merge import merge as put_together
from klankbord.ideas.actions.merge import unmerge as take_apart
from klankbord.ideas.attention import waiting_for_staff
from klankbord.ideas.forms import DecideForm
from klankbord.ideas.listing import path_of, rows_of
from klankbord.ideas.models import Idea, Status
from klankbord.ideas.reading import STATUS_TAGS
from klankbord.ideas.suggesting import similar_ideas
from klankbord.ideas.views.guard import kept_private, member_of
from klankbord.ideas.views.idea import page_context
from klankbord.people.models import Role
from klankbord.people.requests import organisation_of
from klankbord.search.contract import Audience
from klankbord.search.finding import find
from klankbord.signin.staff import for_staff_in_public

_IDEA = re.compile(r"(?:(?:https?://)?[^\s/]*/ideas/)?(\d{1,18})/?(?:[?#].*)?", re.ASCII)


@for_staff_in_public()
@require_safe
def attention(request: HttpRequest) -> HttpResponse:
    """`/ideas/attention/`: what nobody has looked at, what was to be looked at again, and bursts of votes."""
    context = {"groups": waiting_for_staff(organisation_of(request)), "tags": STATUS_TAGS}
    return kept_private(render(request, "ideas/attention.html", context))


@for_staff_in_public()
@require_POST
def decide(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/status/`: say what we do with it."""
    idea, member = _own(request, conversation_id), member_of(request)
    form = DecideForm(request.POST, organisation=member.organisation)
    if not form.is_valid():
        return render(request, "ideas/idea.html", page_context(request, idea, decide_form=form), status=422)
    found = form.cleaned_data
    set_status(
        idea=idea,
        status=Status(found["status"]),
        sentence=found["sentence"],
        by=member,
        expected=found["expected"],
        look_again_on=found["look_again_on"],
    )
    messages.success(request, _("Done. Everybody who follows this idea hears of it."))
    return redirect(path_of(idea.conversation_id))


@for_staff_in_public()
@require_POST
def again(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/again/`: looked at again; the status stays."""
    idea = _own(request, conversation_id)
    looked_again(idea=idea, by=member_of(request))
    messages.success(request, _("Noted that you looked at it again."))
    return redirect("ideas:attention")


@for_staff_in_public(Role.MODERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/merge/`, with `?q=`: choose the idea in which this one goes on; POST `into` puts them together."""
    idea, organisation = _own(request, conversation_id), organisation_of(request)
    if request.method == "POST":
        into = _own(request, _number(request.POST.get("into", "")))
        try:
            put_together(idea=idea, into=into, by=member_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal.sentence))
            return redirect("ideas:merge", conversation_id=conversation_id)
        messages.success(request, _("Put together. All votes and reactions came along."))
        return redirect(path_of(into.root.conversation_id))
    asked = request.GET.get("q", "").strip()[:200]
    if number := _named(asked):
        order = [number]
    elif asked:
        hits = find(asked, organisation_id=organisation.pk, kinds=["idea"], audience=Audience.STAFF, limit=20)
        order = [hit.about_id for hit in hits]
    else:
        order = [
            each.conversation_id
            for each in similar_ideas(
                organisation=organisation, title=str(idea.conversation.subject), text=idea.opening.text, limit=10
            )
        ]
    rows = Idea.objects.of(organisation).filter(conversation_id__in=order, merged_into__isnull=True).exclude(pk=idea.pk)
    found = sorted(rows_of(organisation, rows), key=lambda row: order.index(row.id))
    context = {"idea": idea, "rows": found, "asked": asked, "tags": STATUS_TAGS}
    return kept_private(render(request, "ideas/merge.html", context))


@for_staff_in_public(Role.MODERATOR)
@require_POST
def unmerge(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/unmerge/`: let it stand by itself again."""
    idea = _own(request, conversation_id)
    take_apart(idea=idea, by=member_of(request))
    messages.success(request, _("It stands by itself again."))
    return redirect(path_of(idea.conversation_id))


@for_staff_in_public()
@require_http_methods(["GET", "HEAD", "POST"])
def private(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/ideas/<id>/private/`: write to who had the idea, for their eyes only."""
    idea = _own(request, conversation_id)
    error, text = "", plain_lines(request.POST.get("text", ""))
    if request.method == "POST":
        try:
            made = talk_in_private(idea=idea, by=member_of(request), text=text)
        except Refused as refusal:
            error = str(refusal.sentence)
        else:
            return redirect(f"/inbox/{made.pk}/")
    context = {"idea": idea, "error": error, "text": text}
    return kept_private(render(request, "ideas/private.html", context, status=422 if error else 200))


def _own(request: HttpRequest, conversation_id: int) -> Idea:
    rows = Idea.objects.visible_to(member_of(request)).filter(conversation_id=conversation_id)
    idea = rows.select_related(
        "conversation__person", "conversation__organisation", "opening", "board", "merged_into"
    ).first()
    if idea is None:
        raise Http404
    return idea


def _named(asked: str) -> int:
    """The number of an idea, given as such or in its address; 0 where words are given."""
    found = _IDEA.fullmatch(asked)
    return int(found[1]) if found else 0


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
