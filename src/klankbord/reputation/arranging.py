"""What an organisation changes of standing: its ranks, and the perks that it grants."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Organisation, Role
from klankbord.reputation.events import RulesOfStandingChanged
from klankbord.reputation.models import Perk, Rank

MOST_RANKS = 8


class CannotArrange(Exception):
    """It cannot be done. `str()` is a sentence for who tried."""


@transaction.atomic
def set_ranks(*, organisation: Organisation, ranks: Sequence[tuple[int, str]], by: Membership) -> None:
    """Let these be the ranks, by their points; none brings back those that everybody begins with.

    Raises:
        CannotArrange: not by a lead, two at the same height, one without a name, or too many.
    """
    _require(by, organisation)
    found = [(points, " ".join(name.split())[:40]) for points, name in ranks]
    if len(found) > MOST_RANKS or len({points for points, _name in found}) < len(found):
        raise CannotArrange(_("Give each rank a height of its own."))
    if any(points < 1 or not name for points, name in found):
        raise CannotArrange(_("Give each rank a name, and at least one point."))
    Rank.objects.of(organisation).delete()
    Rank.objects.bulk_create(Rank(organisation=organisation, points=points, name=name) for points, name in found)
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="set_ranks", subject=organisation)
    publish(RulesOfStandingChanged(organisation_id=organisation.pk))


@transaction.atomic
def save_perk(
    *,
    organisation: Organisation,
    by: Membership,
    name: str,
    words: str,
    from_points: int | None,
    is_active: bool = True,
    perk: Perk | None = None,
) -> Perk:
    """Make a perk or change one; what was given of it stays given.

    Raises:
        CannotArrange: not by a lead, or without a name.
    """
    _require(by, organisation)
    if not name.strip():
        raise CannotArrange(_("Give it a name."))
    row = perk or Perk(organisation=organisation)
    row.name, row.words = " ".join(name.split())[:80], words.strip()[:300]
    row.from_points, row.is_active = from_points, is_active
    row.save()
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="saved_perk", subject=row)
    publish(RulesOfStandingChanged(organisation_id=organisation.pk))
    return row


def _require(by: Membership, organisation: Organisation) -> None:
    if by.organisation_id != organisation.pk or not by.may(Role.LEAD):
        raise CannotArrange(_("Only a lead can do this."))
