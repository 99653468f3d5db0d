"""The pages of allauth that this house uses, and no others: there is no signing up and no changing of addresses."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from django.http import HttpRequest, HttpResponseBase
from django.urls import path, re_path
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache

from klankbord.signin.views import where_signed_in


def _second_step(name: str) -> Callable[..., HttpResponseBase]:
    """A view of allauth, loaded when it is first asked for: passkeys need much that no other page does."""

    def view(request: HttpRequest, **parts: str) -> HttpResponseBase:
        answer: HttpResponseBase = import_string(f"allauth.mfa.{name}")(request, **parts)
        return answer

    return view


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("login/code/", account.request_login_code, name="account_request_login_code"),
    path("login/code/confirm/", account.confirm_login_code, name="account_confirm_login_code"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", _second_step("base.views.index"), name="mfa_index"),
    path("2fa/authenticate/", _second_step("base.views.authenticate"), name="mfa_authenticate"),
    path("2fa/reauthenticate/", _second_step("base.views.reauthenticate"), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", _second_step("totp.views.activate_totp"), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", _second_step("totp.views.deactivate_totp"), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/", _second_step("recovery_codes.views.view_recovery_codes"), name="mfa_view_recovery_codes"
    ),
    path(
        "2fa/recovery-codes/generate/",
        _second_step("recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        _second_step("recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", _second_step("webauthn.views.list_webauthn"), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", _second_step("webauthn.views.add_webauthn"), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", _second_step("webauthn.views.login_webauthn"), name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        _second_step("webauthn.views.reauthenticate_webauthn"),
        name="mfa_reauthenticate_webauthn",
    ),
    re_path(
        r"^2fa/webauthn/keys/(?P<pk>[0-9]{1,18})/remove/$",
        _second_step("webauthn.views.remove_webauthn"),
        name="mfa_remove_webauthn",
    ),
    re_path(
        r"^2fa/webauthn/keys/(?P<pk>[0-9]{1,18})/edit/$",
        _second_step("webauthn.views.edit_webauthn"),
        name="mfa_edit_webauthn",
    ),
    path("sessions/", where_signed_in, name="usersessions_list"),
]
for each in urlpatterns:
    each.callback = never_cache(each.callback)  # spare codes and devices are kept by no browser either
