"""You said, we did: the pages about changes, and whether it is better now."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.refusals import Refused
from klankbord.ideas.actions.changes import answer_change, publish_change, revise_change, to_be_done
from klankbord.ideas.announcing import changes_topic
from klankbord.ideas.changes import answer_of, change_page, change_rows, day_words, was_told
from klankbord.ideas.forms import ChangeForm
from klankbord.ideas.models import Change, Idea, Verdict
from klankbord.ideas.telling import how_many_hear, told_by_link
from klankbord.ideas.views.guard import kept_private, member_of, midnight
from klankbord.live.shows import shows
from klankbord.participation.previews import first_words
from klankbord.participation.taking_part import cannot
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Role
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.same_origin import same_origin
from klankbord.signin.staff import for_staff_in_public

_WRITTEN = "change_written"
_LOOK, _AGAIN = "look", "again"


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """`/changes/`: what we changed because people said so, latest first."""
    organisation = organisation_of(request)
    before = request.GET.get("before", "")
    rows, more = change_rows(organisation, before=int(before) if before.isdecimal() and len(before) < 19 else None)
    response = render(request, "ideas/changes.html", {"rows": rows, "more": more, "is_first": not before})
    topics = (changes_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=midnight(organisation), query=("before",))


@require_safe
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """`/changes/<id>/`: one change, because of which ideas and whom, and what people say of it."""
    organisation, person = organisation_of(request), person_of(request)
    found = _find(request, change_id)
    context = {
        "page": change_page(found),
        "description": first_words(found.text),
        "may_answer": was_told(found, person),
        "verdicts": list(Verdict),
    }
    response = render(request, "ideas/change.html", context)
    topics = (changes_topic(organisation.pk), profile_topic(organisation.pk))
    return shows(response, *topics, until=midnight(organisation))


@same_origin
@never_cache
@require_POST
def answer(request: HttpRequest, change_id: int) -> HttpResponse:
    """`/changes/<id>/answer/`: who was told of it and is known in this browser says whether it is better."""
    found, person = _find(request, change_id), person_of(request)
    verdict = request.POST.get("answer", "")
    if person is None or not was_told(found, person) or verdict not in Verdict.values:
        return cannot(request, _("Only who asked for this can answer. The link stands in the mail."))
    answer_change(change=found, person=person, verdict=Verdict(verdict))
    messages.success(request, _("Thank you for your answer."))
    return redirect("changes:change", change_id=found.pk)


@same_origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """`/changes/better/<token>/`, with `?answer=`: the link from the mail. Only the button changes something."""
    told = told_by_link(organisation=organisation_of(request), token=token)
    if told is None:
        return kept_private(cannot(request, _("This link is not complete. Copy it from the mail again."), status=404))
    verdict = request.POST.get("answer", "") if request.method == "POST" else ""
    if verdict in Verdict.values:
        answer_change(change=told.change, person=told.person, verdict=Verdict(verdict))
        return kept_private(render(request, "ideas/answered.html", {"change": told.change}))
    before = answer_of(told.change, told.person)
    chosen = request.GET.get("answer", "") or (before or "")
    context = {"change": told.change, "verdicts": list(Verdict), "chosen": chosen, "before": before}
    response = kept_private(render(request, "ideas/ask.html", context))
    response["Referrer-Policy"] = "same-origin"
    return response


@for_staff_in_public(Role.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """`/changes/new/`, with `?idea=` for the idea from whose page one came."""
    organisation = organisation_of(request)
    number = request.GET.get("idea", "")
    start = {
        "changed_on": organisation.today(),
        "ideas": [number] if number else [],
    }
    form = ChangeForm(request.POST or _taken_along(request), organisation=organisation, initial=start)
    if form.is_bound and form.is_valid():
        if asked := _ask_first(request, form, how_many_hear(member_of(request), form.cleaned_data["ideas"])):
            return asked
        try:
            made = publish_change(by=member_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Told. Everybody who asked for it gets a mail, once."))
            request.session.pop(_WRITTEN, None)
            return redirect("changes:change", change_id=made.pk)
    return _form_page(request, form)


@for_staff_in_public(Role.LEAD)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, change_id: int) -> HttpResponse:
    """`/changes/<id>/edit/`"""
    found = _find(request, change_id)
    ideas = Idea.objects.of(found.organisation_id).filter(changes=found).values_list("conversation_id", flat=True)
    start = {
        "title": found.title,
        "text": found.text,
        "changed_on": found.changed_on,
        "ideas": [str(each) for each in ideas],
    }
    sent = request.POST or _taken_along(request)
    form = ChangeForm(sent, organisation=organisation_of(request), is_told=True, initial=start)
    if form.is_bound and form.is_valid():
        hearing = how_many_hear(member_of(request), form.cleaned_data["ideas"], found)
        if asked := _ask_first(request, form, hearing, found):
            return asked
        revise_change(change=found, by=member_of(request), **form.cleaned_data)
        request.session.pop(_WRITTEN, None)
        messages.success(request, _("Saved."))
        return redirect("changes:change", change_id=found.pk)
    return _form_page(request, form, found)


def _form_page(request: HttpRequest, form: ChangeForm, change: Change | None = None) -> HttpResponse:
    status = 422 if request.method == "POST" and form.errors else 200
    return kept_private(render(request, "ideas/change_form.html", {"form": form, "change": change}, status=status))


def _take_along(request: HttpRequest, step: str) -> HttpResponse:
    """On to the next look at what was written, as a page that the browser's Back leads to again."""
    written = {name: request.POST.getlist(name) for name in ChangeForm.base_fields}
    request.session[_WRITTEN] = {"path": request.path, "written": written}
    return redirect(f"{request.path}?{step}=1")


def _taken_along(request: HttpRequest) -> MultiValueDict[str, str] | None:
    """What was written on this page before; None when it was told by now, or one begins."""
    taken = request.session.get(_WRITTEN)
    if taken is None or taken["path"] != request.path or not request.GET.keys() & {_LOOK, _AGAIN}:
        return None
    return MultiValueDict(taken["written"])


def _ask_first(
    request: HttpRequest, form: ChangeForm, hearing: int, change: Change | None = None
) -> HttpResponse | None:
    """What will be told and how many get a mail, before anything is sent; None when there is nothing to ask (any more).

    Who said yes to fewer people than hear of it by now is asked again.
    """
    agreed = request.POST.get("agreed", "")
    if "back" in request.POST:
        return _take_along(request, _AGAIN)
    if request.method == "POST":
        is_agreed = agreed.isdecimal() and len(agreed) < 10 and int(agreed) >= hearing
        return None if is_agreed or not hearing else _take_along(request, _LOOK)
    if _LOOK not in request.GET:
        return _form_page(request, form, change)
    found = form.cleaned_data
    context = {
        "form": form,
        "change": change,
        "hearing": hearing,
        "day": day_words(found["changed_on"]),
        "done": to_be_done(found["ideas"]) if found.get("done") else [],
    }
    return kept_private(render(request, "ideas/change_ask.html", context))


def _find(request: HttpRequest, change_id: int) -> Change:
    found = (
        Change.objects.of(organisation_of(request)).published().filter(pk=change_id).select_related("by__user").first()
    )
    if found is None:
        raise Http404
    return found
