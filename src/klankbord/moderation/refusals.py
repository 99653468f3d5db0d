"""Why something in moderation cannot be done, as named errors that a view turns into a sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klankbord.conversations.refusals import Refused


class NotAModerator(Refused):
    """The member may not judge."""

    sentence = _("Only moderators can do this.")


class AlreadyJudged(Refused):
    """A colleague was first."""

    sentence = _("A colleague judged this already.")


class NoReason(Refused):
    """What takes something away needs a reason."""

    sentence = _("Choose a reason. The author reads it.")


class NotYourOwn(Refused):
    """One's own words, or an objection to one's own decision, while there is somebody else to judge it."""

    sentence = _("Let a colleague judge this: you decided or wrote it yourself.")


class CannotUndo(Refused):
    """Something came after it."""

    sentence = _("This can no longer be undone.")


class CannotFlag(Refused):
    """It is not there, or one's own, or reported by the same person already."""

    sentence = _("You cannot report this.")


class FlaggedAlready(CannotFlag):
    """A second time by the same person."""

    sentence = _("You reported this already. We are looking at it.")


class CannotObject(Refused):
    """Not the author, too late, or a second time."""

    sentence = _("You can object once, within sixty days.")
