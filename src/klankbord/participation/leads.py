"""Telling who leads what happened to standing: a gift runs out, an agreement was undone."""

from __future__ import annotations

from django.utils import translation

from klankbord.participation.authors import author
from klankbord.participation.events import AgreementUndone
from klankbord.participation.letters import Letter, agreement_letter, runs_out_letter
from klankbord.participation.models import Ring
from klankbord.participation.posting import post_letter, public_url
from klankbord.people.models import Membership, Organisation, Role
from klankbord.reputation.events import PerkRunsOut
from klankbord.reputation.models import Perk
from klankbord.reputation.rules import Sign


def tell_it_runs_out(event: PerkRunsOut) -> None:
    """Who leads hears once by mail that few codes are left, and once that none is."""
    organisation = Organisation.objects.get(pk=event.organisation_id)
    perk = Perk.objects.of(organisation).filter(pk=event.perk_id, is_active=True).first()
    if perk is None:
        return
    with translation.override(organisation.speaks("")):
        letter = runs_out_letter(
            name=perk.name, left=event.left, link=public_url(organisation, f"/office/standing/perks/{perk.pk}/")
        )
        # Filled up and run out again is another time: the newest code tells them apart.
        newest = perk.codes.order_by("-pk").values_list("pk", flat=True).first()
        _mail_leads(organisation, letter, f"perk.{perk.pk}.{newest}.{event.left}")


def tell_of_agreement(event: AgreementUndone) -> None:
    """Who leads hears once by mail what was undone, and how it counts again."""
    organisation = Organisation.objects.get(pk=event.organisation_id)
    ring = Ring.objects.of(organisation).filter(pk=event.ring_id, restored_at__isnull=True).first()
    if ring is None:
        return
    with translation.override(organisation.speaks("")):
        letter = agreement_letter(
            looks=str(Sign(ring.sign).label),
            names=[author(person).name for person in ring.persons.order_by("pk")],
            link=public_url(organisation, "/office/standing/"),
        )
        _mail_leads(organisation, letter, f"ring.{ring.pk}")


def _mail_leads(organisation: Organisation, letter: Letter, number: str) -> None:
    for member in Membership.objects.of(organisation).active().select_related("user"):
        if member.may(Role.LEAD):
            post_letter(
                organisation=organisation, letter=letter, to=member.user.email, message_id=f"{number}.{member.pk}"
            )
