"""Changing who works here, as what, and how they are seen."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.conversations.actions.assign import assign
from klankbord.conversations.models import Conversation
from klankbord.events.publish import publish
from klankbord.office.refusals import Refused, require
from klankbord.people.events import MembershipChanged
from klankbord.people.models import Membership, Role


@transaction.atomic
def change_member(*, member: Membership, role: Role, title: str, is_public: bool, by: Membership) -> None:
    """Give `member` this role, title and visibility. Without effect when nothing differs.

    Raises:
        NotAllowed: `by` is not an administrator here.
        Refused: nobody would be left who may change this.
    """
    require(by, Role.ADMINISTRATOR, member.organisation_id)
    member = _locked(member)
    if role != Role.ADMINISTRATOR:
        _keep_one_administrator(member)
    if (member.role, member.title, member.is_public) == (role, title, is_public):
        return
    member.role, member.title, member.is_public = role, title, is_public
    member.save(update_fields=["role", "title", "is_public"])
    _tell(member, by, "changed_member", role=str(role), public=int(is_public))


@transaction.atomic
def deactivate_member(*, member: Membership, by: Membership) -> None:
    """End someone's work here: they cannot come in any more, and who waited for them waits for anyone. Twice is once.

    Raises:
        NotAllowed: `by` is not an administrator here.
        Refused: nobody would be left who may change this.
    """
    require(by, Role.ADMINISTRATOR, member.organisation_id)
    member = _locked(member)
    if not member.is_active:
        return
    _keep_one_administrator(member)
    for conversation in Conversation.objects.of(member.organisation_id).awaiting(member):
        assign(conversation=conversation, to=None, by=by, team=conversation.team)
    member.is_active = False
    member.save(update_fields=["is_active"])
    _tell(member, by, "deactivated_member")


@transaction.atomic
def reactivate_member(*, member: Membership, by: Membership) -> None:
    """Let someone come in again who worked here before. Twice is once.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, member.organisation_id)
    member = _locked(member)
    if member.is_active:
        return
    member.is_active = True
    member.save(update_fields=["is_active"])
    _tell(member, by, "reactivated_member")


@transaction.atomic
def change_own_profile(*, membership: Membership, name: str, language: str, face: str, title: str) -> None:
    """Change how one is seen oneself: name, face, title, and the language of the pages."""
    user = membership.user
    if (user.name, user.language, user.face, membership.title) == (name, language, face, title):
        return
    user.name, user.language, user.face, membership.title = name, language, face, title
    user.save(update_fields=["name", "language", "face"])
    membership.save(update_fields=["title"])
    record(
        organisation_id=membership.organisation_id,
        membership_id=membership.pk,
        verb="changed_own_profile",
        subject=membership,
    )
    # Name and face are the user's own, and seen wherever they work.
    everywhere = Membership.objects.across_organisations("a user's name and face are seen wherever they work").active()
    for organisation_id, pk in everywhere.filter(user_id=user.pk).values_list("organisation_id", "pk"):
        publish(MembershipChanged(organisation_id=organisation_id, membership_id=pk))


def _locked(member: Membership) -> Membership:
    """The row as it is now; on PostgreSQL no other change of administrators gets in between."""
    of_house = Membership.objects.of(member.organisation_id).select_for_update().order_by("pk")
    found = {each.pk: each for each in of_house.filter(role=Role.ADMINISTRATOR)}
    return found.get(member.pk) or of_house.get(pk=member.pk)


def _keep_one_administrator(member: Membership) -> None:
    if member.role != Role.ADMINISTRATOR or not member.is_active:
        return
    others = (
        Membership.objects.of(member.organisation_id).active().filter(role=Role.ADMINISTRATOR).exclude(pk=member.pk)
    )
    if not others.exists():
        raise Refused(_("There must be at least one administrator. Make somebody else administrator first."))


def _tell(member: Membership, by: Membership, verb: str, **details: int | str) -> None:
    record(organisation_id=member.organisation_id, membership_id=by.pk, verb=verb, subject=member, **details)
    publish(MembershipChanged(organisation_id=member.organisation_id, membership_id=member.pk))
