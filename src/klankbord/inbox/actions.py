"""What staff do at their desk beyond the conversations' own actions."""

from __future__ import annotations

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.channels.dispatch import try_again_now
from klankbord.channels.models import Arrival, Dispatch
from klankbord.channels.quarantine import replay_arrival
from klankbord.conversations.actions.save_draft import save_draft
from klankbord.conversations.models import Conversation, Draft, DraftKind
from klankbord.events.publish import publish
from klankbord.inbox.events import AnsweringBegan
from klankbord.inbox.reading import STILL_WRITING
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Membership, Person


@transaction.atomic
def keep_draft(*, conversation: Conversation, by: Membership, kind: DraftKind, text: str) -> None:
    """Keep what `by` is writing, and tell colleagues when they begin to answer (once in a while, not at each key).

    Raises:
        NotYours, TooLong.
    """
    drafts = Draft.objects.visible_to(by).filter(conversation=conversation, membership=by, kind=kind)
    before = drafts.values_list("updated_at", flat=True).first()
    save_draft(conversation=conversation, by=by, kind=kind, text=text)
    begins = before is None or before < clock.now() - STILL_WRITING
    if kind == DraftKind.REPLY and text.strip() and begins:
        publish(
            AnsweringBegan(
                organisation_id=conversation.organisation_id, conversation_id=conversation.pk, membership_id=by.pk
            )
        )


@transaction.atomic
def reveal_addresses(*, person: Person, by: Membership) -> None:
    """Note that `by` asked to see this person's addresses in full."""
    record(organisation_id=person.organisation_id, membership_id=by.pk, verb="revealed_addresses", subject=person)


@transaction.atomic
def merge(*, duplicate: Person, into: Person, by: Membership) -> None:
    """Let two rows be the same person, and note who said so. It can be undone.

    Raises:
        CannotMerge.
    """
    merge_persons(duplicate=duplicate, into=into, by=by)
    record(organisation_id=into.organisation_id, membership_id=by.pk, verb="merged", subject=duplicate, into=into.pk)


@transaction.atomic
def unmerge(*, person: Person, by: Membership) -> None:
    """Undo a merge, and note who did."""
    unmerge_person(person=person, by=by)
    record(organisation_id=person.organisation_id, membership_id=by.pk, verb="unmerged", subject=person)


@transaction.atomic
def describe_person(*, person: Person, by: Membership, name: str, preference: str) -> None:
    """Set what colleagues call this person and should know about them."""
    person.name, person.preference = name.strip()[:200], preference.strip()[:120]
    person.save(update_fields=["name", "preference"])
    record(organisation_id=person.organisation_id, membership_id=by.pk, verb="described", subject=person)


@transaction.atomic
def send_again(*, dispatch: Dispatch, by: Membership) -> None:
    """Have what was not sent tried again at once, with the same Message-ID. Without effect on what was sent."""
    if dispatch.status not in ("failed", "given_up"):
        return
    try_again_now(dispatch)
    Dispatch.objects.visible_to(by).filter(pk=dispatch.pk).update(last_error="")
    record(organisation_id=dispatch.organisation_id, membership_id=by.pk, verb="sent_again", subject=dispatch)


@transaction.atomic
def read_again(*, arrival: Arrival, by: Membership) -> None:
    """Have what could not be read tried once more, for instance after an upgrade. Its bytes stay as they are."""
    if Arrival.objects.visible_to(by).filter(pk=arrival.pk).exists() and replay_arrival(arrival=arrival):
        record(organisation_id=arrival.organisation_id, membership_id=by.pk, verb="read_again", subject=arrival)
