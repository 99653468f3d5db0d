"""The queue, and one case or objection out of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from klankbord.conversations.models import Message
from klankbord.conversations.refusals import Refused
from klankbord.moderation.actions.decide import decide, others_may_judge, undo
from klankbord.moderation.actions.hold import ask_for_judgement
from klankbord.moderation.actions.objecting import judge_objection
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case, Decision, Objection
from klankbord.moderation.reading.case_page import JUDGEMENTS, read_author, read_case, read_objection, read_post
from klankbord.moderation.reading.queue import next_path, read_rows
from klankbord.moderation.rules import Judgement
from klankbord.moderation.views.frame import chosen_view, page, typed
from klankbord.people.models import Role
from klankbord.signin.staff import StaffRequest, for_staff, is_partial

_UNDO = "moderation_undo"


@dataclass(frozen=True, slots=True)
class Undoable:
    """A decision, and for how many seconds more it is offered to take it back."""

    decision: Decision
    seconds: int


@require_GET
@for_staff(role=Role.MODERATOR)
def show_queue(request: StaffRequest) -> HttpResponse:
    """`/moderation/`: what waits. `?view=` is one of `held`, `reported`, `objections`, `decided`."""
    view = chosen_view(request)
    context = {
        "view": view,
        "rows": read_rows(request.membership, view),
        "pane": "list",
        "judgements": JUDGEMENTS,
        "undoable": _undoable(request),
    }
    if is_partial(request):
        return render(request, "moderation/rows.html", context)
    return page(request, "moderation/queue.html", context, place=view.slug)


@require_GET
@for_staff(role=Role.MODERATOR)
def show_case(request: StaffRequest, pk: int) -> HttpResponse:
    """`/moderation/<case>/`: the post, why it is here, who wrote it, and what can be decided."""
    return _case_page(request, pk)


def _case_page(request: StaffRequest, pk: int, *, chosen: str = "", words: str = "", error: str = "") -> HttpResponse:
    found = read_case(request.membership, request.organisation, pk)
    if found is None:
        raise Http404
    view = chosen_view(request)
    context = {
        "view": view,
        "rows": read_rows(request.membership, view),
        "current": f"case-{pk}",
        "found": found,
        "case": found.case,
        "post": found.post,
        "author": found.author,
        "judgements": JUDGEMENTS,
        "undoable": _undoable(request),
        "chosen": chosen,
        "words": words,
        "error": error,
    }
    return page(request, "moderation/case.html", context, place=view.slug, status=422 if error else 200)


@require_POST
@for_staff(role=Role.MODERATOR)
def judge(request: StaffRequest, pk: int) -> HttpResponse:
    """One button, one decision; then the next case. What is spam has its own reason, whatever was chosen beforehand."""
    case = get_object_or_404(Case.objects.visible_to(request.membership), pk=pk)
    wanted, words = request.POST.get("judgement", ""), typed(request, "words")[:2000]
    if wanted not in Judgement.values:
        raise Http404
    known = {each.code: each for each in reasons(request.organisation)}
    code = "spam" if wanted == Judgement.SPAM and "spam" in known else request.POST.get("reason", "")
    try:
        made = decide(
            case=case, judgement=Judgement(wanted), by=request.membership, reason=known.get(code), words=words
        )
    except Refused as refusal:
        return _case_page(request, pk, chosen=code, words=words, error=str(refusal.sentence))
    request.session[_UNDO] = made.pk
    return redirect(next_path(request.membership, chosen_view(request), case.opened_at))


@require_POST
@for_staff(role=Role.MODERATOR)
def undo_decision(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a decision back; its case is shown again."""
    decision = get_object_or_404(Decision.objects.visible_to(request.membership), pk=pk)
    try:
        undo(decision=decision, by=request.membership)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Undone. It waits to be judged again."))
    request.session.pop(_UNDO, None)
    return redirect("moderation:case", pk=decision.case_id)


@require_GET
@for_staff(role=Role.MODERATOR)
def show_objection(request: StaffRequest, pk: int) -> HttpResponse:
    """`/moderation/objections/<number>/`: what an author says against a decision."""
    objection = read_objection(request.membership, pk)
    if objection is None:
        raise Http404
    view, own = chosen_view(request), objection.decision.membership_id == request.membership.pk
    may_judge = not own or not others_may_judge(request.membership)
    context = {
        "view": view,
        "rows": read_rows(request.membership, view),
        "current": f"objection-{pk}",
        "objection": objection,
        "decision": objection.decision,
        "post": read_post(objection.decision.message),
        "author": read_author(objection.decision.person),
        "may_judge": may_judge,
        "undoable": _undoable(request),
    }
    return page(request, "moderation/objection.html", context, place=view.slug)


@require_POST
@for_staff(role=Role.MODERATOR)
def judge_one(request: StaffRequest, pk: int) -> HttpResponse:
    """Grant an objection or not; then the next thing that waits."""
    objection = get_object_or_404(Objection.objects.visible_to(request.membership), pk=pk)
    granted = request.POST.get("granted", "")
    if granted not in ("yes", "no"):
        raise Http404
    try:
        judge_objection(
            objection=objection, granted=granted == "yes", by=request.membership, answer=typed(request, "answer")
        )
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("moderation:objection", pk=pk)
    messages.success(request, _("The author hears of it."))
    return redirect(next_path(request.membership, chosen_view(request), objection.at))


@require_POST
@for_staff()
def put_in_queue(request: StaffRequest, pk: int) -> HttpResponse:
    """A member of staff asks moderators to look at a public post."""
    rows = Message.objects.visible_to(request.membership).filter(conversation__is_public=True, person__isnull=False)
    case = ask_for_judgement(message=get_object_or_404(rows, pk=pk), by=request.membership)
    if request.membership.may(Role.MODERATOR):
        return redirect("moderation:case", pk=case.pk)
    messages.success(request, _("A moderator has a look at it."))
    return redirect(read_post(case.message).path)


def _undoable(request: StaffRequest) -> Undoable | None:
    """What this member decided just now and can take back with one key before its author hears of it."""
    pk = request.session.get(_UNDO)
    if pk is None:
        return None
    rows = Decision.objects.visible_to(request.membership).standing().filter(membership=request.membership)
    found = rows.select_related("person__merged_into").filter(pk=pk).first()
    seconds = found.seconds_unnoticed if found is not None else 0
    if found is None or not seconds or not found.case.decided_at or hasattr(found, "objection"):
        request.session.pop(_UNDO, None)
        return None
    return Undoable(found, seconds)
