"""Telling people what happens in what they follow: at once, once a day or once a week, in as few mails as possible."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.conversations.models import Conversation, Message
from klankbord.markup.markdown import render_markdown
from klankbord.markup.plain import text_from_html
from klankbord.participation.authors import authors
from klankbord.participation.contract import may_see
from klankbord.participation.leaving import came_by, named, unsubscribe_url
from klankbord.participation.letters import Item, news_letter
from klankbord.participation.models import Follow, Notice, Participant, Rhythm, Tagging
from klankbord.participation.paths import thread_path
from klankbord.participation.posting import post_letter, public_url
from klankbord.people.models import Address, AddressKind, Organisation, Person

AT_ONCE = timedelta(minutes=1)
"""A moment to take something back, and to put two answers into one mail."""
HOUR_OF_MAIL = time(8)
_EXCERPT = 300
_AT_A_TIME = 200


@dataclass(slots=True)
class Wish:
    """How somebody wants to hear of something: by what they follow, and how often for each ("": as for all)."""

    because: list[str] = field(default_factory=list)
    rhythms: set[str] = field(default_factory=set)

    def rhythm(self, chosen: str) -> Rhythm:
        """How often: of several, the soonest. `chosen` is what they chose for all; never for all is never."""
        wanted = {each or chosen for each in self.rhythms}
        return Rhythm.NEVER if chosen == Rhythm.NEVER else next(each for each in Rhythm if each in wanted)


@transaction.atomic
def tell_followers(
    *,
    conversation: Conversation,
    why: str,
    message: Message | None = None,
    except_person: Person | None = None,
    areas: Collection[str] = (),
    joined: Collection[int] = (),
) -> int:
    """Note for everybody who follows the thread, one of those `joined` into it, its topics, who wrote `message`, or
    one of `areas`, that they are to hear of this; how many. A second call for the same adds nobody. Nobody hears of
    what they did themselves.

    `why` is what `words_for` knows. Who may not see the thread (any more) is left out, now and when the mail is made.
    """
    followed = Q(conversation__in=[conversation.pk, *joined])
    topics = Tagging.objects.of(conversation.organisation_id).filter(conversation=conversation)
    followed |= Q(topic__in=topics.values("topic"))
    if areas:
        followed |= Q(area__in=areas)
    if message is not None and message.person is not None:
        followed |= Q(whom__in=Person.objects.of(conversation.organisation_id).same_as(message.person))
    wishes = _wishes(Follow.objects.of(conversation.organisation_id).filter(followed))
    if except_person is not None:
        wishes.pop(except_person.canonical.pk, None)
    return _note(conversation, message, why, wishes)


def followers_of(
    organisation: Organisation, area: str, *, at: datetime, among: Collection[int] | None = None
) -> dict[int, datetime]:
    """Who (of these persons) followed this area at that moment and wants mail about it, as canonical ids, and when
    their next one is due. For what is no thread and therefore has no `Notice`.
    """
    rows = Follow.objects.of(organisation).filter(area=area, created_at__lte=at)
    if among is not None:
        rows = rows.filter(person_id__in=among)
    return _due(organisation, _wishes(rows), clock.now())


def _wishes(follows: QuerySet[Follow]) -> dict[int, Wish]:
    """What is wished in these rows, by who wishes it."""
    wishes: dict[int, Wish] = {}
    for follow in follows.select_related("person", "person__merged_into").iterator(chunk_size=1000):
        wish = wishes.setdefault(follow.person.canonical.pk, Wish())
        wish.because.append(follow.target)
        wish.rhythms.add(follow.rhythm)
    return wishes


def _due(organisation: Organisation, wishes: dict[int, Wish], moment: datetime) -> dict[int, datetime]:
    """When each of them is mailed next; without those who never are."""
    rows = Participant.objects.of(organisation).filter(person_id__in=wishes)
    chosen = dict(rows.values_list("person_id", "rhythm"))
    rhythms = {each: wish.rhythm(chosen.get(each, Rhythm.DAILY)) for each, wish in wishes.items()}
    return {each: next_mail(found, moment, organisation) for each, found in rhythms.items() if found != Rhythm.NEVER}


def _note(conversation: Conversation, message: Message | None, why: str, wishes: dict[int, Wish]) -> int:
    organisation, moment = conversation.organisation, clock.now()
    seen = may_see(conversation, wishes)
    due = _due(organisation, {each: wish for each, wish in wishes.items() if each in seen}, moment)
    notices = [
        Notice(
            organisation=organisation,
            person_id=person_id,
            conversation=conversation,
            message=message,
            why=why,
            because=wishes[person_id].because,
            made_at=moment,
            due_at=due_at,
        )
        for person_id, due_at in due.items()
    ]
    return len(Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=500))


def next_mail(rhythm: Rhythm, moment: datetime, organisation: Organisation) -> datetime:
    """When somebody with this rhythm is mailed next: within a minute, tomorrow at eight, or on Monday at eight."""
    if rhythm == Rhythm.AT_ONCE:
        return moment + AT_ONCE
    here = moment.astimezone(organisation.zone)
    day = here.date() if here.time() < HOUR_OF_MAIL else here.date() + timedelta(days=1)
    if rhythm == Rhythm.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return datetime.combine(day, HOUR_OF_MAIL, organisation.zone)


def mail_notices() -> None:
    """The job: one mail to each person for whom something is due, with everything that is."""
    rows = Notice.objects.across_organisations("the job mails for all").filter(told_at__isnull=True)
    due = rows.filter(due_at__lte=clock.now()).order_by("organisation_id", "person_id", "pk")
    waiting = due.values_list("organisation_id", "person_id")[: _AT_A_TIME * 5]
    for (organisation_id, person_id), _same in groupby(waiting):
        _mail_one(organisation_id, person_id)


@transaction.atomic
def _mail_one(organisation_id: int, person_id: int) -> None:
    rows = Notice.objects.of(organisation_id).filter(person_id=person_id, told_at__isnull=True)
    due = rows.filter(due_at__lte=clock.now())
    notices = list(
        due.select_for_update(of=("self",)).select_related("conversation", "message").order_by("pk")[:_AT_A_TIME]
    )
    if not notices:
        return
    organisation = Organisation.objects.get(pk=organisation_id)
    person = Person.objects.of(organisation).get(pk=person_id).canonical
    recipient = _mailbox_of(person)
    shown = [each for each in notices if _still_shown(each, person)]
    if recipient is not None and shown:
        spoken = organisation.speaks(person.language)
        with translation.override(spoken), timezone.override(organisation.zone):
            threads, targets = {each.conversation_id for each in shown}, came_by(shown)
            thread = threads.pop() if len(threads) == 1 else None
            letter = news_letter(
                items=_items(shown, organisation),
                organisation=organisation.name,
                follows=[each.label for each in named(organisation, targets)],
                manage=public_url(organisation, "/me/"),
                unsubscribe=unsubscribe_url(organisation, person, targets),
                takes_answers=thread is not None,
            )
            queued = post_letter(
                organisation=organisation,
                letter=letter,
                to=recipient.shown,
                language=person.language,
                answers_to=thread,
            )
        if queued is None:  # today's share is used up, or there is no mailbox: tomorrow, all together
            due.update(due_at=clock.now() + timedelta(hours=6))
            return
    Notice.objects.of(organisation).filter(pk__in=[each.pk for each in notices]).update(told_at=clock.now())


def words_for(why: str) -> str:
    """What happened, in the active language, to stand before the thread's subject."""
    return {
        "answer": _("New answer:"),
        "comment": _("New reaction:"),
        "official": _("Our answer:"),
        "accepted": _("Answer found:"),
        "question": _("New question:"),
        "idea": _("New idea:"),
        "status": _("News about this idea:"),
        "change": _("You said, we did:"),
        "post": _("From us:"),
        "tip": _("New tip:"),
        "monthly": _("Question of the month:"),
        "merged": _("Put together with another:"),
        "moved": _("Moved:"),
    }.get(why, _("News:"))


