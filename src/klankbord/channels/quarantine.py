"""What could not be read: it stays with its bytes, and can be tried once more, or goes when its writer is erased."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from klankbord import clock
from klankbord.channels.adapters.email.whose import is_of
from klankbord.channels.models import Arrival, ArrivalQuerySet
from klankbord.events import wake
from klankbord.events.work import WorkState


@transaction.atomic
def replay_arrival(*, arrival: Arrival) -> bool:
    """Have what is in quarantine tried once more, for instance after an upgrade. Its bytes stay as they are.

    False, and nothing happens, when it is not in quarantine (any more).
    """
    rows = Arrival.objects.of(arrival.organisation_id).filter(pk=arrival.pk, state=WorkState.GIVEN_UP)
    if not rows.update(state=WorkState.READY, attempts=0, due_at=clock.now(), leased_by="", finished_at=None):
        return False
    transaction.on_commit(lambda: wake.everywhere("arrivals"))
    return True


def arrivals_of(addresses: Collection[str], *, among: ArrivalQuerySet) -> list[int]:
    """Keys of those mails among these that these addresses (in lower case) wrote or, of copies and reports, that are
    about them. Reads the bytes of all of them, a few at a time: meant for what became no message, which is little.
    """
    if not addresses:
        return []
    rows = among.order_by("pk").only("pk", "raw", "envelope")
    return [
        arrival.pk
        for arrival in rows.iterator(chunk_size=20)
        if is_of(bytes(arrival.raw), addresses, by_us=bool(arrival.envelope.get("by_staff")))
    ]
