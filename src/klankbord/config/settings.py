"""Django's settings, out of the options of this installation."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from klankbord.config import options as _options

OPTIONS = _options.load()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY: str = OPTIONS.secret_key or _options.kept_secret_key(OPTIONS.dir)
DEBUG: bool = OPTIONS.debug
ALLOWED_HOSTS = ["*"]  # the organisation middleware answers only for the hosts that exist
ROOT_URLCONF = "klankbord.config.urls"
WSGI_APPLICATION = "klankbord.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
APPEND_SLASH = True

INSTALLED_APPS = [
    "klankbord.design",
    "klankbord.events",
    "klankbord.people",
    "klankbord.files",
    "klankbord.audit",
    "klankbord.channels",
    "klankbord.search",
    "klankbord.notifications",
    "klankbord.signin",
    "klankbord.conversations",
    "klankbord.reputation",
    "klankbord.moderation",
    "klankbord.participation",
    "klankbord.posts",
    "klankbord.ideas",
    "klankbord.community",
    "klankbord.inbox",
    "klankbord.office",
    "klankbord.portal",
    "klankbord.wiring",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "klankbord.people.middleware.OrganisationMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "klankbord.people.middleware.MembershipMiddleware",
    "klankbord.people.middleware.PersonMiddleware",
    "klankbord.people.middleware.LanguageMiddleware",
    "klankbord.portal.only_sent.OnlySentMiddleware",
    "klankbord.people.middleware.NulMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "klankbord.participation.refusing.RefusedMiddleware",
]

_context_processors = [
    "django.template.context_processors.request",
    "django.contrib.messages.context_processors.messages",
    "klankbord.people.context.organisation",
    "klankbord.portal.context.frame",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "klankbord.design.jinja.environment",
            "context_processors": _context_processors,
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [*_context_processors, "django.contrib.auth.context_processors.auth"]},
    },
]


def _database(address: str) -> dict[str, Any]:
    if not address:
        return {
            "ENGINE": "klankbord.database.sqlite",
            "NAME": OPTIONS.dir / "klankbord.sqlite3",
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": ":memory:"},  # pytest's plug-in knows Django's own SQLite engine only
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
                    " PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(OPTIONS.database)}
PUBLIC_SCHEME = "https" if OPTIONS.https else "http"
PUBLIC_PORT = "" if OPTIONS.https or OPTIONS.port == 80 else f":{OPTIONS.port}"
LARGEST_MAIL = OPTIONS.largest_mail_mb * 1024 * 1024
REDIS_URL: str = OPTIONS.redis
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "klankbord",
        # Of Django's own 300 a third is forgotten when they are full: counters of a limit among them, for who asks from
        # many addresses.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("nl-formal", "Nederlands (u)"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "klankbord.front.static.HashedStorage",
        "OPTIONS": {"cache_urls": not DEBUG},
    },
}
MEDIA_ROOT = OPTIONS.dir / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "klankbord.signin.password_rules.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "klankbord.signin.password_rules.NotWellKnown"},
    {"NAME": "klankbord.signin.password_rules.NotOnesName"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox/"
MAILERS = {"default": {"BACKEND": "klankbord.signin.mail.DispatchBackend"}}
ACCOUNT_ADAPTER = "klankbord.signin.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # elsewhere it does: the session's hash changes
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# By sender only: limits by account are our own (signin), so that nobody is kept out by who guesses at their door.
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip", "reset_password": "20/m/ip"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "klankbord.signin.forms.SignInForm",
    "request_login_code": "klankbord.signin.forms.RequestCodeForm",
    "confirm_login_code": "klankbord.signin.forms.ConfirmCodeForm",
    "reset_password": "klankbord.signin.forms.ForgottenPasswordForm",
    "reset_password_from_key": "klankbord.signin.forms.NewPasswordForm",
    "set_password": "klankbord.signin.forms.SetPasswordForm",
    "change_password": "klankbord.signin.forms.ChangePasswordForm",
    "reauthenticate": "klankbord.signin.forms.ConfirmItIsYouForm",
}
MFA_ADAPTER = "klankbord.signin.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # half a minute either way: phones' clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the invitation was the proof
# Without https only *.localhost offers passkeys at all; browser and hash of the host name still guard them there.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not OPTIONS.https
MFA_FORMS = {
    "authenticate": "klankbord.signin.forms.SecondStepForm",
    "reauthenticate": "klankbord.signin.forms.ConfirmByAppForm",
    "activate_totp": "klankbord.signin.forms.ConnectAppForm",
    "login_webauthn": "klankbord.signin.forms.UsePasskeyForm",
    "add_webauthn": "klankbord.signin.forms.AddPasskeyForm",
    "edit_webauthn": "klankbord.signin.forms.RenamePasskeyForm",
}
USERSESSIONS_ADAPTER = "klankbord.signin.sessions.SessionsAdapter"

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPTIONS.https
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if OPTIONS.https else 0
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "klankbord.front.access.WithoutValues",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"only_our_words": {"()": "klankbord.front.access.OnlyOurWords"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["only_our_words"]},
    },
    "root": {"handlers": ["console"], "level": OPTIONS.log_level},
}
