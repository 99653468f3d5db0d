"""Posting, tipping, asking the question of the month, and reacting."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.actions.speak_publicly import (
    open_publicly,
    opening_message,
    say_publicly,
    show_publicly,
    withdraw_publicly,
)
from klankbord.conversations.models import Conversation, ConversationKind, Message
from klankbord.conversations.refusals import Refused
from klankbord.events.publish import publish
from klankbord.participation.actions import cast_vote, follow, is_own, revise, withdraw_vote
from klankbord.participation.pictures import LONGEST_WORDS, Shown
from klankbord.people.models import Membership, Organisation, Person, Role
from klankbord.people.visitors import person_of_member
from klankbord.posts.events import MonthlyQuestionAsked, PostWritten, ThingsArranged, TipGiven
from klankbord.posts.models import Log, MonthlyQuestion, Post, Theme, Tip


class NotPossible(Refused):
    """It cannot be done; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence  # type: ignore[assignment]  # a lazy one on the class


@transaction.atomic
def write_post(*, by: Membership, title: str, text: str, log: Log | None = None) -> Post:
    """Say something to everybody, under one's own name.

    Raises:
        NotPossible: in a log that ended.
        NothingWritten, TooLong: the words.
    """
    if log is not None and (log.ended_at is not None or log.organisation_id != by.organisation_id):
        raise NotPossible(_("This log has ended."))
    opening = open_publicly(
        person=person_of_member(membership=by), kind=ConversationKind.POST, subject=title, text=text, membership=by
    )
    post = Post.objects.create(
        organisation_id=by.organisation_id, conversation=opening.conversation, log=log, posted_at=opening.said_at
    )
    publish(
        PostWritten(organisation_id=by.organisation_id, conversation_id=opening.conversation_id, message_id=opening.pk)
    )
    return post


@transaction.atomic
def change_post(*, post: Post, by: Membership, title: str, text: str) -> None:
    """Change one's own post; a lead may change every one. What stood there stays to be seen."""
    opening = opening_message(post.conversation)
    _require_own(opening, by)
    revise(message=opening, by=person_of_member(membership=by), text=text, subject=title)


@transaction.atomic
def take_post_back(*, post: Post, by: Membership) -> None:
    """Take one's own post back, with the reactions to it; a lead may take back every one. Twice is once."""
    opening = opening_message(post.conversation)
    _require_own(opening, by)
    if withdraw_publicly(message=opening):
        post.taken_back_at = clock.now()
        post.save(update_fields=["taken_back_at"])
        record(organisation_id=by.organisation_id, membership_id=by.pk, verb="took_post_back", subject=post)


@transaction.atomic
def react(
    *, conversation: Conversation, person: Person, text: str, membership: Membership | None = None, held: bool = False
) -> Message:
    """React to a post, a tip, or answer the question of the month; who reacts hears what comes of it."""
    said = say_publicly(conversation=conversation, person=person, text=text, membership=membership, held=held)
    follow(person=person, conversation=conversation)
    count_reactions(conversation)
    return said


@transaction.atomic
def take_reaction_back(*, said: Message, by: Person) -> None:
    """Who reacted takes it back; the others stay. Twice is once.

    Raises:
        NotPossible: somebody else said it, or the thread began with it.
    """
    if not is_own(said, by) or opening_message(said.conversation).pk == said.pk:
        raise NotPossible(_("Somebody else wrote this."))
    withdraw_publicly(message=said)


def count_reactions(conversation: Conversation) -> int:
    """Count anew what everybody may read below the opening; returns how many."""
    rows = Message.objects.of(conversation.organisation_id).public().filter(conversation=conversation)
    number = max(0, rows.count() - int(rows.filter(pk=opening_message(conversation).pk).exists()))
    Post.objects.of(conversation.organisation_id).filter(pk=conversation.pk).update(reactions=number)
    MonthlyQuestion.objects.of(conversation.organisation_id).filter(pk=conversation.pk).update(answers=number)
    return number


@transaction.atomic
def give_tip(
    *,
    person: Person,
    title: str,
    text: str,
    theme: Theme | None = None,
    picture: Shown | None = None,
    membership: Membership | None = None,
    held: bool = False,
) -> Tip:
    """Give a tip to everybody. Its picture, which waited to be posted, is the tip's from then on.

    Raises:
        NotPossible: under a theme that takes none today.
        NothingWritten, TooLong: the words.
    """
    today = person.organisation.today()
    if theme is not None and not theme.is_open(today):
        raise NotPossible(_("This theme takes no tips any more. You can still give one without a theme."))
    drawn, words = picture or (None, "")
    opening = open_publicly(
        person=person, kind=ConversationKind.TIP, subject=title, text=text, membership=membership, held=held
    )
    tip = Tip.objects.create(
        organisation_id=person.organisation_id,
        conversation=opening.conversation,
        theme=theme,
        given_at=opening.said_at,
        picture=drawn.file if drawn else None,
        picture_words=words.strip()[:LONGEST_WORDS],
        width=drawn.width if drawn else 0,
        height=drawn.height if drawn else 0,
    )
    if drawn is not None:
        drawn.delete()
    follow(person=person, conversation=opening.conversation)
    publish(
        TipGiven(organisation_id=person.organisation_id, conversation_id=opening.conversation_id, message_id=opening.pk)
    )
    return tip


@transaction.atomic
def withdraw_tip(*, tip: Tip, by: Person) -> None:
    """Its giver takes it back. Twice is once."""
    if tip.conversation.person.canonical.pk != by.canonical.pk:
        raise NotPossible(_("Only who gave this tip can take it back."))
    if withdraw_publicly(message=opening_message(tip.conversation)):
        tip.withdrawn_at = clock.now()
        tip.save(update_fields=["withdrawn_at"])


