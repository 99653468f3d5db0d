"""Making, changing and ending teams."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.office.refusals import Refused, require
from klankbord.people.events import OrganisationChanged
from klankbord.people.models import Membership, Organisation, Role, Team


@transaction.atomic
def save_team(
    *, organisation: Organisation, team: Team | None, name: str, members: Collection[Membership], by: Membership
) -> Team:
    """Make a team, or give `team` this name and these members. Twice is once.

    Raises:
        NotAllowed: `by` is not an administrator here.
        Refused: there is another team of that name.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    same = Team.objects.of(organisation).filter(name=name)
    if (same.exclude(pk=team.pk) if team else same).exists():
        raise Refused(_("There is a team of that name already."))
    team = team or Team(organisation=organisation)
    team.name = name
    team.save()
    team.members.set([each for each in members if each.organisation_id == organisation.pk])
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="saved_team", subject=team, members=len(members))
    publish(OrganisationChanged(organisation_id=organisation.pk))
    return team


@transaction.atomic
def end_team(*, team: Team, by: Membership) -> None:
    """End a team; its conversations are anyone's again.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, team.organisation_id)
    record(organisation_id=team.organisation_id, membership_id=by.pk, verb="ended_team", subject=team)
    organisation_id = team.organisation_id
    team.delete()
    publish(OrganisationChanged(organisation_id=organisation_id))
