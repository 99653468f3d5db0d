"""What is wrong with a mailbox now, where its administrator sees it; and that it works again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from klankbord import clock
from klankbord.channels.events import ChannelTroubled
from klankbord.channels.models import Channel
from klankbord.events.publish import publish

_HEARD_EVERY = timedelta(minutes=1)


@transaction.atomic
def note_trouble(channel: Channel, sentence: str) -> None:
    """Keep what is wrong; `ChannelTroubled` once, when it begins."""
    rows = Channel.objects.of(channel.organisation_id).filter(pk=channel.pk)
    if rows.filter(trouble="").update(trouble=sentence, trouble_since=clock.now()):
        publish(ChannelTroubled(organisation_id=channel.organisation_id, channel_id=channel.pk, is_working=False))
    else:
        rows.exclude(trouble=sentence).update(trouble=sentence)


def note_working(channel: Channel) -> None:
    """It works: clear what was wrong, and remember when (once a minute, to spare the database)."""
    moment = clock.now()
    stale = Q(last_heard_at__isnull=True) | Q(last_heard_at__lt=moment - _HEARD_EVERY) | ~Q(trouble="")
    rows = Channel.objects.of(channel.organisation_id).filter(stale, pk=channel.pk)
    if not rows.exists():
        return
    with transaction.atomic():
        troubled = rows.exclude(trouble="").update(trouble="", trouble_since=None, last_heard_at=moment)
        if troubled:
            publish(ChannelTroubled(organisation_id=channel.organisation_id, channel_id=channel.pk, is_working=True))
        else:
            rows.update(last_heard_at=moment)