@transaction.atomic
def like_tip(*, tip: Tip, person: Person, place: str = "") -> bool:
    """Like a tip, once; one's own cannot be liked."""
    if tip.conversation.person.canonical.pk == person.canonical.pk:
        raise NotPossible(_("This is your own tip. Others can like it."))
    changed = cast_vote(message=opening_message(tip.conversation), person=person, place=place)
    if changed:
        Tip.objects.of(tip.organisation_id).filter(pk=tip.pk).update(likes=F("likes") + 1)
    return changed


@transaction.atomic
def like_tip_no_longer(*, tip: Tip, person: Person) -> bool:
    """Take the like back."""
    changed = withdraw_vote(message=opening_message(tip.conversation), person=person)
    if changed:
        Tip.objects.of(tip.organisation_id).filter(pk=tip.pk, likes__gt=0).update(likes=F("likes") - 1)
    return changed


@transaction.atomic
def ask_monthly_question(*, by: Membership, title: str, text: str, month: date) -> MonthlyQuestion:
    """Ask the question of a month; there is one. That of a later month waits, seen by moderators only, until it begins.

    Raises:
        NotPossible: not by a lead or moderator, that month has its question, is over, or is more than a year ahead.
    """
    if not by.may(Role.MODERATOR):
        raise NotPossible(_("Only a moderator can ask the question of the month."))
    first, this = month.replace(day=1), by.organisation.today().replace(day=1)
    if not this <= first <= this.replace(year=this.year + 1):
        raise NotPossible(_("Choose this month, or one of the twelve that come."))
    waits = first > this
    opening = open_publicly(
        person=person_of_member(membership=by),
        kind=ConversationKind.POST,
        subject=title,
        text=text,
        membership=by,
        held=waits,
    )
    try:
        with transaction.atomic():
            row = MonthlyQuestion.objects.create(
                organisation_id=by.organisation_id,
                conversation=opening.conversation,
                month=first,
                asked_at=None if waits else opening.said_at,
            )
    except IntegrityError:
        raise NotPossible(_("This month has its question already.")) from None
    if not waits:
        _tell_asked(opening)
    return row


def ask_what_waited() -> None:
    """The job: what was written ahead is asked once its month has begun."""
    rows = MonthlyQuestion.objects.across_organisations("the job asks for all").waiting()
    for each in rows.select_related("organisation", "conversation"):
        if each.month <= each.organisation.today():
            _ask_now(each)


@transaction.atomic
def _ask_now(question: MonthlyQuestion) -> None:
    rows = MonthlyQuestion.objects.of(question.organisation_id).waiting().filter(pk=question.pk)
    if rows.update(asked_at=clock.now()):
        opening = opening_message(question.conversation)
        show_publicly(message=opening)
        _tell_asked(opening)


def _tell_asked(opening: Message) -> None:
    publish(
        MonthlyQuestionAsked(
            organisation_id=opening.organisation_id, conversation_id=opening.conversation_id, message_id=opening.pk
        )
    )


@transaction.atomic
def save_log(*, organisation: Organisation, by: Membership, name: str, about: str, log: Log | None = None) -> Log:
    """Make a log, or change one; its address stays."""
    _require_moderator(by, organisation)
    slug = slugify(name)[:60].strip("-")
    same = Log.objects.of(organisation).filter(slug=slug)
    if not slug or (same.exclude(pk=log.pk) if log else same).exists():
        raise NotPossible(_("Give it a name that no other has."))
    row = log or Log(organisation=organisation, slug=slug)
    row.name, row.about = " ".join(name.split())[:60], about.strip()[:200]
    row.save()
    publish(ThingsArranged(organisation_id=organisation.pk))
    return row


@transaction.atomic
def end_log(*, log: Log, by: Membership) -> None:
    """No further posts in it; what there is stays. Twice is once."""
    _require_moderator(by, log.organisation)
    if log.ended_at is None:
        log.ended_at = clock.now()
        log.save(update_fields=["ended_at"])
        publish(ThingsArranged(organisation_id=log.organisation_id))


@transaction.atomic
def save_theme(
    *,
    organisation: Organisation,
    by: Membership,
    name: str,
    invitation: str,
    opens_on: date | None,
    closes_on: date | None,
    theme: Theme | None = None,
) -> Theme:
    """Make a theme for tips, or change one; its address stays."""
    _require_moderator(by, organisation)
    slug = slugify(name)[:80].strip("-")
    same = Theme.objects.of(organisation).filter(slug=slug)
    if not slug or (same.exclude(pk=theme.pk) if theme else same).exists():
        raise NotPossible(_("Give it a name that no other has."))
    if opens_on and closes_on and closes_on < opens_on:
        raise NotPossible(_("The last day cannot be before the first."))
    row = theme or Theme(organisation=organisation, slug=slug)
    row.name, row.invitation = " ".join(name.split())[:80], invitation.strip()[:300]
    row.opens_on, row.closes_on = opens_on, closes_on
    row.save()
    publish(ThingsArranged(organisation_id=organisation.pk))
    return row


def _require_moderator(by: Membership, organisation: Organisation) -> None:
    if by.organisation_id != organisation.pk or not by.may(Role.MODERATOR):
        raise NotPossible(_("Only a moderator can do this."))


def _require_own(opening: Message, by: Membership) -> None:
    if opening.organisation_id != by.organisation_id or not (opening.membership_id == by.pk or by.may(Role.LEAD)):
        raise NotPossible(_("Somebody else wrote this."))
