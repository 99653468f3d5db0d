"""Who may see which board and idea; every view asks here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404

from klankbord.conversations.models import Conversation
from klankbord.database.prepared import Prepared
from klankbord.ideas.actions.panels import in_panel
from klankbord.ideas.models import Board, Idea, PanelMember
from klankbord.people.models import Membership, Organisation, Person


def board_for(*, organisation: Organisation, slug: str, person: Person | None, member: Membership | None) -> Board:
    """The board at this address, as far as this visitor may know of it.

    Raises:
        Http404: there is none; or it is a panel's, and they are neither in it nor work here. The two look the same.
    """
    board = Board.objects.shared_by(organisation).filter(slug=slug).first()
    if board is None or not may_see_board(board, person=person, member=member):
        raise Http404
    return board


def may_see_board(board: Board, *, person: Person | None, member: Membership | None) -> bool:
    """A panel's own board is for its members and for who works at its organisation; all others are for everybody."""
    if not board.is_private:
        return True
    works_here = member is not None and member.is_active and member.organisation_id == board.organisation_id
    return works_here or in_panel(board=board, person=person)


def idea_for(
    *, organisation: Organisation, conversation_id: int, person: Person | None, member: Membership | None
) -> Idea:
    """The idea with this number, as far as this visitor may read it; staff also read what is held or hidden.

    Raises:
        Http404: there is none for them.
    """
    rows = Idea.objects.visible_to(member) if member else Idea.objects.of(organisation)
    found = rows.filter(conversation_id=conversation_id).select_related(
        "conversation__person", "opening", "board", "merged_into"
    )
    idea = found.first()
    if idea is not None and member is None and not _may_read(idea, person):
        idea = None
    if idea is None:
        raise Http404
    return idea


def votable(
    *, organisation: Organisation, conversation_id: int, person: Person | None, member: Membership | None
) -> tuple[int, int]:
    """An idea that this visitor may read, by its id, and the number of the page on which it stands now.

    What everybody may read is told by one small query, as a newspaper sends hundreds who want the same idea at once.

    Raises:
        Http404: there is none for them.
    """
    for found, merged_into, in_circle, hidden_at in _FOR_ALL.plain(
        organisation=organisation.pk, conversation=conversation_id
    ):
        if not (merged_into or in_circle or hidden_at):
            return found, conversation_id
    idea = idea_for(organisation=organisation, conversation_id=conversation_id, person=person, member=member)
    return idea.pk, idea.root.conversation_id


def _for_all(*, organisation: int, conversation: int) -> Any:
    rows = Idea.objects.of(organisation).filter(conversation_id=conversation)
    return rows.values_list("pk", "merged_into_id", "conversation__in_circle", "conversation__hidden_at")


_FOR_ALL = Prepared(_for_all, ("organisation", "conversation"))


def _may_read(idea: Idea, person: Person | None) -> bool:
    if idea.conversation.hidden_at is not None or (idea.opening.withdrawn_at is not None and not idea.comments):
        return False
    return not idea.conversation.in_circle or in_panel(board=idea.board, person=person)


class PanelGate:
    """Keeps everything that tells people of threads from telling others of a panel's (participation's `Gate`)."""

    def may_see(self, *, conversation: Conversation, person_ids: Iterable[int]) -> set[int]:
        """Everybody, but of a panel's thread only who is in the panel now."""
        wanted = set(person_ids)
        if not conversation.in_circle:
            return wanted
        board = Idea.objects.of(conversation.organisation_id).filter(conversation=conversation).values("board_id")
        rows = PanelMember.objects.of(conversation.organisation_id).filter(board_id__in=board)
        return wanted & {row.person.canonical.pk for row in rows.select_related("person__merged_into")}
