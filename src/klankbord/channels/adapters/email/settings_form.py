"""What has to be filled in for a mailbox: how mail comes in, how it goes out, where copies of answers come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from klankbord.channels.settings_form import SettingField, SettingsForm
from klankbord.channels.settings_form import gettext_noop as _

_FETCHED = frozenset({"password", "microsoft", "google", "other"})
_OAUTH = frozenset({"microsoft", "google", "other"})
_OWN = frozenset({"password", "other"})
_SECURITY = (("tls", _("Encrypted from the start")), ("starttls", "STARTTLS"), ("none", _("Not encrypted")))
_SERVERS = {
    "microsoft": {
        "imap_host": "outlook.office365.com",
        "imap_tls": "tls",
        "smtp_host": "smtp.office365.com",
        "smtp_port": 587,
        "smtp_tls": "starttls",
    },
    "google": {
        "imap_host": "imap.gmail.com",
        "imap_tls": "tls",
        "smtp_host": "smtp.gmail.com",
        "smtp_port": 587,
        "smtp_tls": "starttls",
    },
}
_FETCHING = ("imap_host", "imap_port", "imap_tls", "imap_user", "imap_folder", "sent_folder", "auth", "oauth_provider")
_SENDING = ("smtp_host", "smtp_port", "smtp_tls", "smtp_user")


def _complete(given: Mapping[str, Any]) -> dict[str, Any]:
    """Which servers, and how to sign in there, follow from the chosen ways."""
    found: dict[str, Any] = {name: value if value != "" else None for name, value in given.items()}
    way_in, way_out = given.get("way_in"), given.get("way_out")
    if way_in == "delivered":
        found |= dict.fromkeys(_FETCHING)
    elif way_in == "password":
        found |= {"auth": "password", "oauth_provider": None}
    else:
        found |= {"auth": "oauth", "oauth_provider": way_in}
    provider = _SERVERS.get(str(way_in), {})
    found |= {name: value for name, value in provider.items() if name.startswith("imap")}
    if way_out == "relay":
        found |= dict.fromkeys(_SENDING)
    elif way_out == "same":
        found |= {name: value for name, value in provider.items() if name.startswith("smtp")}
    return found


FORM = SettingsForm(
    ways=(
        SettingField(
            "way_in",
            _("How does mail come in?"),
            "choice",
            default="delivered",
            required=True,
            choices=(
                (
                    "delivered",
                    _("Our mail server delivers it to Klankbord"),
                    _("The quickest. Your mail administrator sets it up once."),
                ),
                ("password", _("Klankbord fetches it with a password"), _("From a mailbox at any provider, by IMAP.")),
                ("microsoft", _("Klankbord fetches it from Microsoft 365"), _("You give permission at Microsoft.")),
                ("google", _("Klankbord fetches it from Google"), _("You give permission at Google.")),
                ("other", _("Klankbord fetches it with another provider's permission"), _("By OAuth 2.")),
            ),
        ),
        SettingField(
            "way_out",
            _("How does mail go out?"),
            "choice",
            default="relay",
            required=True,
            choices=(
                ("relay", _("Through this installation's own mail server"), _("Set by whoever runs Klankbord.")),
                ("own", _("Through a mail server of our own"), ""),
                ("same", _("Through Microsoft or Google, where it comes in too"), ""),
            ),
        ),
    ),
    fields=(
        SettingField("imap_host", _("Server where the mailbox is"), required=True, when=("way_in", _OWN)),
        SettingField(
            "imap_port", _("Port there"), "number", _("Leave it empty for the usual one."), when=("way_in", _OWN)
        ),
        SettingField(
            "imap_tls", _("Security there"), "choice", default="tls", choices=_SECURITY, when=("way_in", _OWN)
        ),
        SettingField(
            "imap_user",
            _("User name there"),
            help=_("Leave it empty when it is the mailbox's address."),
            when=("way_in", _FETCHED),
        ),
        SettingField("imap_password", _("Password there"), "secret", when=("way_in", frozenset({"password"}))),
        SettingField("oauth_tenant", _("Your domain at Microsoft"), when=("way_in", frozenset({"microsoft"}))),
        SettingField(
            "oauth_client_id",
            _("Client id"),
            help=_("Your mail administrator registers Klankbord at the provider and gets this."),
            required=True,
            when=("way_in", _OAUTH),
        ),
        SettingField("oauth_client_secret", _("Client secret"), "secret", when=("way_in", _OAUTH)),
        SettingField(
            "oauth_authorize_url", _("Address for permission"), required=True, when=("way_in", frozenset({"other"}))
        ),
        SettingField("oauth_token_url", _("Address for tokens"), required=True, when=("way_in", frozenset({"other"}))),
        SettingField("oauth_scope", _("Scope"), when=("way_in", frozenset({"other"}))),
        SettingField("imap_folder", _("Folder to read"), default="INBOX", when=("way_in", _FETCHED)),
        SettingField(
            "sent_folder",
            _("Folder of sent mail"),
            help=_("Answers that colleagues still send from their old mail program are found there. Write - for none."),
            when=("way_in", _FETCHED),
        ),
        SettingField("smtp_host", _("Mail server"), required=True, when=("way_out", frozenset({"own"}))),
        SettingField(
            "smtp_port",
            _("Port"),
            "number",
            _("Leave it empty for the usual one."),
            when=("way_out", frozenset({"own"})),
        ),
        SettingField(
            "smtp_tls",
            _("Security"),
            "choice",
            default="starttls",
            choices=_SECURITY,
            when=("way_out", frozenset({"own"})),
        ),
        SettingField("smtp_user", _("User name"), when=("way_out", frozenset({"own", "same"}))),
        SettingField("smtp_password", _("Password"), "secret", when=("way_out", frozenset({"own"}))),
    ),
    complete=_complete,
)
