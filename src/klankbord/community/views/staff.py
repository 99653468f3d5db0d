"""What members of staff do in place, on a question's own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from klankbord.community.actions.official import make_official, make_unofficial
from klankbord.community.contributions import public_answer
from klankbord.conversations.refusals import Refused
from klankbord.participation.contract import CannotTakePart
from klankbord.participation.paths import thread_path
from klankbord.signin.staff import StaffRequest, for_staff_in_public


@require_POST
@for_staff_in_public()
def official(request: StaffRequest, message_id: int) -> HttpResponse:
    """`/questions/answers/<id>/official/`"""
    try:
        answer = public_answer(request.organisation, message_id)
        act = make_unofficial if request.POST.get("stop") else make_official
        act(answer=answer, by=request.membership)
    except CannotTakePart:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect(thread_path(answer.question.root.conversation, answer.message))
