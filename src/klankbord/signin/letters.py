"""What the mails about signing in say. One table: which occasion, which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from klankbord.channels.models import Dispatch


@dataclass(frozen=True, slots=True)
class Letter:
    """A short mail: some sentences, perhaps a code to copy or a button to press, and why one gets it."""

    subject: str
    sentences: tuple[str, ...]
    code: str = ""
    button: str = ""
    link: str = ""
    reason: str = ""
    purpose: Dispatch.Purpose = Dispatch.Purpose.NOTICE

    @property
    def text(self) -> str:
        """The text part."""
        parts = [*self.sentences]
        if self.code:
            parts.append(self.code)
        if self.link:
            parts.append(f"{self.button}:\n{self.link}")
        if self.reason:
            parts.append(self.reason)
        return "\n\n".join(parts)


def invitation(*, organisation: str, by: str, link: str) -> Letter:
    """Someone is asked to come and work here."""
    values = {"organisation": organisation, "name": by}
    return Letter(
        subject=_("%(name)s invites you to %(organisation)s") % values,
        sentences=(
            _("%(name)s would like you to answer customers of %(organisation)s together.") % values,
            _("Choose a password and you can begin. The link works for seven days."),
        ),
        button=_("Choose a password"),
        link=link,
        purpose=Dispatch.Purpose.INVITATION,
        reason=_("Do you not know what this is about? Then you need not do anything."),
    )


def letter_about(occasion: str, context: Mapping[str, Any]) -> Letter:
    """The mail for one of the occasions that allauth knows.

    Raises:
        KeyError: an occasion that this house has no words for.
    """
    return _OCCASIONS[occasion](context)


def _code(context: Mapping[str, Any]) -> Letter:
    return Letter(
        subject=_("Your code to sign in"),  # not the code itself: subjects stand in lists
        sentences=(_("With this code you sign in. It works for 15 minutes."),),
        code=str(context["code"]),
        purpose=Dispatch.Purpose.SIGN_IN,
        reason=_("Did you not ask for a code? Then you need not do anything. Give the code to nobody."),
    )


def _reset(context: Mapping[str, Any]) -> Letter:
    return Letter(
        subject=_("Choose a new password"),
        sentences=(_("You asked for a new password. Choose it with the button below."),),
        button=_("Choose a new password"),
        link=str(context["password_reset_url"]),
        purpose=Dispatch.Purpose.PASSWORD,
        reason=_("Did you not ask for this? Then you need not do anything. Your password stays as it is."),
    )


def _was_changed(subject: Callable[[], str], sentence: Callable[[], str]) -> Callable[[Mapping[str, Any]], Letter]:
    def letter(_context: Mapping[str, Any]) -> Letter:
        return Letter(
            subject=subject(),
            sentences=(sentence(), _("Was this you? Then all is well.")),
            reason=_("Was it not you? Choose a new password at once, and tell your administrator."),
        )

    return letter


_password = _was_changed(
    lambda: _("Your password was changed"), lambda: _("The password of your account was changed just now.")
)
_OCCASIONS: dict[str, Callable[[Mapping[str, Any]], Letter]] = {
    "account/email/login_code": _code,
    "account/email/password_reset_key": _reset,
    "account/email/password_changed": _password,
    "account/email/password_reset": _password,
    "account/email/password_set": _password,
    "mfa/email/totp_activated": _was_changed(
        lambda: _("You now sign in with an app as well"),
        lambda: _("An authenticator app was connected to your account just now."),
    ),
    "mfa/email/totp_deactivated": _was_changed(
        lambda: _("You no longer sign in with an app"),
        lambda: _("The authenticator app was disconnected from your account just now."),
    ),
    "mfa/email/webauthn_added": _was_changed(
        lambda: _("A passkey was added"), lambda: _("A passkey was added to your account just now.")
    ),
    "mfa/email/webauthn_removed": _was_changed(
        lambda: _("A passkey was removed"), lambda: _("A passkey was removed from your account just now.")
    ),
    "mfa/email/recovery_codes_generated": _was_changed(
        lambda: _("You have new spare codes"),
        lambda: _("New spare codes were made for your account just now. The old ones no longer work."),
    ),
}