def _items(notices: Iterable[Notice], organisation: Organisation) -> list[Item]:
    notices = list(notices)
    people = authors(
        organisation_id=organisation.pk, person_ids=[each.message.person_id for each in notices if each.message]
    )
    items = []
    for each in notices:
        who = people.get(each.message.person_id or 0) if each.message else None
        excerpt = _excerpt(each.message) if each.message else ""
        items.append(
            Item(
                happened=words_for(each.why),
                subject=each.conversation.subject,
                excerpt=f"{who.name}: {excerpt}" if who and excerpt else excerpt,
                link=public_url(organisation, thread_path(each.conversation, each.message)),
            )
        )
    return items


def _excerpt(message: Message) -> str:
    words: str = Truncator(text_from_html(render_markdown(message.text)).strip()).chars(_EXCERPT)
    return words


def _still_shown(notice: Notice, person: Person) -> bool:
    conversation, message = notice.conversation, notice.message
    if not conversation.is_public or conversation.hidden_at is not None:
        return False
    if message is not None and (message.hidden_at is not None or message.withdrawn_at is not None):
        return False
    return person.pk in may_see(conversation, [person.pk])


def _mailbox_of(person: Person) -> Address | None:
    everyone = Person.objects.of(person.organisation_id).same_as(person)
    rows = Address.objects.of(person.organisation_id).filter(person_id__in=everyone, kind=AddressKind.EMAIL)
    return rows.filter(bounced_at__isnull=True).order_by(F("pk")).first()
