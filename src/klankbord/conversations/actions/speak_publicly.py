"""Saying something in public: opening a thread that everybody may read, adding to one, changing and taking back.

What may go public is decided above (moderation); here it is kept, shown or hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from klankbord import clock
from klankbord.channels.models import Channel
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.events import PublicMessageChanged, PublicMessagePosted
from klankbord.conversations.models import (
    Attachment,
    Conversation,
    ConversationKind,
    ConversationState,
    Direction,
    Message,
)
from klankbord.conversations.refusals import NothingWritten, TooLong
from klankbord.design.writing import is_blank, without_directions
from klankbord.events.publish import publish
from klankbord.files.models import StoredFile
from klankbord.people.models import Membership, Organisation, Person

LONGEST_SUBJECT = 300

type Picture = tuple[str, StoredFile]
"""The name under which it is shown, and its content."""


def website_channel(organisation: Organisation) -> Channel:
    """The door through which everything public comes: the organisation's own website."""
    rows = Channel.objects.of(organisation).filter(kind="form").order_by("pk")
    return rows.first() or Channel.objects.create(organisation=organisation, kind="form", name="Website")


@transaction.atomic
def open_publicly(
    *,
    person: Person,
    kind: ConversationKind,
    subject: str,
    text: str,
    pictures: Sequence[Picture] = (),
    membership: Membership | None = None,
    held: bool = False,
    said_at: datetime | None = None,
    grew_from: Conversation | None = None,
    in_circle: bool = False,
    quiet: bool = False,
) -> Message:
    """Begin a public thread; returns its opening message. With `held` nobody but moderators sees it until it is shown.

    `membership` says that `person` speaks for the organisation. With `in_circle` it is for some only; the caller knows
    for whom. `quiet` is for history that is brought in: nobody is
    told.

    Raises:
        NothingWritten, TooLong: the subject or the text.
    """
    if is_blank(subject):
        raise NothingWritten
    if len(subject) > LONGEST_SUBJECT:
        raise TooLong
    _check(text, may_be_empty=True)
    moment = said_at or clock.now()
    organisation = person.organisation
    conversation = Conversation.objects.create(
        organisation=organisation,
        person=person,
        channel=website_channel(organisation),
        kind=kind,
        subject=without_directions(subject).strip(),
        state=ConversationState.PUBLIC,
        is_public=True,
        in_circle=in_circle,
        created_at=moment,
        last_message_at=moment,
        hidden_at=moment if held else None,
        grew_from=grew_from,
    )
    return _say(conversation, person, text, pictures, membership, None, moment, held=held, opened=True, quiet=quiet)


@transaction.atomic
def say_publicly(
    *,
    conversation: Conversation,
    person: Person,
    text: str,
    pictures: Sequence[Picture] = (),
    membership: Membership | None = None,
    reply_to: Message | None = None,
    held: bool = False,
    said_at: datetime | None = None,
    quiet: bool = False,
) -> Message:
    """Add to a public thread: as an answer, or as a comment under `reply_to`. Begins and ends no wait by itself.

    Raises:
        NothingWritten, TooLong: the text.
        ValueError: the thread is not public, or `reply_to` stands in another one.
    """
    if not conversation.is_public or (reply_to is not None and reply_to.conversation_id != conversation.pk):
        raise ValueError("not a public thread, or a comment from another one")
    _check(text, may_be_empty=False)
    moment = said_at or clock.now()
    message = _say(
        conversation, person, text, pictures, membership, reply_to, moment, held=held, opened=False, quiet=quiet
    )
    rows = Conversation.objects.of(conversation.organisation_id).filter(pk=conversation.pk)
    rows.filter(last_message_at__lt=moment).update(last_message_at=moment)
    return message


@transaction.atomic
def hide_publicly(*, message: Message, moment: datetime | None = None) -> bool:
    """Hide a public message from everybody but moderators; its whole thread when it opened that. False: it was."""
    return _set_hidden(message, moment or clock.now())


@transaction.atomic
def show_publicly(*, message: Message) -> bool:
    """Let everybody see a held or hidden message (again). False: they could."""
    return _set_hidden(message, None)


