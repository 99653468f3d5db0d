"""Answering a customer, and taking an answer back while it has not gone out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import translation

from klankbord import clock
from klankbord.channels.dispatch import cancel_dispatch, queue_dispatch
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.save_draft import LONGEST_DRAFT, forget_draft, save_draft
from klankbord.conversations.composing import compose, mail_channel, reply_recipient
from klankbord.conversations.events import ReplySent, ReplyTakenBack
from klankbord.conversations.models import (
    Attachment,
    Conversation,
    ConversationState,
    Direction,
    Draft,
    DraftKind,
    Message,
    PrivateLink,
    hold,
)
from klankbord.conversations.promise import resume_waiting, stop_waiting
from klankbord.conversations.refusals import NothingWritten, NotYours, NoWayToReply, SentAlready, TooLate, TooLong
from klankbord.design.writing import is_blank
from klankbord.events.publish import publish
from klankbord.events.work import WorkState
from klankbord.files.models import StoredFile
from klankbord.people.models import Membership

LONGEST_TEXT = 100_000
UNDO_SECONDS = 10
PICKED_UP = "picked_up"
"""The mark of a reply with which its author picked up what was nobody's."""
UNDER_LINK = "under_link"
"""The mark of a reply that goes out in no mail: the customer comes and reads it under the private link."""
SECOND_CLICK = timedelta(minutes=10)
"""Who says the same so soon, while the customer said nothing, goes back in the browser or has two windows."""


@transaction.atomic
def send_reply(
    *,
    conversation: Conversation,
    by: Membership,
    text: str,
    finish: bool = False,
    files: Sequence[tuple[str, StoredFile]] = (),
    undo_seconds: int = UNDO_SECONDS,
) -> Message:
    """Answer the customer in the name of `by`: the answer stands in the thread, stops the promise clock, and goes out.

    It leaves after `undo_seconds`, in which `take_back_reply` can still stop it. The conversation then waits for the
    customer, or is done with `finish`. Who answers what nobody had picked up, has picked it up.

    Raises:
        NotYours: `by` does not work for this organisation (any more).
        NothingWritten, TooLong: the text.
        SentAlready: `by` sent the same just now.
        NoWayToReply: there is no mail address to send to, and no private link under which it could be read.
    """
    check_text(text, by, conversation)
    hold(conversation)
    check_not_sent(text, by, conversation, files)
    organisation = conversation.organisation
    moment = clock.now()
    channel, recipient = mail_channel(conversation), reply_recipient(conversation)
    dispatch = None
    if channel is not None and recipient is not None:
        with translation.override(organisation.speaks(conversation.person.language)):
            outbound = compose(
                conversation=conversation,
                channel=channel,
                recipient=recipient,
                text=text,
                by=by,
                organisation=organisation,
            )
        dispatch = queue_dispatch(
            channel=channel,
            purpose=Dispatch.Purpose.REPLY,
            message=outbound,
            files=dict(files),
            not_before=moment + timedelta(seconds=undo_seconds),
        )
    elif not PrivateLink.objects.of(organisation).filter(conversation=conversation, revoked_at__isnull=True).exists():
        raise NoWayToReply
    message = Message.objects.create(
        organisation=organisation,
        conversation=conversation,
        direction=Direction.OUTBOUND,
        channel=channel if channel and dispatch else conversation.channel,
        external_id=dispatch.message_id if dispatch else None,
        membership=by,
        text=text.strip(),
        dispatch=dispatch,
        marks=[*([] if conversation.assignee else [PICKED_UP]), *([] if dispatch else [UNDER_LINK])],
        said_at=moment,
    )
    Attachment.objects.bulk_create(
        Attachment(organisation=organisation, message=message, file=stored, name=name[:255]) for name, stored in files
    )
    stop_waiting(conversation, moment=moment, by=by, answered=True)
    conversation.state = ConversationState.DONE if finish else ConversationState.ANSWERED
    conversation.assignee = conversation.assignee or by
    conversation.last_message_at = moment
    conversation.save()
    forget_draft(conversation=conversation, by=by, kind=DraftKind.REPLY)
    publish(ReplySent(organisation_id=organisation.pk, conversation_id=conversation.pk, message_id=message.pk))
    return message


