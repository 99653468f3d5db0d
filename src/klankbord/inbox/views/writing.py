"""Answering, noting, drafts, taking back, and trying again what was not sent."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from klankbord.community.actions.from_inbox import answer_from_inbox, is_question
from klankbord.conversations.actions.send_reply import send_reply, take_back_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.models import Attachment, Conversation, Direction, DraftKind, Message
from klankbord.conversations.refusals import NothingWritten, Refused
from klankbord.inbox.access import StaffRequest, for_staff, form_text
from klankbord.inbox.actions import keep_draft, send_again
from klankbord.inbox.pages import Writing, conversation_page
from klankbord.inbox.reading import newer_than
from klankbord.inbox.undoing import offer_undo
from klankbord.inbox.uploads import KeptFile, keep_uploads, read_tokens, sign_again
from klankbord.inbox.views.acting import acting_on, back_to
from klankbord.people.models import Membership

MOST_ID = 2**63 - 1


class ReplyForm(forms.Form):
    """What comes with a reply beside its text and files: what was on the screen, and whether it is done now."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=MOST_ID)
    finish = forms.BooleanField(required=False)


@require_POST
@for_staff()
def reply(request: StaffRequest, pk: int) -> HttpResponse:
    """Send an answer. What cannot be sent, or is overtaken by news, comes back as it was written, with a sentence."""
    form = ReplyForm(request.POST)
    conversation = _visible(request, pk)
    seen = (form.cleaned_data.get("seen") or 0) if form.is_valid() else 0
    writing = Writing(kind="reply", reply=form_text(request, "text"), seen=seen)
    try:
        kept = read_tokens(request.POST.getlist("kept"), membership=request.membership, conversation=conversation)
        writing.files = kept
        if "draft" in request.POST:
            return _keep_and_return(request, conversation, DraftKind.REPLY, writing.reply)
        writing.files = keep_uploads(
            request.FILES.getlist("files"), kept, membership=request.membership, conversation=conversation
        )
        news = newer_than(request.membership, conversation, seen)
        if news is not None:
            writing.news, writing.seen = _news(news["direction"], news["name"]), news["id"]
            return _again(request, pk, writing)
        with acting_on(request.membership, pk) as locked:
            if is_question(locked):
                said = [(file.name, file.stored) for file in writing.files]
                answer_from_inbox(conversation=locked, by=request.membership, text=writing.reply, files=said)
                return back_to(request, pk)
            send_reply(
                conversation=locked,
                by=request.membership,
                text=writing.reply,
                finish=form.cleaned_data["finish"] if form.is_valid() else False,
                files=[(file.name, file.stored) for file in writing.files],
            )
    except Refused as refusal:
        writing.error = _sentence(refusal, writing.files)
        return _again(request, pk, writing)
    return offer_undo(back_to(request, pk))


def _sentence(refusal: Refused, files: list[KeptFile]) -> str:
    if isinstance(refusal, NothingWritten) and files:
        return _("Write a few words with the files.")
    return str(refusal.sentence)


def _news(direction: str, name: str | None) -> str:
    if direction == Direction.INBOUND:
        return _("A new message came while you were writing. Read it first; your text is kept.")
    first = (name or "").split(" ")[0] or _("A colleague")
    return _("%(name)s answered just now. Read it first; your text is kept.") % {"name": first}


def _again(request: StaffRequest, pk: int, writing: Writing) -> HttpResponse:
    context = conversation_page(request, pk, writing=writing)
    if writing.kind == "note":
        writing.reply = context["conversation"].reply_draft or ""
    else:
        writing.note = context["conversation"].note_draft or ""
    return render(request, "inbox/conversation.html", context, status=409 if writing.news else 422)


def _keep_and_return(request: StaffRequest, conversation: Conversation, kind: DraftKind, text: str) -> HttpResponse:
    keep_draft(conversation=conversation, by=request.membership, kind=kind, text=text)
    messages.success(request, _("Your draft is kept. Only you see it."))
    return back_to(request, conversation.pk, write=kind.value)


@require_POST
@for_staff()
def note(request: StaffRequest, pk: int) -> HttpResponse:
    """Leave a note for colleagues."""
    writing = Writing(kind="note", note=form_text(request, "text"))
    try:
        if "draft" in request.POST:
            return _keep_and_return(request, _visible(request, pk), DraftKind.NOTE, writing.note)
        with acting_on(request.membership, pk) as conversation:
            write_note(conversation=conversation, by=request.membership, text=writing.note)
    except Refused as refusal:
        writing.error = str(refusal.sentence)
        return _again(request, pk, writing)
    return back_to(request, pk)


@require_POST
@for_staff()
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what is being written, as one types. Answers without content, or with a sentence and 422."""
    kind = request.POST.get("kind", "")
    if kind not in DraftKind.values:
        raise Http404
    try:
        keep_draft(
            conversation=_visible(request, pk),
            by=request.membership,
            kind=DraftKind(kind),
            text=form_text(request, "text"),
        )
    except Refused as refusal:
        return HttpResponse(str(refusal.sentence), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


@require_POST
@for_staff()
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a reply back that has not gone out: text and files stand in the composer again."""
    message = _message(request.membership, pk)
    conversation_id = message.conversation_id
    try:
        with acting_on(request.membership, conversation_id) as conversation:
            message.conversation = conversation
            take_back_reply(message=message, by=request.membership)
            messages.success(request, _("Taken back. Your text is below."))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
        return back_to(request, conversation_id)
    rows = (
        Attachment.objects.visible_to(request.membership).filter(message=message).select_related("file").order_by("pk")
    )
    files = [(row.name, row.file) for row in rows]
    tokens = sign_again(files, membership=request.membership, conversation=conversation)
    return back_to(request, conversation_id, **({"kept": tokens} if tokens else {}))


@require_POST
@for_staff()
def again(request: StaffRequest, pk: int) -> HttpResponse:
    """Try at once to send what could not be sent."""
    message = _message(request.membership, pk)
    if message.dispatch is None:
        raise Http404
    send_again(dispatch=message.dispatch, by=request.membership)
    messages.info(request, _("We try once more now."))
    return back_to(request, message.conversation_id)


def _message(membership: Membership, pk: int) -> Message:
    rows = Message.objects.visible_to(membership).select_related("dispatch", "conversation")
    found: Message = get_object_or_404(rows, pk=pk)
    return found


def _visible(request: StaffRequest, pk: int) -> Conversation:
    found: Conversation = get_object_or_404(Conversation.objects.visible_to(request.membership), pk=pk)
    return found
