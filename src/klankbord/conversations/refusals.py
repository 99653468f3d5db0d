"""Why something cannot be done, as named errors that a view turns into a sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An action was refused. `sentence` says why, in words for the person who tried."""

    sentence = _("This is not possible.")


class NotYours(Refused):
    """The member does not work here, or not any more."""

    sentence = _("You no longer work for this organisation.")


class NothingWritten(Refused):
    """The text is empty."""

    sentence = _("Write something first.")


class TooLong(Refused):
    """The text is longer than anyone would write by hand."""

    sentence = _("This text is too long. Shorten it, or send it as a file.")


class NoWayToReply(Refused):
    """The person left no address to which an answer can be sent."""

    sentence = _("There is no e-mail address to send this to. Call instead, and write a note about it.")


class TooLate(Refused):
    """The reply has gone out already."""

    sentence = _("This reply has been sent already.")


class SentAlready(Refused):
    """The member has sent these very words here just now: a second click, the browser's Back, or another window."""

    sentence = _("You sent this answer already. It stands in the conversation.")
