"""Answering, noting, drafts, taking back, and trying again what was not sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from klankbord.community.actions.from_inbox import answer_from_inbox, is_question
from klankbord.conversations.actions.save_draft import LONGEST_DRAFT
from klankbord.conversations.actions.send_reply import send_reply, take_back_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.models import Attachment, Conversation, Direction, DraftKind, Message
from klankbord.conversations.refusals import NothingWritten, Refused, SentAlready
from klankbord.inbox.access import StaffRequest, for_staff, form_text
from klankbord.inbox.actions import keep_draft, send_again
from klankbord.inbox.pages import Writing, conversation_page
from klankbord.inbox.reading import kept_draft, newer_than, was_said_lately
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
        writing.files = keep_uploads(
            request.FILES.getlist("files"), kept, membership=request.membership, conversation=conversation
        )
        if "draft" in request.POST:
            news = newer_than(request.membership, conversation, seen, writing.reply)
            writing.seen = news["id"] if news is not None else seen
            return _keep_reply(request, conversation, writing)
        with acting_on(request.membership, pk) as locked:
            # Not before it is held: of two colleagues who send in the same moment the second is to read the first.
            news = newer_than(request.membership, locked, seen, writing.reply)
            if news is None:
                return _say(request, locked, writing, finish=form.cleaned_data["finish"] if form.is_valid() else False)
    except SentAlready as refusal:
        messages.info(request, str(refusal.sentence))
        _forget_what_was_sent(request, conversation, writing.reply)
        return back_to(request, pk)
    except Refused as refusal:
        writing.error = _sentence(refusal, writing.files)
        return _again(request, pk, writing)
    writing.news, writing.seen = _news(request.membership, news), news["id"]
    return _again(request, pk, writing)


def _say(request: StaffRequest, conversation: Conversation, writing: Writing, *, finish: bool) -> HttpResponse:
    """In public where it was asked in public, else in a mail or under the private link."""
    said = [(file.name, file.stored) for file in writing.files]
    if is_question(conversation):
        answer_from_inbox(conversation=conversation, by=request.membership, text=writing.reply, files=said)
        return back_to(request, conversation.pk)
    sent = send_reply(conversation=conversation, by=request.membership, text=writing.reply, finish=finish, files=said)
    return offer_undo(back_to(request, conversation.pk), sent)


def _forget_what_was_sent(request: StaffRequest, conversation: Conversation, text: str) -> None:
    """The window to which one went back kept the sent words as a draft once more."""
    if kept_draft(request.membership, conversation, DraftKind.REPLY).strip() == text.strip():
        keep_draft(conversation=conversation, by=request.membership, kind=DraftKind.REPLY, text="")


def _sentence(refusal: Refused, files: list[KeptFile]) -> str:
    if isinstance(refusal, NothingWritten) and files:
        return _("Write a few words with the files.")
    return str(refusal.sentence)


def _news(member: Membership, news: dict[str, Any]) -> str:
    if news["direction"] == Direction.INBOUND:
        return _("A new message came while you were writing. Read it first; your text is kept.")
    if news["membership_id"] == member.pk:
        return _("You answered in another window meanwhile. Read that first; this text is kept.")
    first = (news["name"] or "").split(" ")[0] or _("A colleague")
    return _("%(name)s answered just now. Read it first; your text is kept.") % {"name": first}


def _again(request: StaffRequest, pk: int, writing: Writing) -> HttpResponse:
    """What was refused stands there once more, and waits as a draft for who goes away from here to read first."""
    text = writing.note if writing.kind == "note" else writing.reply
    if text.strip() and len(text) <= LONGEST_DRAFT:
        kind = DraftKind(writing.kind)
        keep_draft(conversation=_visible(request, pk), by=request.membership, kind=kind, text=text)
    context = conversation_page(request, pk, writing=writing)
    if writing.kind == "note":
        writing.reply = context["conversation"].reply_draft or ""
    else:
        writing.note = context["conversation"].note_draft or ""
    return render(request, "inbox/conversation.html", context, status=409 if writing.news else 422)


def _keep_reply(request: StaffRequest, conversation: Conversation, writing: Writing) -> HttpResponse:
    """The text waits as a draft. Files belong to no draft, so with files the form stays open below what is new."""
    if not writing.files:
        return _keep_and_return(request, conversation, DraftKind.REPLY, writing.reply)
    keep_draft(conversation=conversation, by=request.membership, kind=DraftKind.REPLY, text=writing.reply)
    messages.success(request, _("Your text is kept. The files stay as long as this page is open."))
    return render(request, "inbox/conversation.html", conversation_page(request, conversation.pk, writing=writing))


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


@require_http_methods(["GET", "POST"])
@for_staff()
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what is being written, as one types. Answers without content, or with a sentence and 422.

    A window that says what it knew to be kept (`before`) does not overwrite what was written in another one meanwhile:
    it gets that text, with 409. GET gives the kept text. What is only the beginning of what was said here meanwhile is
    a late save of the same text: it is left out.
    """
    kind = (request.POST if request.method == "POST" else request.GET).get("kind", "")
    if kind not in DraftKind.values:
        raise Http404
    conversation, text = _visible(request, pk), form_text(request, "text")
    if request.method == "GET":
        return _plain(kept_draft(request.membership, conversation, kind))
    if "before" in request.POST:
        there = kept_draft(request.membership, conversation, kind)
        if there not in ("", text, form_text(request, "before")):
            return _plain(there, status=409)
    if was_said_lately(request.membership, conversation, text):
        return HttpResponse(status=204)
    try:
        keep_draft(conversation=conversation, by=request.membership, kind=DraftKind(kind), text=text)
    except Refused as refusal:
        return _plain(str(refusal.sentence), status=422)
    return HttpResponse(status=204)


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


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
