"""Why something is not done, as a sentence for whoever asked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from klankbord.people.models import Membership, Role


class Refused(ValueError):
    """The message is a sentence in the active language."""


class NotAllowed(Refused):
    """Someone asked who may not decide on this."""


def require(by: Membership, role: Role, organisation_id: int) -> None:
    """Check that `by` works for this organisation, in at least this role.

    Raises:
        NotAllowed: they do not.
    """
    if by.organisation_id != organisation_id or not by.may(role):
        raise NotAllowed(_("Only an administrator may change this."))
