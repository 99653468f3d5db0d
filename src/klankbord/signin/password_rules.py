"""What a password has to be, said in our own words: the framework's lack some in Dutch."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """Not so short that it can be tried out."""

    def get_error_message(self) -> str:
        """One sentence."""
        return ngettext(
            "This password is too short. Use at least %(num)s character.",
            "This password is too short. Use at least %(num)s characters.",
            self.min_length,
        ) % {"num": self.min_length}


class NotWellKnown(password_validation.CommonPasswordValidator):
    """None of those that everybody tries first."""

    def get_error_message(self) -> str:
        """One sentence."""
        return _("Too many people use this password. Choose another one.")


class NotOnesName(password_validation.UserAttributeSimilarityValidator):
    """Not what others know of its owner."""

    def get_error_message(self) -> str:
        """One sentence."""
        return _("This password looks too much like your name or your address. Choose another one.")
