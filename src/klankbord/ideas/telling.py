"""Mails about ideas that go to one person: who heard of a change, a question for consent, an invitation to a panel."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from itertools import batched

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.channels.secrets import keyed_hash
from klankbord.conversations.composing import reply_recipient
from klankbord.conversations.models import Message
from klankbord.ideas.actions.grow import consent_hash
from klankbord.ideas.actions.panels import link_for
from klankbord.ideas.counting import family, voters
from klankbord.ideas.events import ChangePublished, ConsentAsked, PanelInvited
from klankbord.ideas.following import followers, tell_follower
from klankbord.ideas.letters import change_letter, consent_letter, panel_letter
from klankbord.ideas.mailing import LATER, in_their_language, mailbox_of
from klankbord.ideas.models import Board, Change, ChangeTold, ConsentRequest, Idea
from klankbord.participation.leaving import unsubscribe_url
from klankbord.participation.models import Follow, Participant, Rhythm
from klankbord.participation.posting import post_letter, public_url
from klankbord.participation.privacy import kinds_in
from klankbord.people.models import Address, AddressKind, Membership, Organisation, Person

AT_A_TIME = 200


def note_who_hears(event: ChangePublished) -> None:
    """Everybody who voted, wrote or followed is to hear of the change, once; also who follows all changes."""
    change = Change.objects.of(event.organisation_id).filter(pk=event.change_id).select_related("organisation").first()
    if change is None or change.published_at is None:
        return
    asked = _who_asked_for(change.organisation_id, change.ideas.all())
    following = followers(change.organisation, by=change.by, at=change.published_at)
    # Whoever still waits as a follower may have asked for it by what was named since.
    ChangeTold.objects.of(change.organisation_id).filter(change=change, only_follows=True, told_at=None).delete()
    made = [ChangeTold(organisation_id=change.organisation_id, change=change, person_id=each) for each in sorted(asked)]
    made += [
        ChangeTold(organisation_id=change.organisation_id, change=change, person_id=each, due_at=due, only_follows=True)
        for each, due in following.items()
        if each not in asked
    ]
    ChangeTold.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)


def how_many_hear(by: Membership, ideas: Iterable[Idea], change: Change | None = None) -> int:
    """How many people would get a mail when this is told because of these ideas; nobody hears of a `change` twice."""
    organisation_id = by.organisation_id
    told = change.published_at if change else None
    people = _who_asked_for(organisation_id, ideas)
    people |= set(followers(by.organisation, by=change.by if change else by, at=told or clock.now()))
    if change is not None:
        people -= set(ChangeTold.objects.of(organisation_id).filter(change=change).values_list("person_id", flat=True))
    silent = Participant.objects.of(organisation_id).filter(rhythm=Rhythm.NEVER)
    people -= set(silent.values_list("person_id", flat=True))
    reached: set[int] = set()
    for some in batched(people, 500, strict=False):
        theirs = Q(person_id__in=some) | Q(person__merged_into_id__in=some)
        rows = Address.objects.of(organisation_id).filter(theirs, kind=AddressKind.EMAIL, bounced_at__isnull=True)
        for person, merged_into in rows.values_list("person_id", "person__merged_into_id"):
            reached.add(merged_into or person)
    return len(reached)


def _who_asked_for(organisation: int, ideas: Iterable[Idea]) -> set[int]:
    """Canonical ids of all who voted for one of these ideas, wrote about one, or follow one."""
    found: set[int] = set()
    others: set[int] = set()
    for idea in ideas:
        conversations = [each.conversation_id for each in family(idea)]
        found |= set(voters(idea))
        said = (
            Message.objects.of(organisation)
            .for_customer()
            .filter(
                conversation_id__in=conversations, hidden_at__isnull=True, membership__isnull=True, person__isnull=False
            )
        )
        others |= {each for each in said.values_list("person_id", flat=True) if each is not None}
        others |= set(
            Follow.objects.of(organisation)
            .filter(conversation_id__in=conversations)
            .values_list("person_id", flat=True)
        )
    for person in Person.objects.of(organisation).filter(pk__in=others - found).select_related("merged_into"):
        found.add(person.canonical.pk)
    return found - _members(organisation)


def _members(organisation_id: int) -> set[int]:
    """Who works here made the change; they need no mail about it."""
    rows = Membership.objects.of(organisation_id).active().filter(person__isnull=False)
    return {each for each in rows.values_list("person_id", flat=True) if each is not None}


def tell_of_changes() -> None:
    """The job: mail a number of those who are to hear of a change."""
    rows = ChangeTold.objects.across_organisations("the job tells for all").filter(told_at__isnull=True)
    due = rows.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    for row in due.only("organisation_id", "person_id", "only_follows")[:AT_A_TIME]:
        if row.only_follows:
            tell_follower(row.person_id, row.organisation_id)
        else:
            _tell_one(row.pk, row.organisation_id)


@transaction.atomic
def _tell_one(pk: int, organisation_id: int) -> None:
    rows = ChangeTold.objects.of(organisation_id).filter(pk=pk, told_at__isnull=True, only_follows=False)
    told = rows.select_for_update(of=("self",)).select_related("change__organisation", "person").first()
    if told is None:
        return
    change, person = told.change, told.person.canonical
    organisation = change.organisation
    wishes = Participant.objects.of(organisation_id).filter(person=person).values_list("rhythm", flat=True).first()
    recipient = mailbox_of(person)
    if recipient is not None and wishes != Rhythm.NEVER:
        token = secrets.token_urlsafe(16)
        told.token_hash = ask_hash(token)
        letter = in_their_language(
            organisation,
            person.language,
            lambda: change_letter(
                change=change,
                organisation=organisation.name,
                page=public_url(organisation, reverse("changes:change", args=[change.pk])),
                ask=public_url(organisation, reverse("changes:ask", args=[token])),
                unsubscribe=unsubscribe_url(organisation, person),
            ),
        )
        with translation.override(organisation.speaks(person.language)):
            queued = post_letter(organisation=organisation, letter=letter, to=recipient.shown, language=person.language)
        if queued is None:  # today's share is used up, or there is no mailbox
            rows.update(due_at=clock.now() + LATER)
            return
        told.mailed = True
    told.told_at = clock.now()
    told.save(update_fields=["token_hash", "told_at", "mailed"])


def told_by_link(*, organisation: Organisation, token: str) -> ChangeTold | None:
    """Who was asked with the link in a mail; None for one that asks nobody."""
    rows = ChangeTold.objects.of(organisation).select_related("change", "person__merged_into")
    return rows.filter(token_hash=ask_hash(token)).first()


def ask_hash(token: str) -> str:
    """The hash under which the token of a mail about a change is stored."""
    return keyed_hash("change-asked", token)


def mail_consent(event: ConsentAsked) -> None:
    """Ask the customer; once, however often this runs."""
    rows = ConsentRequest.objects.of(event.organisation_id).select_related(
        "conversation__person", "conversation__organisation", "conversation__channel", "asked_by__user"
    )
    request = rows.filter(pk=event.request_id, answered_at__isnull=True).first()
    recipient = reply_recipient(request.conversation) if request else None
    if request is None or recipient is None or _was_sent(event.organisation_id, f"consent.{request.pk}@"):
        return
    organisation, person = request.conversation.organisation, request.conversation.person
    token = secrets.token_urlsafe(16)
    request.token_hash = consent_hash(token)
    request.save(update_fields=["token_hash"])
    letter = in_their_language(
        organisation,
        person.language,
        lambda: consent_letter(
            request=request,
            name=person.name,
            asked_by=request.asked_by.user.name if request.asked_by else "",
            organisation=organisation.name,
            link=public_url(organisation, reverse("ideas:consent", args=[token])),
            personal=kinds_in(organisation, request.title, request.text),
        ),
    )
    with translation.override(organisation.speaks(person.language)):
        post_letter(
            organisation=organisation,
            letter=letter,
            to=recipient.shown,
            language=person.language,
            purpose=Dispatch.Purpose.LINK,
            message_id=f"consent.{request.pk}",
        )


def mail_panel_invitation(event: PanelInvited) -> None:
    """Invite somebody to a panel; a second run makes the first link useless, and sends none that works not."""
    board = Board.objects.of(event.organisation_id).select_related("organisation").filter(pk=event.board_id).first()
    person = Person.objects.of(event.organisation_id).filter(pk=event.person_id).first()
    member = Membership.objects.of(event.organisation_id).select_related("user").filter(pk=event.membership_id).first()
    recipient = mailbox_of(person) if person else None
    if board is None or person is None or member is None or recipient is None:
        return
    known = PanelInvited.name, board.pk, person.pk, clock.now().date()
    message_id = f"panel.{keyed_hash(*known)[:24]}"
    if _was_sent(event.organisation_id, f"{message_id}@"):
        return
    organisation, token = board.organisation, link_for(board=board, by=member, person=person)
    letter = in_their_language(
        organisation,
        person.language,
        lambda: panel_letter(
            board=board,
            name=person.name,
            invited_by=member.user.name,
            organisation=organisation.name,
            link=public_url(organisation, reverse("ideas:join", args=[token])),
        ),
    )
    with translation.override(organisation.speaks(person.language)):
        post_letter(
            organisation=organisation,
            letter=letter,
            to=recipient.shown,
            language=person.language,
            purpose=Dispatch.Purpose.LINK,
            message_id=message_id,
        )


def _was_sent(organisation_id: int, beginning: str) -> bool:
    return Dispatch.objects.of(organisation_id).filter(message_id__startswith=beginning).exists()
