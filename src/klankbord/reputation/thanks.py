"""Thanking somebody in words, for everybody to read; and taking that off the wall."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.text import capfirst

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.actions.speak_publicly import open_publicly, withdraw_publicly
from klankbord.conversations.models import ConversationKind, Message
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Person
from klankbord.reputation.actions import award, reverse
from klankbord.reputation.events import Thanked
from klankbord.reputation.models import Thanks
from klankbord.reputation.rules import Rule

LONGEST_THANKS = 300


class CannotThank(Exception):
    """There is nobody else to thank, or it was done before."""


@transaction.atomic
def thank(
    *,
    to: Person,
    by: Person,
    words: str,
    about: Message | None = None,
    membership: Membership | None = None,
    place: str = "",
    held: bool = False,
) -> Thanks:
    """Thank somebody with words, for everybody to read; they earn something by it as long as it stands there.

    It is a public message as any other, so it can be reported, judged and objected to. With `held` a moderator looks
    at it first. `place` is a keyed hash of the network from which it is said.

    Raises:
        CannotThank: oneself, without words, or a second time for the same.
    """
    to, by, words = to.canonical, by.canonical, " ".join(words.split())[:LONGEST_THANKS]
    if to.pk == by.pk or not words:
        raise CannotThank
    if Thanks.objects.of(to.organisation_id).filter(to=to, by=by, about=about).exists():
        raise CannotThank
    with translation.override(by.organisation.speaks("")):
        title = capfirst(str(ConversationKind.THANKS.label))
    message = open_publicly(
        person=by, kind=ConversationKind.THANKS, subject=title, text=words, membership=membership, held=held
    )
    row = Thanks.objects.create(
        organisation_id=to.organisation_id, to=to, by=by, about=about, message=message, place=place[:16]
    )
    settle_thanks(row)
    publish(Thanked(organisation_id=to.organisation_id, thanks_id=row.pk, person_id=to.pk))
    return row


@transaction.atomic
def take_off_the_wall(*, thanks: Thanks, by: Membership | None = None) -> None:
    """Take back a thank-you and what was earned by it; `by` is the colleague who does. Twice is once."""
    if thanks.hidden_at is None:
        thanks.hidden_at = clock.now()
        thanks.save(update_fields=["hidden_at"])
        withdraw_publicly(message=thanks.message)
        settle_thanks(thanks)
        if by is not None:
            record(organisation_id=thanks.organisation_id, membership_id=by.pk, verb="took_thanks_down", subject=thanks)
        publish(Thanked(organisation_id=thanks.organisation_id, thanks_id=thanks.pk, person_id=thanks.to_id))


def settle_thanks(thanks: Thanks) -> None:
    """Who was thanked earns something by it while everybody can read it, and nothing while not."""
    cause = f"thanks:{thanks.pk}"
    if not Thanks.objects.of(thanks.organisation_id).on_the_wall().filter(pk=thanks.pk).exists():
        reverse(rule=Rule.THANKED, cause=cause, organisation_id=thanks.organisation_id, why="hidden")
        return
    award(
        person=thanks.to,
        rule=Rule.THANKED,
        cause=cause,
        about=thanks.about,
        giver=thanks.message.person,
        place=thanks.place,
    )
