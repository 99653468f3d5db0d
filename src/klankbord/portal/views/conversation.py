"""A customer's own conversation, under its private link. Whoever has the link is the customer.

These pages set no cookie and need none: the unguessable address is the proof, for reading as for writing. They carry
`Referrer-Policy: no-referrer`, with which a browser says `Origin: null` when it sends a form; Django's CSRF check
would refuse that. It would also add nothing: who does not know the address cannot make a form that posts to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from klankbord.conversations.actions.private_link import follow_private_link, revoke_private_link
from klankbord.conversations.actions.say_solved import THANKS, say_solved
from klankbord.conversations.actions.send_reply import may_be_taken_back
from klankbord.conversations.codes import spoken
from klankbord.conversations.composing import private_url
from klankbord.conversations.models import Attachment, Conversation, ConversationState, Direction, Message
from klankbord.conversations.signing import conversation_token
from klankbord.files.actions import read_file
from klankbord.files.ranges import in_part
from klankbord.notifications.acknowledgement import answer_line
from klankbord.people.models import AddressKind, Membership, Organisation, Person
from klankbord.people.requests import organisation_of
from klankbord.portal.actions import form_channel, take_in_form
from klankbord.portal.forms import WriteOnForm
from klankbord.portal.stamp import new_stamp, read_stamp
from klankbord.portal.twice import first_number, what_it_became
from klankbord.portal.views.contact import may_send, sent_files, too_many
from klankbord.portal.words import size_words

type PrivateView = Callable[..., HttpResponse]


def private(view: PrivateView) -> PrivateView:
    """Give `view` the conversation that the token opens; a token that opens none gets one and the same page."""

    @wraps(view)
    @csrf_exempt
    def guarded(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        conversation = follow_private_link(organisation=organisation_of(request), token=token)
        if conversation is None:
            response = render(request, "portal/closed_link.html", status=404)
        else:
            response = view(request, conversation, token, **rest)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@private
@require_safe
def thanks(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """`/g/<token>/thanks/`: the code, when an answer is due and from whom, and the link to keep."""
    organisation = organisation_of(request)
    kinds = {address.kind for address in conversation.person.addresses.all()}
    context = {
        "conversation": conversation,
        "code": spoken(conversation.code) if conversation.code else "",
        "answer_line": _answer_line(organisation, conversation),
        "members": _members(organisation),
        "link": private_url(organisation, token),
        "token": token,
        "gets_mail": AddressKind.EMAIL in kinds,
        "gets_call": AddressKind.PHONE in kinds,
    }
    return render(request, "portal/thanks.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """`/g/<token>/`: read what was said, and write on."""
    if request.method == "POST":
        return _write_on(request, conversation, token)
    return _page(request, conversation, token, WriteOnForm(), new_stamp(again=True))


@private
@require_POST
def solved(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """`/g/<token>/solved/`: finish it, and pass the thanks on."""
    del request
    say_solved(conversation=conversation, text=_("It is solved, thank you!"))
    return redirect("portal:conversation", token=token)


@private
@require_POST
def close_link(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    """`/g/<token>/close/`: from now on this link opens nothing."""
    revoke_private_link(organisation=organisation_of(request), token=token)
    del conversation
    return render(request, "portal/closed_link.html", {"just_now": True})


@private
@require_safe
def attachment(request: HttpRequest, conversation: Conversation, token: str, attachment_id: int) -> HttpResponse:
    """`/g/<token>/file/<id>/`: a file of this conversation, only ever to be saved and never to be run here."""
    del token
    rows = Attachment.objects.of(conversation.organisation_id).select_related("file")
    readable = rows.filter(
        pk=attachment_id,
        message__in=Message.objects.of(conversation.organisation_id).for_customer().filter(conversation=conversation),
    )
    found = readable.first()
    if found is None:
        raise Http404
    try:
        content = read_file(found.file)
    except OSError:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return in_part(request, response, found.file)


def _write_on(request: HttpRequest, conversation: Conversation, token: str) -> HttpResponse:
    organisation = organisation_of(request)
    channel = form_channel(organisation)
    form, stamp = WriteOnForm(request.POST, request.FILES), read_stamp(request.POST.get("stamp", ""))
    if channel is None:
        return redirect("portal:conversation", token=token)
    if stamp is None or not form.is_valid():
        return _page(request, conversation, token, form, new_stamp(again=True), status=422)
    if not may_send(request, organisation):
        return _page(request, conversation, token, form, new_stamp(again=True), too_many(organisation), status=429)
    fields = {
        "id": stamp.number,
        "text": form.cleaned_data["text"],
        "to": conversation_token(organisation.pk, conversation.pk),
    }
    files = sent_files(form.cleaned_data["attachments"])
    # The same word after we said something ("yes") is not the second time of the same.
    place = f"{conversation.pk} {_answered_last(conversation)}"
    fields["id"] = first_number(stamp.number, organisation=organisation, place=place, fields=fields, files=files)
    if fields["id"] == stamp.number or what_it_became(fields["id"], organisation=organisation) is None:
        take_in_form(channel=channel, fields=fields, files=files, envelope={"person": conversation.person_id})
    return redirect("portal:conversation", token=token)


def _answered_last(conversation: Conversation) -> int:
    said = Message.objects.of(conversation.organisation_id).for_customer().filter(conversation=conversation)
    answers = said.filter(direction=Direction.OUTBOUND, automatic="")
    return answers.order_by("-pk").values_list("pk", flat=True).first() or 0


def _page(
    request: HttpRequest,
    conversation: Conversation,
    token: str,
    form: WriteOnForm,
    stamp: str,
    pause: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    organisation = organisation_of(request)
    messages = (
        Message.objects.of(organisation)
        .for_customer()
        .filter(conversation=conversation)
        .select_related("person", "membership__user", "dispatch")
        .prefetch_related("attachments__file", "person__addresses")
        .in_order()
    )
    said = [message for message in messages if message.automatic or not may_be_taken_back(message)]
    customer = _everyone_who_is_the_customer(conversation, said)
    context = {
        "conversation": conversation,
        "code": spoken(conversation.code) if conversation.code else "",
        "messages_said": said,
        "speakers": {message.pk: _speaker(message, customer) for message in said if message.person},
        "thanked": any(THANKS in message.marks for message in said[-1:]),
        "answer_line": _answer_line(organisation, conversation),
        "is_done": conversation.state == ConversationState.DONE,
        "can_write": form_channel(organisation) is not None,
        "form": form,
        "stamp": stamp,
        "pause": pause,
        "token": token,
        "link": private_url(organisation, token),
        "INBOUND": Direction.INBOUND,
        "size_words": size_words,
    }
    return render(request, "portal/conversation.html", context, status=status)


def _everyone_who_is_the_customer(conversation: Conversation, said: list[Message]) -> set[int]:
    if all(message.person_id in (None, conversation.person_id) for message in said):
        return {conversation.person_id}
    return set(Person.objects.of(conversation.organisation_id).same_as(conversation.person))


def _speaker(message: Message, customer: set[int]) -> str:
    """Who a customer's side of the thread is by. Somebody else, to whom the mail was passed on, is never "you"."""
    person = message.person
    if person is None or person.name:
        return person.name if person else ""
    if person.pk in customer:
        return _("You")
    mail = next((each for each in person.addresses.all() if each.kind == AddressKind.EMAIL), None)
    return mail.masked if mail else _("Somebody else")


def _members(organisation: Organisation) -> list[Membership]:
    return list(Membership.objects.of(organisation).public().select_related("user").order_by("pk")[:3])


def _answer_line(organisation: Organisation, conversation: Conversation) -> str:
    if conversation.due_at is None or not conversation.is_waiting:
        return ""
    if conversation.is_late():
        return _("You should have had an answer by now. We are sorry, and will hurry.")
    if conversation.assignee_id is not None:
        rows = Membership.objects.of(organisation).public().filter(pk=conversation.assignee_id)
        names = list(rows.values_list("user__name", flat=True))
    else:
        names = [member.user.name for member in _members(organisation)]
    return answer_line(conversation.due_at, [name.split()[0] for name in names if name.split()])
