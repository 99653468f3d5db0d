"""Making boards, opening them for a while, and sharing them with other organisations."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.design.writing import has_no_word
from klankbord.events.publish import publish
from klankbord.ideas.events import BoardChanged
from klankbord.ideas.models import Board, BoardGrant, Idea
from klankbord.ideas.refusals import CannotShare, NameTaken, NoName, NoSuchHouse
from klankbord.participation.contract import NoLongerThere
from klankbord.participation.models import Topic
from klankbord.people.hosts import host_in
from klankbord.people.models import Membership, Organisation

_RESERVED = {"new", "offers"}
"""Words that stand in the place of a board's address."""


def main_board(organisation: Organisation) -> Board:
    """Where an idea stands that names no board; made at the first need."""
    known = Board.objects.of(organisation).filter(is_main=True).first()
    if known is not None:
        return known
    with override(organisation.speaks()):
        name = _("Ideas")
    try:
        with transaction.atomic():
            return Board.objects.create(organisation=organisation, name=name, slug="ideas", is_main=True)
    except IntegrityError:  # another process met the same need
        return Board.objects.of(organisation).get(is_main=True)


@transaction.atomic
def make_board(
    *,
    by: Membership,
    name: str,
    introduction: str = "",
    theme: Topic | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    is_private: bool = False,
) -> Board:
    """A new board of this organisation. Whether it is a panel's own is decided now, for ever.

    Raises:
        NoName: it has no name.
        NameTaken: another one has.
    """
    if has_no_word(name):
        raise NoName
    slug = _slug(name, by)
    if slug in _RESERVED or Board.objects.shared_by(by.organisation_id).filter(slug=slug).exists():
        raise NameTaken
    board = Board.objects.create(
        organisation_id=by.organisation_id,
        name=name.strip()[:80],
        slug=slug,
        introduction=introduction.strip(),
        theme=theme,
        opens_at=opens_at,
        closes_at=closes_at,
        is_private=is_private,
    )
    _note(board, by, "made_board")
    return board


@transaction.atomic
def change_board(
    *,
    board: Board,
    by: Membership,
    name: str,
    introduction: str,
    theme: Topic | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> None:
    """Change what a board is called and when it is open. Its address stays: links keep working.

    Raises:
        NoName: it has no name.
        NoLongerThere: the board is another organisation's.
    """
    _own(board, by)
    if has_no_word(name):
        raise NoName
    board.name, board.introduction, board.theme = name.strip()[:80], introduction.strip(), theme
    board.opens_at, board.closes_at = opens_at, closes_at
    board.save(update_fields=["name", "introduction", "theme", "opens_at", "closes_at"])
    _note(board, by, "changed_board")


@transaction.atomic
def invite_house(*, board: Board, host: str, by: Membership) -> BoardGrant:
    """Offer another organisation of this installation to open this board together; an administrator there decides.

    `host` is where its pages are, as a host name or as any address there.

    Raises:
        NoLongerThere: the board is another organisation's.
        CannotShare: it is a panel's, or the organisation's own main board.
        NoSuchHouse: nobody lives at that host name, or it is this organisation itself.
        NameTaken: they have another board at the same address.
    """
    _own(board, by)
    if board.is_private or board.is_main:
        raise CannotShare
    guest = Organisation.objects.by_host(host_in(host))
    if guest is None or guest.pk == by.organisation_id:
        raise NoSuchHouse
    if Board.objects.shared_by(guest).filter(slug=board.slug).exclude(pk=board.pk).exists():
        raise NameTaken
    grant, is_new = BoardGrant.objects.get_or_create(
        organisation_id=board.organisation_id, board=board, guest=guest, defaults={"invited_by": by}
    )
    if not is_new and grant.ended_at is not None:
        grant.invited_by, grant.invited_at = by, clock.now()
        grant.accepted_by, grant.accepted_at, grant.ended_at = None, None, None
        grant.save()
    _note(board, by, "invited_to_board", guest=guest.pk)
    return grant


@transaction.atomic
def accept_board(*, grant: BoardGrant, by: Membership) -> None:
    """An administrator of the guest agrees: from now on their people's ideas stand there too. Twice is once.

    Raises:
        NoLongerThere: the offer is not theirs, or was taken back.
        NameTaken: they made a board at the same address meanwhile.
    """
    row = _held(grant)
    if row.guest_id != by.organisation_id or row.ended_at is not None:
        raise NoLongerThere
    if row.accepted_at is not None:
        return
    if Board.objects.of(by.organisation_id).filter(slug=row.board.slug).exists():
        raise NameTaken
    row.accepted_by, row.accepted_at = by, clock.now()
    row.save(update_fields=["accepted_by", "accepted_at"])
    _note(row.board, by, "accepted_board", shared=True, owner=row.organisation_id)


@transaction.atomic
def end_sharing(*, grant: BoardGrant, by: Membership) -> None:
    """Either side ends it, or the guest says no: from now on the board no longer shows their ideas. Twice is once.

    The ideas stay with the organisation that answers for them, on its own main board.

    Raises:
        NoLongerThere: a third organisation.
    """
    row = _held(grant)
    if by.organisation_id not in (row.guest_id, row.organisation_id):
        raise NoLongerThere
    if row.ended_at is not None:
        return
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    guests = Idea.objects.of(row.guest_id).filter(board_id=row.board_id)
    if guests.exists():
        guests.update(board=main_board(row.guest))
    _note(row.board, by, "ended_sharing", shared=True, guest=row.guest_id)
    publish(BoardChanged(organisation_id=row.guest_id, board_id=main_board(row.guest).pk, shared=True))


def _held(grant: BoardGrant) -> BoardGrant:
    rows = BoardGrant.objects.of(grant.organisation_id).select_for_update(of=("self",))
    return rows.select_related("board", "guest").get(pk=grant.pk)


def _slug(name: str, by: Membership) -> str:
    """The board's part of its address: its name, or a number where that is in a script that addresses do not have."""
    return slugify(name)[:60] or f"board-{Board.objects.of(by.organisation_id).count() + 1}"


def _own(board: Board, by: Membership) -> None:
    if board.organisation_id != by.organisation_id:
        raise NoLongerThere


def _note(board: Board, by: Membership, verb: str, *, shared: bool = False, **details: int) -> None:
    """In the log of who did it, and to all screens of those who share the board."""
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb=verb, subject=board, **details)
    for organisation_id in sorted({*board.organisation_ids(), by.organisation_id}):
        publish(BoardChanged(organisation_id=organisation_id, board_id=board.pk, shared=shared))
