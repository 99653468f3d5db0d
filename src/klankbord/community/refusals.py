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


class MayNotRetag(Refused):
    """They did not ask it, and did not help enough yet."""

    sentence = _("You can change topics once you have helped others a little more.")


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


class SamePerson(Refused):
    """The account is theirs, or somebody's, already."""

    sentence = _("This account belongs to somebody already.")
