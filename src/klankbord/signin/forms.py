"""The forms of allauth in our words: labels that say what is asked, no placeholders, hints where they help."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from allauth.account import forms as account
from allauth.core import context as allauth_context
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from klankbord.limits import Limit, allow, network_places
from klankbord.people.models import Organisation, User
from klankbord.signin.adapter import NO_MAIL
from klankbord.signin.mail import sending_mailbox
from klankbord.signin.membership import membership_here, works_elsewhere

ADDRESS = _("Your e-mail address")
PASSWORD = _("Your password")
NEW_PASSWORD = _("New password")
PASSWORD_HINT = _("At least ten characters. A short sentence is easy to remember.")
AGAIN = _("The new password once more")
ELSEWHERE = _(
    "You work for more than one organisation with this password. Change it while you are signed in with it, "
    "at “Change my password”."
)
MAILS_AN_HOUR = Limit("sign-in-mail", 6, timedelta(hours=1))
MAILS_A_DAY = Limit("sign-in-mail-day", 12, timedelta(days=1))
"""To one address, from one network: who asks for another's codes must not keep them from their own. Fewer than the
automatic mails that one address gets in a day, so that some are always left."""


def _say(form: forms.BaseForm, name: str, label: Any, hint: Any = "") -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)


def _organisation() -> Organisation:
    found: Organisation = allauth_context.request.organisation
    return found


class _AsksForMail(forms.Form):
    """Sends something by mail: says beforehand when that is impossible, the same to everyone."""

    def clean_email(self) -> str:
        """Look the address up, and go on as if nothing were wrong when nobody here has it."""
        organisation = _organisation()
        if sending_mailbox(organisation) is None:
            raise forms.ValidationError(NO_MAIL)
        email = str(super().clean_email())  # type: ignore[misc]  # allauth's, which stands behind this one
        _one, network = network_places(allauth_context.request.META.get("REMOTE_ADDR", ""))
        who = (organisation.pk, email.lower(), network)
        if not (allow(MAILS_AN_HOUR, *who) and allow(MAILS_A_DAY, *who)):
            raise forms.ValidationError(_("That was tried too often. Wait an hour, then try again."))
        return email


class SignInForm(account.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", ADDRESS)
        _say(self, "password", PASSWORD)


class RequestCodeForm(_AsksForMail, account.RequestLoginCodeForm):
    """Asks for a code by mail."""

    _user: User | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", ADDRESS)

    def clean_email(self) -> str:
        """Only who works here gets a code."""
        email = super().clean_email()
        if self._user is not None and membership_here(self._user, _organisation()) is None:
            self._user = None
        return email


class ConfirmCodeForm(account.ConfirmLoginCodeForm):
    """The code that came by mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", _("The code from the mail"), _("Six digits."))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class ForgottenPasswordForm(_AsksForMail, account.ResetPasswordForm):
    """Asks for a link to choose a new password."""

    users: list[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", ADDRESS)

    def clean_email(self) -> str:
        """Only who works here, and nowhere else: our mailbox must not open another organisation."""
        email = super().clean_email()
        here = _organisation()
        self.users = [
            user for user in self.users if membership_here(user, here) is not None and not works_elsewhere(user, here)
        ]
        return email


class _NewPassword(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password1", NEW_PASSWORD, PASSWORD_HINT)
        _say(self, "password2", AGAIN)


class _NewPasswordByMail(_NewPassword):
    """Whoever only proved to read a mailbox must not change what opens another organisation."""

    user: Any

    def clean(self) -> dict[str, Any]:
        """Refuse for who works elsewhere too."""
        found: dict[str, Any] = super().clean() or {}
        if self.user is not None and works_elsewhere(self.user, _organisation()):
            raise forms.ValidationError(ELSEWHERE)
        return found


class NewPasswordForm(_NewPasswordByMail, account.ResetPasswordKeyForm):
    """Behind the link from the mail."""


class SetPasswordForm(_NewPasswordByMail, account.SetPasswordForm):
    """For who has no password yet."""


class ChangePasswordForm(_NewPassword, account.ChangePasswordForm):
    """For who has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", _("Your present password"))


class ConfirmItIsYouForm(account.ReauthenticateForm):
    """The password once more, before something important."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", PASSWORD)


class _FromTheApp(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", _("The code from your app"), _("Six digits, or one of your spare codes."))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class SecondStepForm(_FromTheApp, mfa.AuthenticateForm):
    """The second step of signing in. `has_app`: whether there is an app that shows codes, or only a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_app = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).exists()
        if not self.has_app:
            _say(self, "code", _("One of your spare codes"))


class ConfirmByAppForm(_FromTheApp, mfa.ReauthenticateForm):
    """The code once more, before something important."""


class ConnectAppForm(_FromTheApp, totp.ActivateTOTPForm):
    """The first code of a newly connected app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", _("The code from your app"), _("Six digits."))


class _Careful(json.JSONDecoder):
    """Endless numbers and nests, which no browser sends, are no JSON either."""

    def decode(self, s: str, *more: Any) -> Any:
        """What it says."""
        try:
            return super().decode(s, *more)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(type(error).__name__, "", 0) from None


class UsePasskeyForm(webauthn.LoginWebAuthnForm):
    """Signing in by a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].decoder = _Careful


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A new passkey; it always replaces the password as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", _("What is it called?"), _("For example: my phone."))
        self.fields["name"].max_length = 60
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].required = False

    def clean(self) -> dict[str, Any]:
        """A name of at most 60 characters; the rest is allauth's to check."""
        found: dict[str, Any] = super().clean()
        found["name"] = str(found.get("name", ""))[:60]
        return found


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", _("What is it called?"))
