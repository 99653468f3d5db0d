"""A public question that goes on in private, because of what it is about."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.community.actions.waiting import wait_no_longer
from klankbord.community.addresses import mail_address_of
from klankbord.community.events import WentPrivate
from klankbord.community.letters import went_private_letter
from klankbord.community.models import Question
from klankbord.community.refusals import NoMailAddress, OnlyStaff
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.conversations.composing import mail_channel, private_url
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.known import free_codes
from klankbord.conversations.models import Attachment, Conversation, ConversationState, Direction, Message, hold
from klankbord.conversations.promise import record_promise, start_waiting
from klankbord.events.publish import publish
from klankbord.participation.posting import post_letter
from klankbord.people.models import Membership


@transaction.atomic
def make_private(*, question: Question, by: Membership) -> Conversation:
    """Hide the question from everybody, and go on with its asker in a new private conversation, with its promise.

    The asker is told by mail, with a link to it. Who waited for staff already goes on waiting from then. A second call
    gives the same conversation.

    Raises:
        OnlyStaff: `by` does not work here (any more).
        NoMailAddress: the asker could not be told.
    """
    if by.organisation_id != question.organisation_id or not by.is_active:
        raise OnlyStaff
    public = question.conversation
    hold(public)
    if question.moved_at is not None:
        return Conversation.objects.of(public.organisation_id).filter(grew_from=public, is_public=False).latest("pk")
    # Not who spoke last in the thread: in public that can be anybody.
    recipient = mail_address_of(public.person)
    if recipient is None:
        raise NoMailAddress
    private = _open(public, question, by)
    wait_no_longer(conversation=public, by=by)
    moment = clock.now()
    Question.objects.of(question.organisation_id).filter(pk=question.pk).update(moved_at=moment)
    question.moved_at = moment
    hide_publicly(message=question.opening)
    _tell(question, private, recipient.shown, by)
    return private


def _open(public: Conversation, question: Question, by: Membership) -> Conversation:
    organisation, opening, moment = public.organisation, question.opening, clock.now()
    private = Conversation(
        organisation=organisation,
        code=next(iter(free_codes(organisation, 1)), None),
        person=public.person,
        channel=mail_channel(public) or public.channel,
        kind=public.kind,
        subject=public.subject,
        state=ConversationState.OPEN,
        assignee=by,
        created_at=moment,
        last_message_at=moment,
        grew_from=public,
    )
    start_waiting(private, organisation, public.waiting_since or moment)
    private.save()
    record_promise(private)
    message = Message.objects.create(
        organisation=organisation,
        conversation=private,
        direction=Direction.INBOUND,
        channel=private.channel,
        person=public.person,
        text=opening.text or public.subject,
        said_at=moment,
    )
    Attachment.objects.bulk_create(
        Attachment(organisation=organisation, message=message, file_id=file_id, name=name)
        for file_id, name in Attachment.objects.of(organisation)
        .filter(message=opening)
        .order_by("pk")
        .values_list("file_id", "name")
    )
    publish(
        MessageReceived(
            organisation_id=organisation.pk,
            conversation_id=private.pk,
            message_id=message.pk,
            opened=True,
            quiet=True,  # it was acknowledged when it was asked; what is new is told below
        )
    )
    return private


def _tell(question: Question, private: Conversation, to: str, by: Membership) -> None:
    organisation = private.organisation
    link = private_url(organisation, new_private_link(conversation=private))
    with translation.override(organisation.speaks(private.person.language)):
        letter = went_private_letter(
            organisation=organisation.name, title=private.subject, name=by.user.name, due_at=private.due_at, link=link
        )
        post_letter(
            organisation=organisation,
            letter=letter,
            to=to,
            language=private.person.language,
            answers_to=private.pk,
        )
    record(
        organisation_id=by.organisation_id, membership_id=by.pk, verb="made_private", subject=question, into=private.pk
    )
    publish(
        WentPrivate(
            organisation_id=question.organisation_id,
            conversation_id=question.pk,
            private_id=private.pk,
            membership_id=by.pk,
        )
    )
