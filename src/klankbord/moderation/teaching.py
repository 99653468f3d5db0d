"""The spam filter between its rows and the pure functions of `understanding.spam`.

Counts are only ever added to or taken from, so two moderators at two machines teach it at once without losing anything.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from klankbord import clock
from klankbord.conversations.models import Message
from klankbord.moderation.models import FilterCount, FilterTotal, Taught
from klankbord.moderation.rules import STOOD_FOR
from klankbord.people.models import Organisation
from klankbord.understanding.spam import Model
from klankbord.understanding.spam_features import features

_AT_ONCE = 200
_MORE_GOOD = 3
"""Good texts for each piece of spam that the filter takes by itself; more would only cost rows."""
_FEW_GOOD = 100


def filter_for(organisation: Organisation | int, text: str) -> Model:
    """What this organisation's filter knows of the features of `text`."""
    total = FilterTotal.objects.of(organisation).first()
    if total is None or not (total.spam and total.good):
        return Model()
    rows = FilterCount.objects.of(organisation).filter(feature__in=list(features(text)))
    counts = {feature: (spam, good) for feature, spam, good in rows.values_list("feature", "spam", "good")}
    return Model(spam=total.spam, good=total.good, counts=counts)


@transaction.atomic
def teach(*, message: Message, is_spam: bool) -> bool:
    """Let the filter learn from a judged message; what it learned from it before is unlearned. False: it knew that."""
    known = Taught.objects.of(message.organisation_id).select_for_update().filter(message=message).first()
    if known is not None and known.is_spam == is_spam:
        return False
    unteach(message=message)
    found = list(features(_whole_text(message)))
    Taught.objects.create(organisation_id=message.organisation_id, message=message, is_spam=is_spam, features=found)
    _count(message.organisation_id, found, is_spam=is_spam, times=1)
    return True


@transaction.atomic
def unteach(*, message: Message) -> bool:
    """Unlearn what was learned from this message, exactly. False: nothing was."""
    known = Taught.objects.of(message.organisation_id).select_for_update().filter(message=message).first()
    if known is None:
        return False
    _count(message.organisation_id, known.features, is_spam=known.is_spam, times=-1)
    known.delete()
    return True


def teach_what_stood() -> None:
    """Job: let each filter learn what is good from posts that stood for three days and nobody reported.

    Without good texts a filter has nothing to compare spam with. It takes a few for each piece of spam, and none
    where there was no spam.
    """
    for total in FilterTotal.objects.across_organisations("each filter learns for itself").filter(spam__gt=0):
        wanted = min(_AT_ONCE, _FEW_GOOD + _MORE_GOOD * total.spam - total.good)
        if wanted <= 0:
            continue
        rows = (
            Message.objects.of(total.organisation_id)
            .public()
            .filter(
                said_at__lt=clock.now() - STOOD_FOR, membership__isnull=True, flags__isnull=True, cases__isnull=True
            )
        )
        taught = Taught.objects.of(total.organisation_id).values("message_id")
        for message in rows.exclude(pk__in=taught).select_related("conversation").order_by("-said_at")[:wanted]:
            teach(message=message, is_spam=False)


def whole_text(subject: str, text: str) -> str:
    """A post as the filter reads it: subject and words together."""
    return f"{subject}\n{text}".strip()


def _whole_text(message: Message) -> str:
    opening = Message.objects.of(message.organisation_id).filter(conversation_id=message.conversation_id)
    first = opening.in_order().values_list("pk", flat=True).first()
    return whole_text(message.conversation.subject if first == message.pk else "", message.text)


def _count(organisation_id: int, found: list[int], *, is_spam: bool, times: int) -> None:
    column = "spam" if is_spam else "good"
    FilterTotal.objects.get_or_create(organisation_id=organisation_id)
    FilterTotal.objects.of(organisation_id).update(**{column: F(column) + times})
    if times > 0:
        missing = [FilterCount(organisation_id=organisation_id, feature=each) for each in sorted(found)]
        FilterCount.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)
    # In one order for all, so that two at once wait for each other instead of each holding what the other wants.
    rows = FilterCount.objects.of(organisation_id).filter(feature__in=found)
    list(rows.select_for_update().order_by("feature").values_list("pk", flat=True))
    rows.update(**{column: F(column) + times})