def check_text(text: str, by: Membership, conversation: Conversation) -> None:
    """Refuse what may not or cannot be said."""
    if by.organisation_id != conversation.organisation_id or not by.is_active:
        raise NotYours
    if is_blank(text):
        raise NothingWritten
    if len(text) > LONGEST_TEXT:
        raise TooLong


def check_not_sent(
    text: str, by: Membership, conversation: Conversation, files: Sequence[tuple[str, StoredFile]] = ()
) -> None:
    """Refuse what `by` has said just now, unless something is new: a file, the customer's words, or that it came back.

    The caller holds the conversation, so that two clicks of the same moment are one after the other.
    """
    messages = Message.objects.of(conversation.organisation_id).filter(conversation=conversation)
    same = messages.filter(
        membership=by,
        direction=Direction.OUTBOUND,
        text=text.strip(),
        said_at__gt=clock.now() - SECOND_CLICK,
        withdrawn_at__isnull=True,
    )
    first = same.select_related("dispatch").order_by("-id").first()
    if first is None or messages.filter(direction=Direction.INBOUND, id__gt=first.pk).exists():
        return
    if first.dispatch is not None and (
        first.dispatch.state == WorkState.GIVEN_UP or first.dispatch.last_error.startswith("failed")
    ):
        return
    sent = set(first.attachments.values_list("file__digest", flat=True))
    if {stored.digest for _, stored in files} <= sent:
        raise SentAlready


def may_be_taken_back(message: Message) -> bool:
    """Whether an answer is in its seconds of undo; until these are over the customer does not read it either."""
    if UNDER_LINK in message.marks:
        return message.said_at + timedelta(seconds=UNDO_SECONDS) > clock.now()
    mail = message.dispatch
    return mail is not None and mail.state == WorkState.READY and not mail.attempts and mail.due_at > clock.now()


@transaction.atomic
def take_back_reply(*, message: Message, by: Membership) -> None:
    """Undo a reply that has not gone out: it becomes the draft again, above what `by` began to write since, and the
    promise clock runs on. Twice is once.

    Unless somebody else has answered meanwhile: then that is the answer. What was picked up with it is nobody's again,
    unless `by` said more there, or it was given to somebody else.

    Raises:
        NotYours: it is another member's reply.
        TooLate: it has been sent, or is being sent.
    """
    if message.membership_id != by.pk or not by.is_active:
        raise NotYours
    if message.withdrawn_at is not None:
        return
    stopped = cancel_dispatch(message.dispatch) if message.dispatch else may_be_taken_back(message)
    if not stopped:
        raise TooLate
    message.withdrawn_at = clock.now()
    message.save(update_fields=["withdrawn_at"])
    conversation = message.conversation
    hold(conversation)
    if resume_waiting(conversation, answered_at=message.said_at, by=by):
        conversation.state = ConversationState.OPEN
    elif not conversation.is_waiting:
        conversation.state = ConversationState.ANSWERED
    if PICKED_UP in message.marks and conversation.assignee_id == by.pk and not _stands(conversation, by):
        conversation.assignee = None
    conversation.save()
    save_draft(conversation=conversation, by=by, kind=DraftKind.REPLY, text=_with_draft(conversation, by, message.text))
    publish(
        ReplyTakenBack(organisation_id=message.organisation_id, conversation_id=conversation.pk, message_id=message.pk)
    )


def _with_draft(conversation: Conversation, by: Membership, text: str) -> str:
    """`text` above what `by` began to write since, as far as both together are not too long for a draft."""
    drafts = Draft.objects.of(conversation.organisation_id).filter(conversation=conversation, membership=by)
    since = drafts.filter(kind=DraftKind.REPLY).values_list("text", flat=True).first() or ""
    both = f"{text}\n\n{since}"
    return text if since.strip() in text or len(both) > LONGEST_DRAFT else both


def _stands(conversation: Conversation, by: Membership) -> bool:
    said = Message.objects.of(conversation.organisation_id).filter(conversation=conversation, membership=by)
    return said.filter(direction=Direction.OUTBOUND, withdrawn_at__isnull=True).exists()
