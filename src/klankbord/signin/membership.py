"""For whom an organisation may open the door.

Users are global, mailboxes are not: whoever runs an organisation's mailbox can read what it sends. So a mail may let
someone into that organisation, but never change what also opens another one.
"""

from __future__ import annotations

from klankbord.people.models import Membership, Organisation, User


def membership_here(user: User, organisation: Organisation) -> Membership | None:
    """The user's active membership of this organisation."""
    return Membership.objects.of(organisation).active().filter(user_id=user.pk).first()


def works_elsewhere(user: User, organisation: Organisation) -> bool:
    """Whether the user's password opens another organisation too."""
    rows = Membership.objects.across_organisations("a password is one for all of them").active()
    return rows.filter(user_id=user.pk).exclude(organisation_id=organisation.pk).exists()