@transaction.atomic
def withdraw_publicly(*, message: Message) -> bool:
    """Its author takes it back. A thread that it opened stays for what others said in it. False: it was."""
    rows = Message.objects.of(message.organisation_id).filter(pk=message.pk, withdrawn_at__isnull=True)
    message.withdrawn_at = clock.now()
    changed = bool(rows.update(withdrawn_at=message.withdrawn_at))
    if changed:
        _tell_changed(message)
    return changed


@transaction.atomic
def rewrite_publicly(*, message: Message, text: str, subject: str | None = None) -> None:
    """Replace its words (and the thread's subject). Keeping what stood there is the caller's work (participation).

    Raises:
        NothingWritten, TooLong: the text.
    """
    put_back_publicly(message=message, text=text, subject=subject, edited_at=clock.now())


@transaction.atomic
def put_back_publicly(*, message: Message, text: str, subject: str | None, edited_at: datetime | None) -> None:
    """Have it say again what it said before, as it was marked then: `edited_at` is None for what nobody had changed.

    Raises:
        NothingWritten, TooLong: the text.
    """
    _check(text, may_be_empty=subject is not None)
    message.text, message.edited_at = without_directions(text).strip(), edited_at
    message.save(update_fields=["text", "edited_at"])
    if subject is not None:
        if is_blank(subject):
            raise NothingWritten
        rows = Conversation.objects.of(message.organisation_id).filter(pk=message.conversation_id)
        rows.update(subject=without_directions(subject).strip()[:LONGEST_SUBJECT])
    _tell_changed(message)


def opening_message(conversation: Conversation) -> Message:
    """What a public thread began with."""
    return Message.objects.of(conversation.organisation_id).filter(conversation=conversation).in_order()[0]


def opens(message: Message) -> bool:
    """Whether this message began its thread."""
    rows = Message.objects.of(message.organisation_id).filter(conversation_id=message.conversation_id)
    return rows.in_order().values_list("pk", flat=True)[0] == message.pk


def openings(*, organisation_id: int, conversation_ids: Collection[int]) -> set[int]:
    """The message with which each of these public threads began."""
    rows = Message.objects.of(organisation_id).filter(
        conversation_id__in=conversation_ids, conversation__is_public=True
    )
    first: dict[int, int] = {}
    for pk, conversation_id in rows.in_order().values_list("pk", "conversation_id"):
        first.setdefault(conversation_id, pk)
    return set(first.values())


def _set_hidden(message: Message, moment: datetime | None) -> bool:
    rows = Message.objects.of(message.organisation_id).filter(pk=message.pk, hidden_at__isnull=moment is not None)
    if not rows.update(hidden_at=moment):
        return False
    message.hidden_at = moment
    if opens(message):
        Conversation.objects.of(message.organisation_id).filter(pk=message.conversation_id).update(hidden_at=moment)
    _tell_changed(message)
    return True


def _check(text: str, *, may_be_empty: bool) -> None:
    if not may_be_empty and is_blank(text):
        raise NothingWritten
    if len(text) > LONGEST_TEXT:
        raise TooLong


def _say(
    conversation: Conversation,
    person: Person,
    text: str,
    pictures: Sequence[Picture],
    membership: Membership | None,
    reply_to: Message | None,
    moment: datetime,
    *,
    held: bool,
    opened: bool,
    quiet: bool,
) -> Message:
    message = Message.objects.create(
        organisation_id=conversation.organisation_id,
        conversation=conversation,
        direction=Direction.OUTBOUND if membership else Direction.INBOUND,
        channel_id=conversation.channel_id,
        person=person,
        membership=membership,
        text=without_directions(text).strip(),
        reply_to=reply_to,
        said_at=moment,
        hidden_at=moment if held else None,
    )
    Attachment.objects.bulk_create(
        Attachment(organisation_id=message.organisation_id, message=message, file=stored, name=name[:255])
        for name, stored in pictures
    )
    publish(
        PublicMessagePosted(
            organisation_id=message.organisation_id,
            conversation_id=conversation.pk,
            message_id=message.pk,
            opened=opened,
            quiet=quiet,
        )
    )
    return message


def _tell_changed(message: Message) -> None:
    publish(
        PublicMessageChanged(
            organisation_id=message.organisation_id, conversation_id=message.conversation_id, message_id=message.pk
        )
    )
