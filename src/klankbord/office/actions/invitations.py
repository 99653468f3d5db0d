"""Asking someone to come and work here, and taking that up."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.channels.secrets import keyed_hash
from klankbord.events.publish import publish
from klankbord.limits import Limit, allow
from klankbord.office.models import Invitation
from klankbord.office.refusals import Refused, require
from klankbord.people.events import MembershipChanged
from klankbord.people.models import Membership, Organisation, Role, User
from klankbord.signin.letters import invitation as invitation_letter
from klankbord.signin.mail import NoMailbox, absolute, send_letter

GUESSES = Limit("invitation-password", 5, timedelta(minutes=5))


def _hash(token: str) -> str:
    return keyed_hash("invitation", token)


@transaction.atomic
def invite(
    *, organisation: Organisation, email: str, name: str, role: Role, title: str, is_public: bool, by: Membership
) -> Invitation:
    """Mail someone a link with which they come to work here. An earlier invitation of theirs stops working.

    Raises:
        NotAllowed: `by` is not an administrator here.
        Refused: they work here already, or no mail can be sent.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    email = email.strip().lower()
    if Membership.objects.of(organisation).active().filter(user__email=email).exists():
        raise Refused(_("Somebody with this address works here already."))
    Invitation.objects.of(organisation).filter(email=email, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )
    token = secrets.token_urlsafe(16)
    made = Invitation.objects.create(
        organisation=organisation,
        email=email,
        name=name,
        role=role,
        title=title,
        is_public=is_public,
        token_hash=_hash(token),
        invited_by=by,
    )
    link = absolute(organisation, reverse("office:accept", args=[token]))
    letter = invitation_letter(organisation=organisation.name, by=by.user.name, link=link)
    try:
        send_letter(organisation=organisation, letter=letter, to=email, language=organisation.language)
    except NoMailbox:
        raise Refused(_("No mail can be sent yet. First set up a mailbox that sends.")) from None
    record(organisation_id=organisation.pk, membership_id=by.pk, verb="invited", subject=made, role=str(role))
    return made


@transaction.atomic
def withdraw(*, invitation: Invitation, by: Membership) -> None:
    """Make an invitation's link worthless. Twice is once.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, invitation.organisation_id)
    rows = Invitation.objects.of(invitation.organisation_id).filter(pk=invitation.pk, accepted_at=None)
    if rows.filter(withdrawn_at=None).update(withdrawn_at=clock.now()):
        here = invitation.organisation_id
        record(organisation_id=here, membership_id=by.pk, verb="withdrew_invitation", subject=invitation)


def find_invitation(organisation: Organisation, token: str) -> Invitation | None:
    """The open invitation to this organisation that `token` opens."""
    return Invitation.objects.of(organisation).open().filter(token_hash=_hash(token)).first()


def known_user(invitation: Invitation) -> User | None:
    """Whoever has this address already, from work at another organisation."""
    return User.objects.filter(email=invitation.email).first()


def accept(*, invitation: Invitation, name: str, password: str) -> Membership:
    """Come and work here: with a new password, or, for who has one already, with the one they have.

    A link from this organisation's mailbox never changes the password of an account that opens another one as well.

    Raises:
        Refused: the password is not theirs, or this was tried too often.
    """
    user = known_user(invitation)
    if user is not None and not allow(GUESSES, invitation.pk):
        raise Refused(_("That was tried too often. Wait five minutes, then try again."))
    if user is not None and not user.check_password(password):
        raise Refused(
            _("This is not the password of your account. Forgotten it? Get a new one where you work already.")
        )
    with transaction.atomic():
        claimed = Invitation.objects.of(invitation.organisation_id).open().filter(pk=invitation.pk)
        if not claimed.update(accepted_at=clock.now()):
            raise Refused(_("This invitation does not work any more."))
        user = user or User.objects.create_user(invitation.email, password, name=name)
        membership, _new = Membership.objects.update_or_create(
            organisation_id=invitation.organisation_id,
            user=user,
            defaults={
                "role": invitation.role,
                "title": invitation.title,
                "is_public": invitation.is_public,
                "is_active": True,
            },
        )
        record(
            organisation_id=invitation.organisation_id,
            membership_id=membership.pk,
            verb="accepted_invitation",
            subject=membership,
        )
        publish(MembershipChanged(organisation_id=membership.organisation_id, membership_id=membership.pk))
    return membership
