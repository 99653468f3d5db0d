"""Why something about ideas cannot be done, as named errors with a sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klankbord.conversations.refusals import Refused


class NoReason(Refused):
    """A status without a sentence; a decline without a reason."""

    sentence = _("Say in a sentence why, in words that the one who had the idea would like to read.")


class BoardClosed(Refused):
    """The round has not begun or is over."""

    sentence = _("This round is closed. You can still read everything.")


class CannotMerge(Refused):
    """These two ideas cannot become one."""

    sentence = _("These two ideas cannot be put together.")


class NoTitle(Refused):
    """An idea or change without a title."""

    sentence = _("Give it a title: one line that says what you would like.")


class NoName(Refused):
    """A board without a name."""

    sentence = _("Give the board a name.")


class CannotShare(Refused):
    """A board cannot be shared like this."""

    sentence = _("This board cannot be shared. A panel's board stays within its own organisation.")


class NoSuchHouse(Refused):
    """No other organisation of that name is here."""

    sentence = _("No other organisation with that address uses this installation.")


class NoMailbox(Refused):
    """There is nowhere to send the question to, or nothing to send it from."""

    sentence = _("There is no e-mail address to send this to. Ask it in another way first.")


class AskedAlready(Refused):
    """The customer was asked already and has not answered yet."""

    sentence = _("This customer was asked already. Wait for the answer.")


class AgreedAlready(Refused):
    """The customer said yes before: it is an idea."""

    sentence = _("The customer said yes before. It is an idea already.")


class NothingToTell(Refused):
    """A change without words."""

    sentence = _("Say what is different now.")


class NotYet(Refused):
    """A change that is still to come."""

    sentence = _("Tell it from that day on. What is still to come, say at the idea.")


class NameTaken(Refused):
    """Another board has this address."""

    sentence = _("There is a board of that name already.")


class OthersWantIt(Refused):
    """An idea that others share is no longer its author's alone."""

    sentence = _("Others want this too by now. You can change its words, or ask us.")
