"""How django-allauth's second factors and passkeys behave in this house."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klankbord.channels.secrets import seal, unseal
from klankbord.people.models import User


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keys are stored encrypted; the app and the passkey carry the organisation's name."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or it is too old. Try the newest one."),
        "cannot_generate_recovery_codes": gettext_lazy("You need spare codes only with an app or a passkey."),
    }

    def get_totp_issuer(self) -> str:
        """The name under which the app shows its codes."""
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return str(allauth_context.request.organisation.name)

    def get_totp_label(self, user: Any) -> str:
        """For whom the codes are."""
        assert isinstance(user, User)
        return user.email

    def encrypt(self, text: str) -> str:
        """Seal what would let someone in, as the channels' passwords are."""
        return seal({"key": text})

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return str(unseal(encrypted_text)["key"])

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: ARG002 - allauth's signature
        """What a new passkey is called until its owner says otherwise."""
        return _("My passkey")
