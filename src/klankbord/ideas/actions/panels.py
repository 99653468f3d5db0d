"""Letting people into a panel's own board, and out again."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.channels.secrets import keyed_hash
from klankbord.events.publish import publish
from klankbord.ideas.events import BoardChanged, PanelInvited
from klankbord.ideas.models import Board, PanelLink, PanelMember
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.models import Participant
from klankbord.people.actions import identify_person
from klankbord.people.models import AddressKind, Membership, Person

KEPT = timedelta(days=90)
"""How long a way in works."""


@transaction.atomic
def make_panel_link(*, board: Board, by: Membership) -> str:
    """A link that can be handed on: whoever has it and confirms an address is in. Returns its token, once."""
    token = _new_link(board, by, None)
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="made_panel_link", subject=board)
    return token


@transaction.atomic
def invite_to_panel(*, board: Board, by: Membership, email: str, name: str = "") -> Person:
    """Ask one person by mail; they are in when they follow the link. The mail goes out after commit."""
    _panel_of(board, by)
    person = identify_person(
        organisation_id=board.organisation_id, kind=AddressKind.EMAIL, address=email, name=name
    ).canonical
    record(
        organisation_id=by.organisation_id,
        membership_id=by.pk,
        verb="invited_to_panel",
        subject=board,
        person=person.pk,
    )
    publish(
        PanelInvited(organisation_id=board.organisation_id, board_id=board.pk, person_id=person.pk, membership_id=by.pk)
    )
    return person


def link_for(*, board: Board, by: Membership, person: Person) -> str:
    """A link for this person alone; earlier ones of theirs stop working. For the mail that invites."""
    PanelLink.objects.of(board.organisation_id).valid().filter(board=board, person=person).update(
        revoked_at=clock.now()
    )
    return _new_link(board, by, person)


@transaction.atomic
def revoke_panel_links(*, board: Board, by: Membership) -> None:
    """No link into this panel works from now on; who is in stays in."""
    _panel_of(board, by)
    PanelLink.objects.of(board.organisation_id).valid().filter(board=board).update(revoked_at=clock.now())
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb="revoked_panel_links", subject=board)


def follow_panel_link(*, organisation_id: int, token: str) -> PanelLink | None:
    """What a link opens; None when it opens nothing (any more)."""
    rows = PanelLink.objects.of(organisation_id).valid().select_related("board", "person")
    return rows.filter(token_hash=_hash(token)).first()


@transaction.atomic
def join_panel(*, board: Board, person: Person) -> bool:
    """Let a person in; False when they were."""
    person = person.canonical
    _row, made = PanelMember.objects.get_or_create(organisation_id=board.organisation_id, board=board, person=person)
    Participant.objects.get_or_create(organisation_id=board.organisation_id, person=person)
    if made:
        publish(BoardChanged(organisation_id=board.organisation_id, board_id=board.pk))
    return made


@transaction.atomic
def leave_panel(*, board: Board, person: Person, by: Membership | None = None) -> bool:
    """Take a person out: they see nothing of it from now on; False when they were not in. `by` None: they left."""
    everyone = Person.objects.of(board.organisation_id).same_as(person)
    gone, _kinds = PanelMember.objects.of(board.organisation_id).filter(board=board, person_id__in=everyone).delete()
    PanelLink.objects.of(board.organisation_id).valid().filter(board=board, person_id__in=everyone).update(
        revoked_at=clock.now()
    )
    if gone:
        record(
            organisation_id=board.organisation_id,
            membership_id=by.pk if by else None,
            verb="left_panel",
            subject=board,
            person=person.pk,
        )
        publish(BoardChanged(organisation_id=board.organisation_id, board_id=board.pk))
    return bool(gone)


def in_panel(*, board: Board, person: Person | None) -> bool:
    """Whether this person may see a private board."""
    if person is None or person.organisation_id != board.organisation_id:
        return False
    everyone = Person.objects.of(board.organisation_id).same_as(person)
    return PanelMember.objects.of(board.organisation_id).filter(board=board, person_id__in=everyone).exists()


def _new_link(board: Board, by: Membership, person: Person | None) -> str:
    _panel_of(board, by)
    token = secrets.token_urlsafe(16)
    PanelLink.objects.create(
        organisation_id=board.organisation_id,
        board=board,
        person=person,
        token_hash=_hash(token),
        made_by=by,
        ends_at=clock.now() + KEPT,
    )
    return token


def _panel_of(board: Board, by: Membership) -> None:
    if board.organisation_id != by.organisation_id or not board.is_private:
        raise NoLongerThere


def _hash(token: str) -> str:
    return keyed_hash("panel-link", token)
