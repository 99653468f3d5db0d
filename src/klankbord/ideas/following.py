"""Who follows all that we change hears of each change once, in their own rhythm: in one mail what is due together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from klankbord import clock
from klankbord.ideas.mailing import LATER, in_their_language, mailbox_of
from klankbord.ideas.models import Change, ChangeTold
from klankbord.participation.leaving import area_name, unsubscribe_url
from klankbord.participation.letters import Item, Letter, news_letter
from klankbord.participation.models import Area, Follow
from klankbord.participation.posting import post_letter, public_url
from klankbord.participation.previews import first_words
from klankbord.participation.telling import followers_of, words_for
from klankbord.people.models import Membership, Organisation, Person

_AT_A_TIME = 50


def followers(organisation: Organisation, *, by: Membership | None, at: datetime) -> dict[int, datetime]:
    """Who followed all changes at that moment, as canonical ids, and when each is to hear; not who made the change."""
    found = followers_of(organisation, Area.CHANGES, at=at)
    if by is not None and by.person is not None:
        found.pop(by.person.canonical.pk, None)
    return found


@transaction.atomic
def tell_follower(person_id: int, organisation_id: int) -> None:
    """One mail with every change that this person is to hear of by now, as long as they follow changes."""
    organisation = Organisation.objects.get(pk=organisation_id)
    person = Person.objects.of(organisation).select_related("merged_into").get(pk=person_id).canonical
    everyone = Person.objects.of(organisation).same_as(person)
    theirs = ChangeTold.objects.of(organisation).filter(person_id__in=everyone)
    due = theirs.filter(only_follows=True, told_at__isnull=True, due_at__lte=clock.now())
    rows = list(due.select_for_update(of=("self",)).select_related("change").order_by("pk")[:_AT_A_TIME])
    # One who was merged into them may have heard of it, or is asked about it.
    heard = set(theirs.exclude(only_follows=True, told_at__isnull=True).values_list("change_id", flat=True))
    news = list({row.change_id: row.change for row in rows if row.change_id not in heard}.values())
    still = followers_of(organisation, Area.CHANGES, at=clock.now(), among=everyone)
    recipient = mailbox_of(person) if still and news else None
    if recipient is not None:
        letter = in_their_language(organisation, person.language, lambda: _letter(organisation, person, news))
        with translation.override(organisation.speaks(person.language)):
            queued = post_letter(organisation=organisation, letter=letter, to=recipient.shown, language=person.language)
        if queued is None:  # today's share is used up, or there is no mailbox
            due.update(due_at=clock.now() + LATER)
            return
    told = ChangeTold.objects.of(organisation).filter(pk__in=[row.pk for row in rows])
    told.update(told_at=clock.now(), mailed=recipient is not None)


def _letter(organisation: Organisation, person: Person, news: Sequence[Change]) -> Letter:
    return news_letter(
        items=[
            Item(
                happened=words_for("change"),
                subject=change.title,
                excerpt=first_words(change.text),
                link=public_url(organisation, reverse("changes:change", args=[change.pk])),
            )
            for change in news
        ],
        organisation=organisation.name,
        follows=[area_name(organisation, Area.CHANGES)],
        manage=public_url(organisation, reverse("participation:me")),
        unsubscribe=unsubscribe_url(organisation, person, [f"{Follow.AREA}{Area.CHANGES}"]),
        takes_answers=False,
    )
