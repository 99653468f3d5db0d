"""What goes into the log because it happened in a package below, which knows of no log.

A reaction may run twice: it writes nothing when the newest entry about the same subject says the same already.
"""

from __future__ import annotations

from klankbord.audit.actions import record
from klankbord.audit.models import AuditEntry
from klankbord.people.events import PersonsMerged, PersonUnmerged, SignedOut
from klankbord.people.models import Membership, Person


def log_merge(event: PersonsMerged) -> None:
    """Note who said that two persons are one."""
    person = Person.objects.of(event.organisation_id).filter(pk=event.person_id).first()
    if person is not None:
        _once(event.membership_id, "merged_person", person, into=event.into_id)


def log_unmerge(event: PersonUnmerged) -> None:
    """Note who said that they are two after all."""
    person = Person.objects.of(event.organisation_id).filter(pk=event.person_id).first()
    if person is not None:
        _once(event.membership_id, "unmerged_person", person, was=event.was_id)


def log_sign_out(event: SignedOut) -> None:
    """Note that a member ended a session; signing in is noted at the door."""
    membership = Membership.objects.of(event.organisation_id).filter(pk=event.membership_id).first()
    if membership is not None:
        _once(membership.pk, "signed_out", membership)


def _once(membership_id: int, verb: str, subject: Person | Membership, **details: int) -> None:
    about = AuditEntry.objects.of(subject.organisation_id).filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk
    )
    last = about.order_by("-at", "-pk").first()
    if last is not None and (last.verb, last.details, last.membership_id) == (verb, details, membership_id):
        return
    member = Membership.objects.of(subject.organisation_id).filter(pk=membership_id).first()
    record(
        organisation_id=subject.organisation_id,
        membership_id=member.pk if member else None,
        verb=verb,
        subject=subject,
        **details,
    )
