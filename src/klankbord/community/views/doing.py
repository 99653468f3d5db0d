"""One click each: this helped me too, useful, accepted, follow, take back. All go through `take_part`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from klankbord.community.contributions import public_answer, public_message, public_question
from klankbord.participation.contract import CannotTakePart
from klankbord.participation.taking_part import take_part
from klankbord.people.models import Organisation
from klankbord.people.requests import organisation_of
from klankbord.people.same_origin import same_origin


def _found[Thing](request: HttpRequest, find: Callable[[Organisation, object], Thing], pk: int) -> Thing:
    try:
        return find(organisation_of(request), pk)
    except CannotTakePart:
        raise Http404 from None


def _do(request: HttpRequest, kind: str, find: Callable[[Organisation, object], object], **what: int) -> HttpResponse:
    (pk,) = what.values()
    _found(request, find, pk)
    return take_part(request, kind, {**what, **_stop(request)})


def _stop(request: HttpRequest) -> dict[str, Any]:
    return {"stop": True} if request.POST.get("stop") else {}


@never_cache
@same_origin
@require_POST
def me_too(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/me-too/`"""
    question = _found(request, public_question, conversation_id)
    answered = question.root.answers > 0
    return take_part(request, "question-me-too", {"question": question.pk, "answered": answered, **_stop(request)})


@never_cache
@same_origin
@require_POST
def follow(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/follow/`"""
    return _do(request, "question-follow", public_question, question=conversation_id)


@never_cache
@same_origin
@require_POST
def useful(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/answers/<id>/useful/`"""
    return _do(request, "answer-vote", public_answer, answer=message_id)


@never_cache
@same_origin
@require_POST
def accept(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/answers/<id>/accept/`"""
    return _do(request, "answer-accept", public_answer, answer=message_id)


@never_cache
@same_origin
@require_POST
def withdraw(request: HttpRequest, message_id: int) -> HttpResponse:
    """`/questions/posts/<id>/withdraw/`"""
    return _do(request, "message-withdraw", public_message, message=message_id)
