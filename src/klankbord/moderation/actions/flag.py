"""Saying that something is wrong with what somebody wrote."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.conversations.models import Message
from klankbord.events.publish import publish
from klankbord.moderation.actions.hold import open_case
from klankbord.moderation.events import Flagged, PostHidden
from klankbord.moderation.house import house_rules
from klankbord.moderation.models import Case, Flag
from klankbord.moderation.refusals import CannotFlag, FlaggedAlready
from klankbord.moderation.rules import NEVER_HIDES, FlagReason, WhyHeld
from klankbord.moderation.weighing import together, weight_of
from klankbord.people.models import Membership, Person


@transaction.atomic
def flag(
    *,
    message: Message,
    person: Person,
    reason: FlagReason,
    words: str = "",
    membership: Membership | None = None,
    place: str = "",
) -> Flag:
    """Report a public message. Enough weight of flags hides it until a moderator judged it; what is only not right is
    corrected beside it, so saying that hides nothing.

    `place` is a keyed hash of the network that it came from. A message that was judged and kept before is only hidden
    again by flags that came after.

    Raises:
        CannotFlag: it is not there for everybody, or the person's own.
        FlaggedAlready: by the same person.
    """
    person = person.canonical
    rows = Message.objects.of(person.organisation_id).public()
    found = rows.select_for_update(of=("self",)).select_related("person").filter(pk=message.pk).first()
    if found is None or found.person is None or found.person.canonical.pk == person.pk:
        raise CannotFlag
    enough = house_rules(person.organisation_id).flags_to_hide
    try:
        with transaction.atomic():
            raised = Flag.objects.create(
                organisation_id=person.organisation_id,
                message=found,
                person=person,
                reason=reason,
                words=words.strip()[:1000],
                weight=weight_of(person, membership, enough=enough),
                place=place[:16],
            )
    except IntegrityError:
        raise FlaggedAlready from None
    case = open_case(message=found, why=[{"code": WhyHeld.FLAGS.value}], was_public=True)
    _weigh(case, found, enough)
    publish(
        Flagged(
            organisation_id=person.organisation_id,
            flag_id=raised.pk,
            conversation_id=found.conversation_id,
            message_id=found.pk,
        )
    )
    return raised


def was_flagged_by(*, message: Message, person: Person) -> bool:
    """Whether this person, whoever they were merged with, reported it before."""
    family = Person.objects.of(message.organisation_id).same_as(person)
    return Flag.objects.of(message.organisation_id).filter(message=message, person_id__in=family).exists()


def _weigh(case: Case, message: Message, enough: float) -> None:
    """Add up what the flags of this case weigh, and hide the message when that is enough."""
    flags = Flag.objects.of(case.organisation_id).open().filter(message=message)
    hiding = flags.exclude(reason__in=NEVER_HIDES)
    case.weight = together(list(hiding.values_list("weight", "place")))
    case.save(update_fields=["weight"])
    if case.weight >= enough and hide_publicly(message=message):
        publish(
            PostHidden(
                organisation_id=message.organisation_id,
                conversation_id=message.conversation_id,
                message_id=message.pk,
            )
        )
