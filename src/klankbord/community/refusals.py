"""Why something about a question cannot be done, as sentences for who tried."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from klankbord.conversations.refusals import Refused


class TakesNoAnswers(Refused):
    """The question is closed, locked or went on in private."""

    sentence = _("Nothing can be added to this question any more.")


class NotTheAsker(Refused):
    """Only who asked knows whether an answer helped."""

    sentence = _("Only the one who asked can say which answer helped.")


class OwnWords(Refused):
    """Nobody votes for themselves."""

    sentence = _("This is your own. Others can say that it is useful.")


class NotYoursToChange(Refused):
    """It is somebody else's, and nobody opened it to all."""

    sentence = _("Somebody else wrote this. You can answer or react.")


class SameQuestion(Refused):
    """Joined with itself, or both ways round."""

    sentence = _("These two stand on one page already.")


class OnlyStaff(Refused):
    """For who works here."""

    sentence = _("Only our staff can do this.")


class NoMailAddress(Refused):
    """The customer cannot be asked."""

    sentence = _("We know no e-mail address of this customer, so we cannot ask.")


class NotPrivate(Refused):
    """It is in public already."""

    sentence = _("This conversation is public already.")


class AlreadyAsked(Refused):
    """A request is open."""

    sentence = _("We asked this customer already. Wait for the answer, or take the question back.")


class TooPersonal(Refused):
    """A number that nobody should ever publish."""

    sentence = _("There is a citizen service number or card number in this text. Take it out first.")


class NoPicture(Refused):
    """What was uploaded is no picture that can be shown."""

    sentence = _("This file is no picture that we can show. Use a JPEG, PNG, WebP or GIF.")


class TooLargePicture(Refused):
    """More bytes or pixels than a picture for a question has."""

    sentence = _("This picture is too large. Use one of at most 12 MB.")


class NotNow(Refused):
    """Whoever posts so fast, or was asked to wait, is told from when they can go on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence  # type: ignore[assignment]  # a text of this moment


class SamePerson(Refused):
    """The account is theirs, or somebody's, already."""

    sentence = _("This account belongs to somebody already.")
