"""What members of staff do in place, on a question's own page, and from the inbox."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.community.actions import close as closing
from klankbord.community.actions.join import join as join_questions
from klankbord.community.actions.join import part as part_questions
from klankbord.community.actions.make_private import make_private
from klankbord.community.actions.official import make_official, make_unofficial
from klankbord.community.actions.publish import ask_no_longer, ask_to_publish
from klankbord.community.actions.waiting import ask_staff
from klankbord.community.contributions import public_answer
from klankbord.community.models import Publication, Question
from klankbord.community.reading.thread import find_question
from klankbord.community.reading.to_publish import proposal
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Conversation
from klankbord.conversations.refusals import Refused
from klankbord.participation.contract import CannotTakePart
from klankbord.participation.drafts import looked_over, too_long
from klankbord.participation.paths import thread_path
from klankbord.people.models import Role
from klankbord.signin.staff import StaffRequest, for_staff_in_public

_LONGEST = {"title": LONGEST_SUBJECT, "text": LONGEST_TEXT, "answer": LONGEST_TEXT}
_NUMBER = re.compile(r"(?:/questions/)?(\d{1,18})/?(?:#.*)?$")


@require_POST
@for_staff_in_public()
def official(request: StaffRequest, message_id: int) -> HttpResponse:
    """`/questions/answers/<id>/official/`"""
    try:
        answer = public_answer(request.organisation, message_id)
    except CannotTakePart:
        raise Http404 from None
    act = make_unofficial if request.POST.get("stop") else make_official
    act(answer=answer, by=request.membership)
    return redirect(thread_path(answer.question.root.conversation, answer.message))


@require_POST
@for_staff_in_public(Role.MODERATOR)
def close(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/close/`: close, lock, or open again (`stop`)."""
    question = _question(request, conversation_id)
    if request.POST.get("stop"):
        closing.open_again(question=question, by=request.membership)
    else:
        why, lock = request.POST.get("why", ""), bool(request.POST.get("lock"))
        closing.close(question=question, by=request.membership, why=why, lock=lock)
    return redirect(thread_path(question.conversation))


@require_POST
@for_staff_in_public(Role.MODERATOR)
def join(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/join/`: `into` is the other question's number or address."""
    question = _question(request, conversation_id)
    found = _NUMBER.search(request.POST.get("into", "").strip())
    other = find_question(request.organisation, int(found[1])) if found else None
    if other is None:
        messages.error(request, _("There is no question with this number or address."))
        return redirect(thread_path(question.conversation))
    try:
        join_questions(question=question, into=other, by=request.membership)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Put on one page. Everything came along."))
    return redirect(thread_path(question.root.conversation))


@require_POST
@for_staff_in_public(Role.MODERATOR)
def part(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/part/`: make a duplicate a question of its own again."""
    question = _question(request, conversation_id)
    part_questions(question=question, by=request.membership)
    messages.success(request, _("It stands by itself again."))
    return redirect(thread_path(question.conversation))


@require_POST
@for_staff_in_public()
def to_inbox(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/to-inbox/`: let it wait for staff now, with its promise."""
    question = _question(request, conversation_id)
    if ask_staff(question=question, by=request.membership):
        messages.success(request, _("It stands in the inbox now, with its promise."))
    return redirect(thread_path(question.conversation))


@require_POST
@for_staff_in_public()
def go_private(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/questions/<id>/go-private/`: hide it, and go on with its asker alone."""
    question = _question(request, conversation_id)
    try:
        private = make_private(question=question, by=request.membership)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect(thread_path(question.conversation))
    return redirect("inbox:conversation", private.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff_in_public()
def publish(request: StaffRequest, conversation_id: int) -> HttpResponse:
    """`/questions/publish/<id>/`: ask the customer whether their private question may stand in public."""
    rows = Conversation.objects.visible_to(request.membership).select_related("person", "organisation", "channel")
    conversation = get_object_or_404(rows, pk=conversation_id, is_public=False)
    asked = Publication.objects.visible_to(request.membership).filter(conversation=conversation).order_by("-pk")
    latest = asked.select_related("became", "asked_by__user").first()
    if request.method != "POST":
        return _publish_page(request, conversation, latest, proposal(conversation))
    if request.POST.get("stop") and latest is not None:
        ask_no_longer(publication=latest, by=request.membership)
        return redirect(reverse("community:publish", args=[conversation.pk]))
    written = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in _LONGEST}
    errors = {name: too_long(words, _LONGEST[name]) for name, words in written.items()}
    draft = looked_over(request, request.organisation, *written.values())
    if any(errors.values()) or (draft.is_unsettled and not draft.is_forbidden):
        return _publish_page(request, conversation, latest, written, errors=errors)
    try:
        ask_to_publish(conversation=conversation, by=request.membership, **written)
    except Refused as refusal:
        return _publish_page(request, conversation, latest, written, str(refusal.sentence))
    return redirect(reverse("community:publish", args=[conversation.pk]))


def _publish_page(
    request: StaffRequest,
    conversation: Conversation,
    latest: Publication | None,
    written: dict[str, str],
    error: str = "",
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "conversation": conversation,
        "latest": latest,
        "is_open": latest is not None and latest.is_open,
        "written": written,
        "draft": looked_over(request, request.organisation, *written.values()),
        "error": error,
        "errors": errors or {},
        "longest": _LONGEST,
    }
    return render(request, "community/publish.html", context, status=422 if request.method == "POST" else 200)


def _question(request: StaffRequest, pk: int) -> Question:
    question = find_question(request.organisation, pk)
    if question is None or not question.conversation.is_public:
        raise Http404
    return question
