"""How django-allauth behaves in this house."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context as allauth_context
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.limits import Limit, allow, network_places
from klankbord.people.events import SignedOut
from klankbord.people.middleware import SESSION_ORGANISATION
from klankbord.people.models import Membership, Organisation, User
from klankbord.people.same_origin import is_own_path
from klankbord.signin.letters import letter_about
from klankbord.signin.mail import send_letter, tell
from klankbord.signin.membership import membership_here

GUESSES_FROM_ANYWHERE = Limit("sign-in-guesses", 150, timedelta(hours=1))
"""At one account's password. Two networks at least must take part to reach it; a code by mail still lets in."""
NO_MAIL = _("We cannot send you mail at the moment. Sign in with your password, or ask your administrator.")

_SENTENCES = {
    "account/messages/password_changed.txt": _("Your password was changed."),
    "account/messages/password_set.txt": _("Your password was set."),
    "mfa/messages/totp_activated.txt": _("The app is connected."),
    "mfa/messages/totp_deactivated.txt": _("The app is disconnected."),
    "mfa/messages/webauthn_added.txt": _("The passkey was added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey was removed."),
    "mfa/messages/recovery_codes_generated.txt": _("You have new spare codes."),
    "usersessions/messages/sessions_logged_out.txt": _("You are signed out everywhere else."),
}
"""What is worth a word afterwards. Anything else shows by itself."""


class AccountAdapter(DefaultAccountAdapter):
    """Members only, one organisation a session, own words."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask your administrator."),
        "email_password_mismatch": _("This address and password do not belong together. Try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or it is too old. Look again, or ask for a new one."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
        "too_many_login_attempts": _("That was tried too often. Wait five minutes, then try again."),
        "rate_limited": _("That was tried too often. Wait a moment, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs up: people come by invitation."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be sent on to `url`: only to a path of this very site, never to another site."""
        return bool(url) and is_own_path(url)

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse | None:
        """Stop whoever proved to be someone, but not someone who works here."""
        response: HttpResponse | None = super().pre_login(request, user, **more)
        if response is None and membership_here(user, _organisation(request)) is None:
            response = self.respond_user_inactive(request, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:  # noqa: ARG002
        """A plain page that says so; nobody is signed in."""
        clear_login(request)
        return render(request, "signin/not_here.html", status=403)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin a session: with a fresh key, and for this organisation only."""
        super().login(request, user)
        request.session[SESSION_ORGANISATION] = _organisation(request).pk

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        """Note in the log that someone came in, and how."""
        methods = get_authentication_records(request, user) or [{}]
        membership = membership_here(user, _organisation(request))
        if membership is not None:
            record(
                organisation_id=membership.organisation_id,
                membership_id=membership.pk,
                verb="signed_in",
                subject=membership,
                method=str(methods[-1].get("method", "password")),
            )
        return super().post_login(request, user, **more)

    def logout(self, request: HttpRequest) -> None:
        """End the session, and what is open in it."""
        close_screens(request)
        super().logout(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002 - allauth's signature
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our own words, or not at all."""
        text = message or _SENTENCES.get(message_template or "")
        if text:
            level = messages.SUCCESS if not message else level
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send what someone waits for: a code, a link."""
        letter = letter_about(template_prefix, context)
        send_letter(organisation=_organisation(), letter=letter, to=email, language=translation.get_language() or "nl")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a user that something about their account was changed, to their own address."""
        tell(
            organisation=_organisation(),
            letter=letter_about(template_prefix, context or {}),
            to=email or cast(User, user).email,
            language=translation.get_language() or "nl",
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Back to one's own page."""
        return reverse("mfa_index")

    def set_password(self, user: Any, password: str) -> None:
        """Change it. That ends the sessions elsewhere, so what is open in them asks again whether it may go on."""
        with transaction.atomic():
            super().set_password(user, password)
            _have_screens_ask_again(membership_here(user, _organisation()))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse guesses that come from everywhere, too."""
        if not allow(GUESSES_FROM_ANYWHERE, str(credentials.get("email", "")).lower()):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By account and network: who guesses another's password must not lock them out."""
        _one, network = network_places(request.META.get("REMOTE_ADDR", ""))
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{network}"

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether this is the user's password; users are known by their own address."""
        found = self.authenticate(allauth_context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def generate_login_code(self) -> str:
        """Six digits: easy to read over from another screen, and only three guesses are allowed."""
        return get_random_string(6, "0123456789")


def _organisation(request: HttpRequest | None = None) -> Organisation:
    found: Organisation = (request or allauth_context.request).organisation  # type: ignore[union-attr]
    return found


def close_screens(request: HttpRequest) -> None:
    """Have the live streams of whoever signs out ask again whether they may go on."""
    with transaction.atomic():
        _have_screens_ask_again(getattr(request, "membership", None))


def _have_screens_ask_again(membership: Membership | None) -> None:
    if membership is not None:
        publish(SignedOut(organisation_id=membership.organisation_id, membership_id=membership.pk))
