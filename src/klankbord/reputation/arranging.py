"""What an organisation changes of standing: its ranks, and the perks that it grants."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.people.models import Membership, Organisation, Role
from klankbord.reputation.events import RulesOfStandingChanged
from klankbord.reputation.models import Perk, PerkCode, PerkKind, Rank
from klankbord.reputation.perks import LONGEST_CODE

MOST_RANKS = 8
MOST_CODES = 5000


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
    kind: str = PerkKind.DESK,
    low_at: int = 5,
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
    row.kind, row.low_at = PerkKind(kind), low_at
    row.save()
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="saved_perk", subject=row)
    publish(RulesOfStandingChanged(organisation_id=organisation.pk))
    return row


@transaction.atomic
def add_codes(*, perk: Perk, codes: Sequence[str], by: Membership) -> int:
    """Put codes into the stock of a perk; how many were new. One that was there before, also handed out, adds nothing.

    Raises:
        CannotArrange: not by a lead, one that is too long, or too many at once.
    """
    _require(by, perk.organisation)
    wanted = list(dict.fromkeys(each for each in ("".join(code.split()) for code in codes) if each))
    if len(wanted) > MOST_CODES:
        raise CannotArrange(_("At most %(number)s codes at once.") % {"number": MOST_CODES})
    if any(len(each) > LONGEST_CODE for each in wanted):
        raise CannotArrange(_("A code has at most %(number)s characters.") % {"number": LONGEST_CODE})
    rows = PerkCode.objects.of(perk.organisation_id).filter(perk=perk)
    before = rows.count()
    PerkCode.objects.bulk_create(
        (PerkCode(organisation_id=perk.organisation_id, perk=perk, code=each) for each in wanted),
        ignore_conflicts=True,
        batch_size=500,
    )
    added = rows.count() - before
    record(organisation_id=perk.organisation_id, membership_id=by.pk, verb="added_codes", subject=perk, number=added)
    publish(RulesOfStandingChanged(organisation_id=perk.organisation_id))
    return added


@transaction.atomic
def take_codes_out(*, perk: Perk, by: Membership) -> int:
    """Take the codes that nobody got out of the stock, such as when they expired; how many.

    Raises:
        CannotArrange: not by a lead.
    """
    _require(by, perk.organisation)
    gone, _by_kind = PerkCode.objects.of(perk.organisation_id).in_stock(perk).delete()
    record(organisation_id=perk.organisation_id, membership_id=by.pk, verb="took_codes_out", subject=perk, number=gone)
    publish(RulesOfStandingChanged(organisation_id=perk.organisation_id))
    return gone


def _require(by: Membership, organisation: Organisation) -> None:
    if by.organisation_id != organisation.pk or not by.may(Role.LEAD):
        raise CannotArrange(_("Only a lead can do this."))
