"""What an author sees of a decision about their words, and what they can do."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from klankbord.conversations.refusals import Refused
from klankbord.moderation.actions.objecting import change_as_asked, may_be_changed, object_to
from klankbord.moderation.contract import place_of
from klankbord.moderation.forms import ChangeForm, ObjectionForm
from klankbord.moderation.letters import another_judges, restraint_sentence, was_judged_by_another
from klankbord.moderation.models import Decision
from klankbord.moderation.telling import decision_with
from klankbord.people.models import Person
from klankbord.people.requests import organisation_of, person_of
from klankbord.people.same_origin import same_origin


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def judgement(request: HttpRequest, token: str) -> HttpResponse:
    """`/judgement/<token>/`: the link in the author's mail."""
    decision = decision_with(organisation=organisation_of(request), token=token)
    if decision is None:
        raise Http404
    response = _answer(request, decision)
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def own_judgement(request: HttpRequest, pk: int) -> HttpResponse:
    """`/me/judgements/<number>/`: the same, for an author whom this browser knows."""
    person = person_of(request)
    if person is None:
        raise Http404
    family = Person.objects.of(person.organisation_id).same_as(person)
    rows = Decision.objects.of(person.organisation_id).concerning(family).standing()
    decision = rows.select_related("message__conversation", "case", "person").filter(pk=pk).first()
    if decision is None:
        raise Http404
    return _answer(request, decision)


def _answer(request: HttpRequest, decision: Decision) -> HttpResponse:
    objection, change = ObjectionForm(prefix="objection"), ChangeForm(initial={"text": decision.message.text})
    error = ""
    if request.method == "POST":
        try:
            if "objection-words" in request.POST:
                objection = ObjectionForm(request.POST, prefix="objection")
                if objection.is_valid():
                    object_to(decision=decision, words=objection.cleaned_data["words"])
                    return redirect(request.path)
            else:
                change = ChangeForm(request.POST)
                if change.is_valid():
                    change_as_asked(decision=decision, text=change.cleaned_data["text"])
                    return redirect(request.path)
        except Refused as refusal:
            error = str(refusal.sentence)
    objected = getattr(decision, "objection", None)
    waits_again = decision.message.cases.filter(pk__gt=decision.case_id, decided_at__isnull=True).exists()
    is_there = decision.message.hidden_at is None and decision.message.withdrawn_at is None and not decision.puts_back
    context = {
        "decision": decision,
        # What was judged; once it was changed, or stands there, what it says now.
        "shown_text": decision.message.text if waits_again or is_there else decision.judged_text,
        "objection": objected,
        "another": another_judges(decision),
        "by_another": objected is not None and was_judged_by_another(objected),
        "may_object": decision.may_be_objected_to(),
        "may_change": may_be_changed(decision),
        "waits_again": waits_again,
        "is_there": is_there,
        "place": place_of(decision.message),
        "restraint": restraint_sentence(decision.restraint) if hasattr(decision, "restraint") else "",
        "objection_form": objection,
        "change_form": change,
        "error": error,
        "title": _("About your message"),
    }
    invalid = objection.is_bound or change.is_bound or bool(error)
    return render(request, "moderation/judgement.html", context, status=422 if invalid else 200)
