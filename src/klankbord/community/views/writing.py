"""Asking, answering, commenting, changing: a form, a look at it before it stands there, and then `take_part`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from markupsafe import Markup

from klankbord.community.actions.edit import is_open_to_all, may_edit, may_retag
from klankbord.community.contributions import public_message, public_question
from klankbord.community.models import Question
from klankbord.community.reading.lists import topic_choices
from klankbord.community.reading.similar import similar_questions
from klankbord.community.refusals import MayNotRetag
from klankbord.community.writing import Draft, read_draft
from klankbord.conversations.models import Message
from klankbord.limits import Limit, allow, network_places
from klankbord.markup.markdown import render_post
from klankbord.participation.authors import authors
from klankbord.participation.contract import CannotTakePart, NotYoursToChange
from klankbord.participation.drafts import changed_meanwhile, chosen_topics, edition_of, longest_instead_of
from klankbord.participation.models import Tagging
from klankbord.participation.paths import thread_path
from klankbord.participation.taking_part import cannot, doer_of, take_part, who_writes
from klankbord.people.models import Organisation
from klankbord.people.requests import membership_of, organisation_of
from klankbord.people.same_origin import same_origin

LOOKS = Limit("community-looks", 600, timedelta(hours=1))
"""Previews and similar questions from one address: a person who types gets nowhere near."""
TRAP = "website"


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """`/questions/ask/`, with `?title=` for words that were searched for."""
    organisation = organisation_of(request)
    if request.method != "POST":
        draft = Draft(title=" ".join(request.GET.get("title", "").split())[:300], topics=[])
        return _form(request, "question", draft)
    draft = read_draft(request, organisation, titled=True, with_topics=True, with_pictures=True)
    if not draft.looked or draft.is_previewed:
        draft.similar = similar_questions(organisation, title=draft.title or "", text=draft.text)
    if draft.similar and not draft.looked:
        draft.is_previewed = True
    return _post(request, "question", draft, {})


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/answer/`"""
    organisation = organisation_of(request)
    question = _question(organisation, conversation_id)
    around: dict[str, Any] = {"question": question, "back": thread_path(question.conversation)}
    if request.method != "POST":
        return _form(request, "answer", Draft(official=membership_of(request) is not None), **around)
    draft = read_draft(request, organisation, titled=False, with_topics=False, with_pictures=True)
    return _post(request, "answer", draft, {"question": question.pk}, **around)


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/posts/<id>/comment/`"""
    organisation = organisation_of(request)
    message = _message(organisation, message_id)
    around = _around(organisation, message)
    if request.method != "POST":
        return _form(request, "comment", Draft(), **around)
    draft = read_draft(request, organisation, titled=False, with_topics=False, with_pictures=False)
    return _post(request, "comment", draft, {"message": message.pk}, **around)


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/posts/<id>/edit/`"""
    organisation = organisation_of(request)
    message = _message(organisation, message_id)
    question = Question.objects.of(organisation).get(pk=message.conversation_id)
    is_opening = question.opening_id == message.pk
    doer = doer_of(request)
    if doer is not None and not may_edit(message=message, person=doer[0], membership=doer[1]):
        return cannot(request, str(NotYoursToChange().sentence))
    around = {**_around(organisation, message), "is_opening": is_opening}
    around["only_theirs"] = doer is None and not is_open_to_all(message)
    around["edition"] = edition_of(message, title=message.conversation.subject if is_opening else None)
    if request.method != "POST":
        return _form(request, "message-edit", _as_it_stands(message, titled=is_opening), **around)
    draft = read_draft(
        request, organisation, titled=is_opening, with_topics=is_opening, with_pictures=False, stood=message.text
    )
    around["changed_meanwhile"] = changed_meanwhile(draft, request, around["edition"])
    return _post(request, "message-edit", draft, {"message": message.pk}, **around)


@never_cache
@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def retag(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/topics/`: what it is about, for who may say so."""
    organisation = organisation_of(request)
    question = _question(organisation, conversation_id)
    doer = doer_of(request)
    if doer is None or not may_retag(question=question, person=doer[0], membership=doer[1]):
        return cannot(request, str(MayNotRetag.sentence))
    if request.method == "POST":
        return take_part(request, "question-retag", {"question": question.pk, "topics": chosen_topics(request)})
    taggings = Tagging.objects.of(organisation).filter(conversation_id=question.pk)
    context = {
        "question": question,
        "chosen": list(taggings.values_list("topic_id", flat=True)),
        "topic_choices": topic_choices(organisation),
        "back": thread_path(question.conversation),
    }
    return render(request, "community/retag.html", context)


@never_cache
@same_origin
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """`/questions/similar/`: a piece of page with questions about the same, while somebody types."""
    if not _may_look(request):
        return HttpResponse(status=429)
    title, text = request.POST.get("title", "")[:300], request.POST.get("text", "")[:4000]
    found = similar_questions(organisation_of(request), title=title, text=text)
    return render(request, "community/_similar.html", {"similar": found})


@never_cache
@same_origin
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """`/questions/preview/`: how a text will look, as a piece of page."""
    if not _may_look(request):
        return HttpResponse(status=429)
    return HttpResponse(render_post(request.POST.get("text", "")), content_type="text/html; charset=utf-8")


def _post(request: HttpRequest, kind: str, draft: Draft, target: dict[str, Any], **around: Any) -> HttpResponse:
    """Post the draft, or show it again with what there is to see first."""
    if request.POST.get(TRAP):  # no person sees this field
        return redirect("community:questions")
    if draft.errors or draft.is_unsettled or draft.is_previewed:
        status = 422 if draft.errors or draft.is_unsettled else 200
        return _form(request, kind, draft, status=status, **around)
    who = who_writes(request)
    return take_part(request, kind, {**draft.payload(), **target}, email=who.email, name=who.name)


def _form(request: HttpRequest, kind: str, draft: Draft, *, status: int = 200, **around: Any) -> HttpResponse:
    organisation = organisation_of(request)
    context = {
        "kind": kind,
        "draft": draft,
        "topic_choices": topic_choices(organisation) if draft.topics is not None else [],
        "is_staff": membership_of(request) is not None,
        "who": who_writes(request),
        **around,
    }
    return render(request, "community/write.html", context, status=status)


def _question(organisation: Organisation, pk: int) -> Question:
    try:
        return public_question(organisation, pk)
    except CannotTakePart:
        raise Http404 from None


def _message(organisation: Organisation, pk: int) -> Message:
    try:
        return public_message(organisation, pk)
    except CannotTakePart:
        raise Http404 from None


def _around(organisation: Organisation, message: Message) -> dict[str, Any]:
    return {
        "message": message,
        "message_html": Markup(render_post(message.text)),  # noqa: S704 - the renderer lets no HTML through
        "author": authors(organisation_id=organisation.pk, person_ids=[message.person_id]).get(message.person_id or 0),
        "back": thread_path(message.conversation, message),
    }


def _as_it_stands(message: Message, *, titled: bool) -> Draft:
    if not titled:
        return Draft(text=message.text, longest=longest_instead_of(message.text))
    taggings = Tagging.objects.of(message.organisation_id).filter(conversation_id=message.conversation_id)
    chosen = list(taggings.values_list("topic_id", flat=True))
    longest = longest_instead_of(message.text)
    return Draft(text=message.text, title=message.conversation.subject, topics=chosen, longest=longest)


def _may_look(request: HttpRequest) -> bool:
    address, _network = network_places(request.META.get("REMOTE_ADDR", ""))
    return allow(LOOKS, organisation_of(request).pk, address)
