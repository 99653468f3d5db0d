"""Making and changing channels: the mailboxes through which customers write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from klankbord.audit.actions import record
from klankbord.channels.mailboxes.changing import change_mailbox, connect_mailbox
from klankbord.channels.models import Channel
from klankbord.events.publish import publish
from klankbord.office.refusals import Refused, require
from klankbord.people.events import OrganisationChanged
from klankbord.people.models import Membership, Organisation, Role


@transaction.atomic
def open_mailbox(*, organisation: Organisation, name: str, address: str, by: Membership) -> Channel:
    """Make a mailbox known. Mail to it is taken in from now on; how it comes and goes is set afterwards.

    Raises:
        NotAllowed: `by` is not an administrator here.
        Refused: the address is another channel's, here or at another organisation.
    """
    require(by, Role.ADMINISTRATOR, organisation.pk)
    try:
        with transaction.atomic():
            made = Channel.objects.create(
                organisation=organisation, kind="email", name=name, address=address.strip().lower()
            )
    except IntegrityError:
        raise Refused(_("This address is in use already.")) from None
    _tell(made, by, "opened_channel")
    return made


@transaction.atomic
def change_channel(
    *,
    channel: Channel,
    name: str,
    is_active: bool,
    settings: Mapping[str, Any],
    secrets: Mapping[str, Any],
    by: Membership,
) -> Channel:
    """Change a channel's name and settings. Secrets are sealed; one that is not given stays as it is.

    Raises:
        NotAllowed: `by` is not an administrator here.
    """
    require(by, Role.ADMINISTRATOR, channel.organisation_id)
    changed = change_mailbox(channel, settings=settings, secrets=secrets)
    changed.name, changed.is_active = name, is_active
    changed.save(update_fields=["name", "is_active"])
    _tell(changed, by, "changed_channel", active=int(is_active), secrets=",".join(sorted(secrets)))
    return changed


def connect_mailbox_for(*, channel: Channel, code: str, redirect_uri: str, verifier: str, by: Membership) -> None:
    """Turn the provider's permission into tokens, and keep them sealed.

    Raises:
        NotAllowed: `by` is not an administrator here.
        OAuthTrouble: the provider gives none.
    """
    require(by, Role.ADMINISTRATOR, channel.organisation_id)
    connected = connect_mailbox(channel, code=code, redirect_uri=redirect_uri, verifier=verifier)
    with transaction.atomic():
        _tell(connected, by, "connected_channel")


def _tell(channel: Channel, by: Membership, verb: str, **details: int | str) -> None:
    record(organisation_id=channel.organisation_id, membership_id=by.pk, verb=verb, subject=channel, **details)
    publish(OrganisationChanged(organisation_id=channel.organisation_id))
