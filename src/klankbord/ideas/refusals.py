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


class NotHere(Refused):
    """The board or idea is not (any more) one on which this can be done."""

    sentence = _("This is not here any more.")


class CannotMerge(Refused):
    """These two ideas cannot become one."""

    sentence = _("These two ideas cannot be put together.")


class NoTitle(Refused):
    """An idea, board or change without a title."""

    sentence = _("Give it a title: one line that says what you would like.")


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


class NothingToTell(Refused):
    """A change without words."""

    sentence = _("Say what is different now.")


class NameTaken(Refused):
    """Another board has this address."""

    sentence = _("There is a board of that name already.")


class NoPicture(Refused):
    """What was uploaded is no picture."""

    sentence = _("This is no picture that we can show. Use a photo, or a JPEG or PNG.")


class TooLargePicture(Refused):
    """It has more bytes than a picture here may have."""

    sentence = _("This picture is too large. At most 12 MB.")


class TooPersonal(Refused):
    """A citizen's number or a card number never stands in public."""

    sentence = _("This holds a number that is too personal to show to everybody. Take it out.")


class NotNow(Refused):
    """Whoever posts so fast, or was asked to wait, is told from when they can go on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence  # type: ignore[assignment]  # a text of this moment
