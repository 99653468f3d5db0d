"""A private question that is shown to everybody, once the one who asked it says yes."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.community.actions.answer import answer as give_answer
from klankbord.community.actions.ask import ask
from klankbord.community.events import PublicationAsked, PublicationDecided
from klankbord.community.letters import may_we_publish_letter
from klankbord.community.models import Publication, Question
from klankbord.community.refusals import AlreadyAsked, NoMailAddress, NotPrivate, OnlyStaff
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.composing import reply_recipient
from klankbord.conversations.models import Conversation
from klankbord.conversations.refusals import NothingWritten, TooLong
from klankbord.design.writing import has_no_word
from klankbord.events.publish import publish
from klankbord.participation.actions import change_participant
from klankbord.participation.posting import post_letter, public_url
from klankbord.participation.privacy import TooPersonal, is_forbidden, kinds_in
from klankbord.people.models import Membership, Organisation
from klankbord.people.visitors import person_of_member


@transaction.atomic
def ask_to_publish(
    *, conversation: Conversation, by: Membership, title: str, text: str, answer: str = ""
) -> Publication:
    """Ask the customer by mail whether this may stand in public. Nothing does before they say yes.

    Raises:
        OnlyStaff: `by` does not work here (any more).
        NotPrivate: it is public already.
        AlreadyAsked: they were asked and have not decided.
        NoMailAddress: they cannot be asked.
        NothingWritten, TooLong, TooPersonal: what would stand there.
    """
    if by.organisation_id != conversation.organisation_id or not by.is_active:
        raise OnlyStaff
    if conversation.is_public:
        raise NotPrivate
    organisation = conversation.organisation
    title, text, answer = " ".join(title.split()), text.strip(), answer.strip()
    _check(organisation, title, text, answer)
    _withdraw_what_was_never_decided(conversation)
    if Publication.objects.of(organisation).open().filter(conversation=conversation).exists():
        raise AlreadyAsked
    recipient = reply_recipient(conversation)
    if recipient is None:
        raise NoMailAddress
    token = secrets.token_urlsafe(16)
    made = Publication.objects.create(
        organisation=organisation,
        conversation=conversation,
        title=title,
        text=text,
        answer=answer,
        asked_by=by,
        token_hash=_hash(token),
    )
    link = public_url(organisation, reverse("community:consent", args=[token]))
    with translation.override(organisation.speaks(conversation.person.language)):
        letter = may_we_publish_letter(
            organisation=organisation.name,
            name=by.user.name,
            title=title,
            text=text,
            answer=answer,
            link=link,
            personal=kinds_in(organisation, title, text, answer),
        )
        post_letter(
            organisation=organisation,
            letter=letter,
            to=recipient.shown,
            language=conversation.person.language,
            answers_to=conversation.pk,
        )
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="asked_to_publish", subject=conversation)
    _tell_asked(made)
    return made


def _withdraw_what_was_never_decided(conversation: Conversation) -> None:
    """An earlier question that ran out makes room for a new one."""
    now = clock.now()
    Publication.objects.of(conversation.organisation).filter(
        conversation=conversation,
        decided_at__isnull=True,
        withdrawn_at__isnull=True,
        asked_at__lte=now - Publication.KEPT,
    ).update(withdrawn_at=now)


def publication_with(*, organisation: Organisation, token: str) -> Publication | None:
    """The request that this link is about, decided or not; None for a link that we did not make."""
    rows = Publication.objects.of(organisation).select_related("conversation__person", "asked_by__user", "became")
    found: Publication | None = rows.filter(token_hash=_hash(token[:100])).first()
    return found


@transaction.atomic
def decide(*, publication: Publication, agree: bool, pseudonym: str = "") -> Question | None:
    """The customer says yes or no. With yes a new public conversation grows from the private one, which stays private.

    Only the first word counts, and none after it was taken back or is too old; the question that it became, if any.
    """
    rows = Publication.objects.of(publication.organisation_id)
    locked = rows.open().select_for_update(of=("self",)).filter(pk=publication.pk)
    current = locked.select_related("conversation__person", "conversation__organisation", "asked_by__user").first()
    if current is None:
        return rows.select_related("became").get(pk=publication.pk).became
    current.decided_at, current.agreed = clock.now(), agree
    if agree:
        current.became = _publish(current, pseudonym)
    current.save(update_fields=["decided_at", "agreed", "became"])
    _tell_decided(current)
    return current.became


@transaction.atomic
def ask_no_longer(*, publication: Publication, by: Membership) -> bool:
    """Take the request back. False: it was decided, or taken back.

    Raises:
        OnlyStaff: `by` does not work here (any more).
    """
    if by.organisation_id != publication.organisation_id or not by.is_active:
        raise OnlyStaff
    rows = Publication.objects.of(publication.organisation_id).filter(pk=publication.pk)
    if not rows.filter(decided_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=clock.now()):
        return False
    _tell_decided(publication)
    return True


def _publish(publication: Publication, pseudonym: str) -> Question:
    conversation, by = publication.conversation, publication.asked_by
    person = conversation.person.canonical
    if pseudonym.strip():
        change_participant(person=person, pseudonym=pseudonym)
    question = ask(person=person, title=publication.title, text=publication.text, grew_from=conversation)
    if publication.answer:
        give_answer(
            question=question,
            person=person_of_member(membership=by),
            text=publication.answer,
            membership=by,
            official=by.is_active,
        )
    return question


def _check(organisation: Organisation, title: str, text: str, answer: str) -> None:
    if has_no_word(title):
        raise NothingWritten
    if len(title) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT or len(answer) > LONGEST_TEXT:
        raise TooLong
    if is_forbidden(organisation, title, text, answer):
        raise TooPersonal


def _hash(token: str) -> str:
    return hashlib.sha256(f"klankbord.community.consent:{token}".encode()).hexdigest()


def _tell_asked(publication: Publication) -> None:
    publish(
        PublicationAsked(
            organisation_id=publication.organisation_id,
            conversation_id=publication.conversation_id,
            publication_id=publication.pk,
        )
    )


def _tell_decided(publication: Publication) -> None:
    publish(
        PublicationDecided(
            organisation_id=publication.organisation_id,
            conversation_id=publication.conversation_id,
            publication_id=publication.pk,
        )
    )
