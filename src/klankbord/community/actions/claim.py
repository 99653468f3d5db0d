"""Somebody says that an account brought in from elsewhere is theirs.

They confirmed an address here, put a code on their page there, and a member of staff looks whether it stands there, or
knows them. Nothing outside is fetched: a human being decides, and it can be undone as any merge of persons.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from klankbord import clock
from klankbord.community.addresses import mail_address_of
from klankbord.community.events import AccountClaimed
from klankbord.community.letters import claim_decided_letter
from klankbord.community.models import Account, Claim
from klankbord.community.refusals import OnlyStaff, SamePerson
from klankbord.events.publish import publish
from klankbord.participation.actions import change_participant, participant_of
from klankbord.participation.models import Participant
from klankbord.participation.posting import post_letter, public_url
from klankbord.people.actions import merge_persons
from klankbord.people.models import Membership, Person, Role

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 8


@transaction.atomic
def claim(*, account: Account, person: Person) -> Claim:
    """Note that `person` says that this account is theirs, with the code that they can put there. Twice is once.

    Raises:
        SamePerson: it is theirs already, or somebody else's by now.
    """
    person = person.canonical
    if account.person.canonical.pk == person.pk or account.person.merged_into_id is not None:
        raise SamePerson
    row, made = Claim.objects.get_or_create(
        organisation_id=account.organisation_id,
        account=account,
        person=person,
        decided_at=None,
        defaults={"code": "klankbord-" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))},
    )
    if made:
        publish(AccountClaimed(organisation_id=row.organisation_id, claim_id=row.pk))
    return row


@transaction.atomic
def decide_claim(*, claim: Claim, by: Membership, grant: bool) -> bool:
    """Grant it: the placeholder is merged into who claims it, so what it wrote is theirs. Or do not. False: decided.

    Who has no name here, or told nothing about themselves, goes on under what stood there.

    Raises:
        OnlyStaff: `by` is no moderator here.
        CannotMerge: the account is somebody else's by now.
    """
    if by.organisation_id != claim.organisation_id or not by.may(Role.MODERATOR):
        raise OnlyStaff
    rows = Claim.objects.of(claim.organisation_id).open().select_for_update(of=("self",))
    current = rows.select_related("account__person", "person__organisation").filter(pk=claim.pk).first()
    if current is None:
        return False
    current.decided_at, current.decided_by, current.granted = clock.now(), by, grant
    current.save(update_fields=["decided_at", "decided_by", "granted"])
    if grant:
        merge_persons(duplicate=current.account.person, into=current.person, by=by)
        _go_on(current.account.person, current.person)
    _tell(current)
    publish(AccountClaimed(organisation_id=claim.organisation_id, claim_id=claim.pk))
    return True


def _go_on(placeholder: Person, person: Person) -> None:
    before = Participant.objects.of(person.organisation_id).filter(person=placeholder).first()
    now = change_participant(
        person=person,
        pseudonym=placeholder.pseudonym if not person.pseudonym else None,
        about=before.about if before is not None and not participant_of(person).about else None,
    )
    if before is not None and before.joined_at < now.joined_at:
        now.joined_at = before.joined_at
        now.save(update_fields=["joined_at"])


def _tell(claim: Claim) -> None:
    person, organisation = claim.person, claim.person.organisation
    address = mail_address_of(person)
    if address is None:
        return
    with translation.override(organisation.speaks(person.language)):
        letter = claim_decided_letter(
            organisation=organisation.name,
            account=claim.account.person.pseudonym,
            granted=claim.granted,
            link=public_url(organisation, reverse("participation:me")),
        )
        post_letter(organisation=organisation, letter=letter, to=address.shown, language=person.language)
