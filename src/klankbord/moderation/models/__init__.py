"""The rows of moderation."""

from klankbord.moderation.models.case import Case, Decision, Objection
from klankbord.moderation.models.filter import FilterCount, FilterTotal, Said, Taught
from klankbord.moderation.models.flag import Flag
from klankbord.moderation.models.house import HouseReason, HouseRules
from klankbord.moderation.models.note import OfficialNote
from klankbord.moderation.models.restraint import Restraint

__all__ = (
    "Case",
    "Decision",
    "FilterCount",
    "FilterTotal",
    "Flag",
    "HouseReason",
    "HouseRules",
    "Objection",
    "OfficialNote",
    "Restraint",
    "Said",
    "Taught",
)
