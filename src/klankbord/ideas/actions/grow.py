"""A mail or complaint becomes an idea, when its sender agrees; and an idea becomes a private conversation."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import translation

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.channels.models import Channel
from klankbord.channels.secrets import keyed_hash
from klankbord.conversations.actions.send_reply import LONGEST_TEXT, send_reply
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.composing import reply_recipient
from klankbord.conversations.models import Conversation, ConversationKind, ConversationState
from klankbord.conversations.refusals import TooLong
from klankbord.design.writing import has_no_word, plain_lines
from klankbord.events.publish import publish
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.events import ConsentAnswered, ConsentAsked
from klankbord.ideas.models import Board, ConsentRequest, Idea
from klankbord.ideas.refusals import AgreedAlready, AskedAlready, NoMailbox, NoTitle
from klankbord.ideas.suggesting import without_name
from klankbord.participation.actions import change_participant
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.held import settle
from klankbord.participation.privacy import TooPersonal, is_forbidden, without_personal_data
from klankbord.people.models import Membership, Organisation, Person
from klankbord.signin.mail import sending_mailbox


@transaction.atomic
def ask_consent(*, conversation: Conversation, board: Board, title: str, text: str, by: Membership) -> ConsentRequest:
    """Ask the customer by mail whether this may stand on the board as their idea, in these words.

    Raises:
        NoTitle, TooLong, TooPersonal: it could not be posted like this.
        NoLongerThere: the conversation or the board is not the organisation's, or the conversation is public already.
        NoMailbox: there is no address to ask at.
        AskedAlready: an earlier question has no answer yet, and is no month old.
        AgreedAlready: it is an idea.
    """
    if conversation.organisation_id != by.organisation_id or conversation.is_public:
        raise NoLongerThere
    if by.organisation_id not in board.organisation_ids():
        raise NoLongerThere
    title, text = " ".join(title.split()), plain_lines(text).strip()
    _check(by.organisation, title, text)
    if reply_recipient(conversation) is None or sending_mailbox(conversation.organisation) is None:
        raise NoMailbox
    earlier = ConsentRequest.objects.of(by.organisation_id).filter(conversation=conversation)
    if earlier.filter(idea__isnull=False).exists():
        raise AgreedAlready
    earlier.open().filter(asked_at__lte=clock.now() - ConsentRequest.WAITED).delete()
    if earlier.open().exists():
        raise AskedAlready
    request = ConsentRequest.objects.create(
        organisation_id=by.organisation_id,
        conversation=conversation,
        board=board,
        title=title,
        text=text,
        token_hash=consent_hash(secrets.token_urlsafe(16)),  # opens nothing; the mail gets the one that does
        asked_by=by,
    )
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="asked_consent", subject=conversation)
    publish(ConsentAsked(organisation_id=by.organisation_id, request_id=request.pk, conversation_id=conversation.pk))
    return request


@transaction.atomic
def ask_no_longer(*, conversation: Conversation, by: Membership) -> None:
    """Take back what the customer was asked and did not answer: the link in their mail opens nothing any more."""
    waiting = ConsentRequest.objects.of(by.organisation_id).open().filter(conversation=conversation)
    if waiting.delete()[0]:
        record(organisation_id=by.organisation_id, membership_id=by.pk, verb="asked_no_consent", subject=conversation)


def _check(organisation: Organisation, title: str, text: str) -> None:
    if has_no_word(title):
        raise NoTitle
    if len(title) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise TooLong
    if is_forbidden(organisation, title, text):
        raise TooPersonal


def request_with(*, organisation: Organisation, token: str) -> ConsentRequest | None:
    """What a customer was asked, by the link in their mail; None for a link that opens nothing."""
    rows = ConsentRequest.objects.of(organisation).select_related("conversation__person", "board", "idea")
    return rows.filter(token_hash=consent_hash(token)).first()


@transaction.atomic
def agree(*, request: ConsentRequest, title: str, text: str, name: str, wants_credit: bool) -> Idea:
    """The customer says yes, perhaps in other words: a new public thread begins in their name. Twice is once.

    The private conversation stays as private as it was. `name` is how others see them; without it they are nobody in
    particular. Words that are not ours any more are held to what every post is held to.

    Raises:
        BoardClosed, NoTitle, NothingWritten, TooLong, TooPersonal, CannotTakePart: it cannot be posted like this.
        NoLongerThere: they said no before, or we took the question back.
    """
    text = plain_lines(text)
    if is_forbidden(request.conversation.organisation, title, text):
        raise TooPersonal
    rows = ConsentRequest.objects.of(request.organisation_id).select_for_update(of=("self",))
    row = rows.select_related("conversation", "board", "idea").filter(pk=request.pk).first()
    if row is not None and row.idea is not None:
        return row.idea
    if row is None or row.answered_at is not None:
        raise NoLongerThere
    person = row.conversation.person.canonical
    change_participant(person=person, pseudonym=name or None, wants_credit=wants_credit)
    row.answered_at, row.agreed = clock.now(), True
    row.save(update_fields=["answered_at", "agreed"])
    screened = None
    if (title.strip(), text.strip()) != (row.title.strip(), row.text.strip()):  # no colleague has read these words
        screened = settle(person=person, membership=None, text=text, subject=title)
    row.idea = suggest(
        board=row.board,
        person=person,
        title=title,
        text=text,
        grew_from=row.conversation,
        held=screened is not None and screened.held,
    )
    if screened is not None:
        screened.after(row.idea.opening, "")
    row.save(update_fields=["idea"])
    record(
        organisation_id=row.organisation_id,
        membership_id=None,
        verb="agreed_to_idea",
        subject=row.conversation,
        idea=row.idea.pk,
    )
    _publish_answer(row)
    return row.idea


@transaction.atomic
def decline(*, request: ConsentRequest) -> None:
    """The customer says no: the words that we had made ready are forgotten. Twice is once."""
    rows = ConsentRequest.objects.of(request.organisation_id).filter(pk=request.pk, answered_at__isnull=True)
    if rows.update(answered_at=clock.now(), title="", text=""):
        record(
            organisation_id=request.organisation_id,
            membership_id=None,
            verb="declined_idea",
            subject=request.conversation,
        )
        _publish_answer(request)


def _publish_answer(row: ConsentRequest) -> None:
    publish(
        ConsentAnswered(organisation_id=row.organisation_id, request_id=row.pk, conversation_id=row.conversation_id)
    )


@transaction.atomic
def talk_in_private(*, idea: Idea, by: Membership, text: str) -> Conversation:
    """Begin a private conversation with who had the idea; it goes to them as a mail from `by`. The idea stays.

    Raises:
        NoMailbox: they left no address.
        NothingWritten, TooLong, NotYours: as for any answer.
    """
    person: Person = idea.conversation.person.canonical
    organisation = idea.conversation.organisation
    door = Channel.objects.of(organisation).active().filter(kind="email").order_by("pk").first()
    if door is None:
        raise NoMailbox
    moment = clock.now()
    conversation = Conversation.objects.create(
        organisation=organisation,
        person=person,
        channel=door,
        kind=ConversationKind.IDEA,
        subject=idea.conversation.subject,
        state=ConversationState.ANSWERED,
        created_at=moment,
        last_message_at=moment,
        grew_from=idea.conversation,
    )
    if reply_recipient(conversation) is None:
        raise NoMailbox
    with translation.override(organisation.speaks(person.language)):
        send_reply(conversation=conversation, by=by, text=text)
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="talked_in_private", subject=idea)
    return conversation


def prepared(*, conversation: Conversation, text: str) -> str:
    """What a customer wrote, with what is personal taken out, as a first draft of the idea."""
    return without_name(without_personal_data(conversation.organisation, text), conversation.person.name)


def consent_hash(token: str) -> str:
    """The hash under which the token of a consent mail is stored."""
    return keyed_hash("idea-consent", token)
