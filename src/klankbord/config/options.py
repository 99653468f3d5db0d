"""Every setting of the installation: its name, its type, its default and what it means.

A setting is read from the environment (`KLANKBORD_<NAME>`), else from one TOML file (`klankbord.toml` in the data
folder, or the file that `KLANKBORD_CONFIG` names), else it has its default. `docs/settings.md` describes them all.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from klankbord.config.values import address_of, inside, networks, number, one_of, port, port_or_none, truth


class BadSetting(ValueError):
    """A setting has a value that cannot be used; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. `read` turns its text into a value or raises ValueError."""

    name: str
    default: Any
    meaning: str
    read: Callable[[str], Any] = str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"KLANKBORD_{self.name.upper()}"


ASKED_FOR = frozenset(
    {
        "KLANKBORD_PASSWORD",
        "KLANKBORD_IMAP_PASSWORD",
        "KLANKBORD_SMTP_PASSWORD",
        "KLANKBORD_OAUTH_CLIENT_SECRET",
    }
)
"""Variables that hold what a command would otherwise ask for: no settings, but no mistakes either."""

OPTIONS: tuple[Option, ...] = (
    Option("dir", Path("var"), "Folder in which all data goes.", Path),
    Option("secret_key", "", "Signs and encrypts; made and kept in the data folder when empty.", secret=True),
    Option(
        "database",
        "",
        "Address of a PostgreSQL database (`postgresql://user:password@host/name`); empty: SQLite in the data folder.",
        address_of("postgresql", "postgres"),
        secret=True,
    ),
    Option(
        "redis",
        "",
        "Address of a Redis or Valkey server (`redis://host:6379/0`) for several machines.",
        address_of("redis", "rediss", "unix"),
        secret=True,
    ),
    Option("host", "127.0.0.1", "Address on which the pages are served."),
    Option("port", 8000, "Port on which the pages are served; 0 for any that is free.", port),
    Option("trusted_proxies", (), "Addresses of proxies whose X-Forwarded headers are believed.", networks),
    Option("https", False, "Whether visitors reach the pages by https.", truth),
    Option("smtp_host", "127.0.0.1", "Address on which mail is taken in."),
    Option(
        "smtp_port",
        None,
        "Port on which mail is taken in by SMTP; 0 for any that is free, empty for none.",
        port_or_none,
    ),
    Option(
        "lmtp_port",
        None,
        "Port on which mail is taken in by LMTP; 0 for any that is free, empty for none.",
        port_or_none,
    ),
    Option("smtp_certificate", "", "File with the certificate and its chain for STARTTLS at the mail intake."),
    Option("smtp_key", "", "File with that certificate's key, when it is not in the same file."),
    Option("largest_mail_mb", 35, "Largest mail that is accepted, in MB.", number),
    Option("relay_host", "", "Mail server through which channels without their own send."),
    Option("relay_port", 25, "Port of that mail server.", port),
    Option("relay_user", "", "User name at that mail server."),
    Option("relay_password", "", "Password at that mail server.", secret=True),
    Option(
        "relay_tls",
        "starttls",
        "How the connection to it is secured: `starttls`, `tls` or `none`.",
        one_of("starttls", "tls", "none"),
    ),
    Option(
        "reachable_inside",
        (),
        "Addresses, networks and names inside your own network that a mailbox's settings may lead to, such as"
        " `10.0.0.5 mail.intern`; empty: only servers on the internet.",
        inside,
    ),
    Option(
        "outbox",
        "",
        "`keep`: mails are not sent but kept to be read on the outbox page, as in the demo.",
        one_of("", "keep"),
    ),
    Option("debug", False, "For developers only: details of errors in the browser.", truth),
    Option(
        "metrics_port",
        None,
        "Port of the figures for Prometheus (`/metrics`), on 127.0.0.1 only; 0 for any that is free, empty for none.",
        port_or_none,
    ),
    Option(
        "log_level",
        "INFO",
        "How much is logged: DEBUG, INFO, WARNING or ERROR.",
        one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    ),
)


@dataclass(slots=True)
class Options:
    """The values in force."""

    values: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


_overrides: dict[str, Any] = {}


def override(**values: Any) -> None:
    """Values from the command line, which go before all others; call it before Django is set up."""
    _overrides.update({name: value for name, value in values.items() if value is not None})


def load(environment: Mapping[str, str] | None = None) -> Options:
    """Read all settings.

    Raises:
        BadSetting: a value cannot be used, or the file has a setting that does not exist.
    """
    env = os.environ if environment is None else environment
    folder = Path(_overrides.get("dir") or env.get("KLANKBORD_DIR") or "var")
    named = env.get("KLANKBORD_CONFIG")
    file = Path(named) if named else folder / "klankbord.toml"
    if named and not file.is_file():
        raise BadSetting(f"KLANKBORD_CONFIG names {named}, which is not a file")
    from_file = _read_file(file)
    options = Options({})
    for option in OPTIONS:
        value, source = option.default, "default"
        if option.name in from_file:
            value, source = _convert(option, from_file[option.name], f"{file.name}"), "file"
        if env.get(option.variable):
            value, source = _convert(option, env[option.variable], option.variable), "environment"
        if option.name in _overrides:
            shown = f"--{option.name.replace('_', '-')}"
            value, source = _convert(option, str(_overrides[option.name]), shown), "command line"
        options.values[option.name] = value
        options.sources[option.name] = source
    options.values["dir"] = Path(options.values["dir"]).resolve()
    return options


def _read_file(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSetting(f"{file.name} cannot be read: {error}") from None
    unknown = set(found) - {option.name for option in OPTIONS}
    if unknown:
        raise BadSetting(f"{file.name} has settings that do not exist: {', '.join(sorted(unknown))}")
    return found


def _convert(option: Option, value: Any, where: str) -> Any:
    """`value` out of the environment (text) or the file (any of TOML's types)."""
    try:
        if isinstance(option.default, bool) != isinstance(value, bool) and not isinstance(value, str):
            raise ValueError("write true or false" if isinstance(option.default, bool) else "not a yes or no")
        if isinstance(value, bool):
            return value
        if isinstance(value, list):
            if not isinstance(option.default, tuple):
                raise ValueError("write one value, not a list")  # noqa: TRY004 - all of these become one sentence
            return option.read(" ".join(str(each) for each in value))
        if not isinstance(value, str | int):
            raise ValueError("write a text or a number")  # noqa: TRY004 - as above
        return option.read(str(value))
    except ValueError as error:
        shown = "what it is" if option.secret else repr(value)
        raise BadSetting(f"{where}: {option.name} cannot be {shown} ({error})") from None


def unknown_variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """Variables of the environment that look like settings of ours and are none."""
    env = os.environ if environment is None else environment
    known = {option.variable for option in OPTIONS} | ASKED_FOR | {"KLANKBORD_CONFIG"}
    foreign = ("KLANKBORD_TEST_", "KLANKBORD_LONG_", "KLANKBORD_CI_")
    return sorted(
        name for name in env if name.startswith("KLANKBORD_") and name not in known and not name.startswith(foreign)
    )


def kept_secret_key(folder: Path) -> str:
    """The installation's own secret, made once and kept in the data folder, readable by its owner only."""
    place = folder / "secret-key"
    if place.is_file():
        return place.read_text(encoding="ascii").strip()
    folder.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_urlsafe(48)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return place.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(fresh)
        out.flush()
        os.fsync(out.fileno())
    return fresh
