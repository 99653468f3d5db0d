"""Voting, following, tagging and editing: one mechanism for everything public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import opens, rewrite_publicly
from klankbord.conversations.models import Conversation, Message
from klankbord.events.publish import publish, publish_all
from klankbord.participation.contract import OwnWords
from klankbord.participation.events import (
    Followed,
    ParticipantChanged,
    Retagged,
    Revised,
    VoteCast,
    VoteWithdrawn,
)
from klankbord.participation.models import Follow, Participant, Revision, Rhythm, Tagging, Topic, Vote, VoteQuerySet
from klankbord.participation.names import is_the_houses, tidy_name
from klankbord.people.models import Membership, Person

FRESH = timedelta(days=1)
"""Who is known for less has a fresh account, which the defence against lobbies looks at."""


@transaction.atomic
def cast_vote(*, message: Message, person: Person, place: str = "", at: datetime | None = None) -> bool:
    """Count `person` for `message`; False when they counted already, also from another process at this very moment.

    The caller has seen that the message is public, and keeps its own counter in the same transaction.
    """
    person, moment = person.canonical, at or clock.now()
    if _everyones(person, message).exists() or _voted_from_that_mailbox(person, message):
        return False
    vote = Vote(
        organisation_id=message.organisation_id,
        message=message,
        person=person,
        at=moment,
        place=place,
        is_fresh=moment - person.created_at < FRESH,
    )
    try:
        with transaction.atomic():
            vote.save()
    except IntegrityError:
        return False
    publish(_about(VoteCast, vote, message))
    return True


def refuse_own(message: Message, person: Person) -> None:
    """Nobody finds their own words useful.

    Raises:
        OwnWords: they are.
    """
    if is_own(message, person):
        raise OwnWords


def is_own(message: Message, person: Person) -> bool:
    """Whether this person wrote it, whoever they were merged with."""
    return message.person_id in _everyone(person)


@dataclass(frozen=True, slots=True)
class Casting:
    """A vote that is to be cast, as `cast_vote` takes it."""

    message: Message
    person: Person
    place: str
    at: datetime


@transaction.atomic
def cast_votes(*, organisation_id: int, castings: Sequence[Casting]) -> list[Vote | None]:
    """As `cast_vote` for each of these of one organisation, with the queries of one; None where it counted already.

    The caller holds what keeps others from voting for the same messages at this moment.
    """
    people = {each.person.canonical.pk: each.person.canonical for each in castings}
    same = _same_as(organisation_id, people)
    voters = _voters(organisation_id, same)
    rows = Vote.objects.of(organisation_id).on({each.message.pk for each in castings})
    there = {
        (message_id, voters[person_id])
        for message_id, person_id in rows.filter(person_id__in=voters).values_list("message_id", "person_id")
    }
    votes: list[Vote | None] = []
    for each in castings:
        person = each.person.canonical
        voter = each.message.pk, voters[person.pk]
        is_new = voter not in there
        there.add(voter)
        vote = Vote(
            organisation_id=organisation_id,
            message=each.message,
            person=person,
            at=each.at,
            place=each.place,
            is_fresh=each.at - person.created_at < FRESH,
        )
        votes.append(vote if is_new else None)
    fresh = [vote for vote in votes if vote is not None]
    Vote.objects.bulk_create(fresh)
    publish_all([_about(VoteCast, vote, vote.message) for vote in fresh])
    return votes


def _same_as(organisation_id: int, people: Iterable[int]) -> dict[int, int]:
    """For all rows that are one of these canonical persons: which of them."""
    found = {pk: pk for pk in people}
    layer = dict(found)
    while layer:
        rows = Person.objects.of(organisation_id).filter(merged_into_id__in=layer).values_list("pk", "merged_into_id")
        layer = {pk: layer[into] for pk, into in rows if into is not None and pk not in found}
        found |= layer
    return found


def _voters(organisation_id: int, same: dict[int, int]) -> dict[int, int | str]:
    """For all rows of these persons, and of others with one of their mailboxes: who counts, once."""
    rows = Participant.objects.of(organisation_id).exclude(mailbox_hash="")
    boxes = dict(rows.filter(person_id__in=same).values_list("person_id", "mailbox_hash"))
    of_person = {same[pk]: box for pk, box in boxes.items()}
    found: dict[int, int | str] = {pk: of_person.get(canonical, canonical) for pk, canonical in same.items()}
    if boxes:
        others = rows.filter(mailbox_hash__in=set(boxes.values())).values_list("person_id", "mailbox_hash")
        found = {**dict(others), **found}
    return found


def _voted_from_that_mailbox(person: Person, message: Message) -> bool:
    """Whether somebody voted whom mail reaches in the same place: an address with a plus is no second voter."""
    rows = Participant.objects.of(message.organisation_id).exclude(mailbox_hash="")
    boxes = rows.filter(person_id__in=_everyone(person)).values("mailbox_hash")
    others = list(rows.filter(mailbox_hash__in=boxes).values_list("person_id", flat=True))
    return Vote.objects.of(message.organisation_id).filter(message=message, person_id__in=others).exists()


@transaction.atomic
def withdraw_vote(*, message: Message, person: Person) -> bool:
    """Take the vote back; False when there was none."""
    votes = list(_everyones(person.canonical, message))
    for vote in votes:
        withdrawn = _about(VoteWithdrawn, vote, message)
        vote.delete()
        publish(withdrawn)
    return bool(votes)


def voted_for(*, person: Person | None, organisation_id: int, message_ids: Iterable[int]) -> set[int]:
    """For which of these messages the person counts."""
    if person is None:
        return set()
    rows = Vote.objects.of(organisation_id).on(message_ids).filter(person_id__in=_everyone(person))
    return set(rows.values_list("message_id", flat=True))


def distinct_votes(*, organisation_id: int, message_ids: Iterable[int]) -> dict[int, datetime]:
    """Who counts for any of these messages, as canonical person id, and since when first.

    The one place where votes are counted anew: after a merge of persons, of ideas or of questions.
    """
    rows = Vote.objects.of(organisation_id).on(message_ids).select_related("person", "person__merged_into")
    found: dict[int, datetime] = {}
    for vote in rows.order_by("at").iterator(chunk_size=1000):
        found.setdefault(vote.person.canonical.pk, vote.at)
    return found


def vote_counts(*, organisation_id: int, message_ids: Iterable[int]) -> dict[int, int]:
    """How many persons count for each of these messages; those without a vote are left out."""
    rows = Vote.objects.of(organisation_id).on(message_ids).order_by()
    counts: dict[int, int] = {}
    doubtful: list[int] = []
    grouped = rows.values("message_id").annotate(cast=Count("pk"), merged=Count("person__merged_into"))
    for message_id, cast, merged in grouped.values_list("message_id", "cast", "merged"):
        counts[message_id] = cast
        if merged:
            doubtful.append(message_id)
    for message_id in doubtful:
        counts[message_id] = len(distinct_votes(organisation_id=organisation_id, message_ids=[message_id]))
    return counts


@transaction.atomic
def follow(
    *,
    person: Person,
    conversation: Conversation | None = None,
    topic: Topic | None = None,
    whom: Person | None = None,
    area: str = "",
    rhythm: str | None = None,
) -> bool:
    """Let `person` hear of one of these; False when they did already (a `rhythm` is set all the same; "" is theirs for
    all).
    """
    person = person.canonical
    target = {"conversation": conversation, "topic": topic, "whom": whom.canonical if whom else None, "area": area}
    row, made = Follow.objects.get_or_create(
        organisation_id=person.organisation_id, person=person, **target, defaults={"rhythm": rhythm or ""}
    )
    if not made and rhythm is not None and row.rhythm != rhythm:
        row.rhythm = rhythm
        row.save(update_fields=["rhythm"])
    if made:
        publish(
            Followed(
                organisation_id=person.organisation_id,
                person_id=person.pk,
                conversation_id=conversation.pk if conversation else None,
            )
        )
    return made


@transaction.atomic
def unfollow(
    *,
    person: Person,
    conversation: Conversation | None = None,
    topic: Topic | None = None,
    whom: Person | None = None,
    area: str = "",
) -> bool:
    """Let `person` no longer hear of it; False when they did not."""
    rows = Follow.objects.of(person.organisation_id).filter(person_id__in=_everyone(person))
    gone, _by_kind = rows.filter(conversation=conversation, topic=topic, whom=whom, area=area).delete()
    if gone:
        publish(
            Followed(
                organisation_id=person.organisation_id,
                person_id=person.canonical.pk,
                conversation_id=conversation.pk if conversation else None,
            )
        )
    return bool(gone)


def follows(*, person: Person | None, conversation: Conversation) -> bool:
    """Whether this person hears of what happens in this thread."""
    if person is None:
        return False
    rows = Follow.objects.of(conversation.organisation_id).filter(conversation=conversation)
    return rows.filter(person_id__in=_everyone(person)).exists()


@transaction.atomic
def tag(*, conversation: Conversation, topics: Sequence[Topic]) -> bool:
    """Let the thread be about exactly these topics; False when it was."""
    rows = Tagging.objects.of(conversation.organisation_id).filter(conversation=conversation)
    had, wanted = set(rows.values_list("topic_id", flat=True)), {topic.pk for topic in topics}
    if had == wanted:
        return False
    rows.filter(topic_id__in=had - wanted).delete()
    Tagging.objects.bulk_create(
        (
            Tagging(organisation_id=conversation.organisation_id, conversation=conversation, topic_id=topic_id)
            for topic_id in sorted(wanted - had)
        ),
        ignore_conflicts=True,
    )
    publish(Retagged(organisation_id=conversation.organisation_id, conversation_id=conversation.pk))
    return True


@transaction.atomic
def revise(*, message: Message, by: Person, text: str, subject: str | None = None, reason: str = "") -> Revision | None:
    """Change what a public message says; what stood there stays to be seen. None when nothing changed.

    `subject` is the thread's, for the message that opened it.

    Raises:
        NothingWritten, TooLong: the text.
    """
    rows = Conversation.objects.of(message.organisation_id).select_for_update()
    conversation = rows.get(pk=message.conversation_id)
    # As it stands now: whatever another changed since this one was read stays to be seen as well.
    message.refresh_from_db(from_queryset=Message.objects.of(message.organisation_id), fields=["text"])
    before = conversation.subject if subject is not None and opens(message) else ""
    if text.strip() == message.text and (subject is None or subject.strip() == before):
        return None
    revision = Revision.objects.create(
        organisation_id=message.organisation_id,
        message=message,
        subject=before,
        text=message.text,
        by=by,
        reason=reason.strip()[:200],
    )
    rewrite_publicly(message=message, text=text, subject=subject)
    publish(
        Revised(
            organisation_id=message.organisation_id,
            conversation_id=message.conversation_id,
            message_id=message.pk,
            revision_id=revision.pk,
            by_id=by.pk,
        )
    )
    return revision


def participant_of(person: Person) -> Participant:
    """How this person takes part; as everybody begins when they never chose."""
    person = person.canonical
    row, _made = Participant.objects.get_or_create(organisation_id=person.organisation_id, person=person)
    return row


@transaction.atomic
def change_participant(
    *,
    person: Person,
    pseudonym: str | None = None,
    face: str | None = None,
    about: str | None = None,
    rhythm: Rhythm | None = None,
    wants_credit: bool | None = None,
) -> Participant:
    """Change how somebody is seen in public and how they hear from us; None leaves a thing as it is.

    The name of the house or of a colleague is nobody else's: who asks for it stays without one.
    """
    person, row = person.canonical, participant_of(person)
    if pseudonym is not None:
        name = tidy_name(pseudonym)
        works_here = Membership.objects.of(person.organisation_id).filter(person=person).exists()
        person.pseudonym = name if works_here or not is_the_houses(person.organisation, name) else ""
    if face is not None:
        person.face = face[:60]
    person.save(update_fields=["pseudonym", "face"])
    if about is not None:
        row.about = " ".join(about.split())[:300]
    if rhythm is not None:
        row.rhythm = rhythm
    if wants_credit is not None:
        row.wants_credit = wants_credit
    row.save()
    publish(ParticipantChanged(organisation_id=person.organisation_id, person_id=person.pk))
    return row


def _everyone(person: Person) -> list[int]:
    return Person.objects.of(person.organisation_id).same_as(person)


def _everyones(person: Person, message: Message) -> VoteQuerySet:
    return Vote.objects.of(message.organisation_id).filter(message=message, person_id__in=_everyone(person))


def _about[E: VoteCast | VoteWithdrawn](kind: type[E], vote: Vote, message: Message) -> E:
    return kind(
        organisation_id=message.organisation_id,
        conversation_id=message.conversation_id,
        message_id=message.pk,
        vote_id=vote.pk,
        person_id=vote.person_id,
        author_id=message.person_id,
    )
