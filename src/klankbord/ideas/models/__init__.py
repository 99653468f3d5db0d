"""All tables of this package."""

from klankbord.ideas.models.board import Board, BoardGrant, PanelLink, PanelMember
from klankbord.ideas.models.change import Change, ChangeAnswer, ChangeIdea, ChangeTold, Verdict
from klankbord.ideas.models.growing import ConsentRequest
from klankbord.ideas.models.idea import Idea, IdeaQuerySet, Status, StatusChange
from klankbord.ideas.models.imported import ImportedIdea, ImportedVote

__all__ = (
    "Board",
    "BoardGrant",
    "Change",
    "ChangeAnswer",
    "ChangeIdea",
    "ChangeTold",
    "ConsentRequest",
    "Idea",
    "IdeaQuerySet",
    "ImportedIdea",
    "ImportedVote",
    "PanelLink",
    "PanelMember",
    "Status",
    "StatusChange",
    "Verdict",
)
