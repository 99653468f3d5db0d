"""What could not be read: it stays with its bytes, and can be tried once more."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.channels.models import Arrival
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
