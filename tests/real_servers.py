"""Real mail servers on loopback, each a private instance with its own folder, ports and configuration.

Nothing of the machine's own mail system is touched: Dovecot runs out of a temporary folder, and OpenSMTPD, whose spool
and control socket have fixed places, runs in a mount namespace of its own. A peer that is not installed skips its tests
with a sentence; with CI=true that is a failure, because there it must be.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest

from tests.pace import at_this_pace, wait_until

PASSWORD = "correct-horse"
"""Of every account on the private Dovecot."""
_PORTS = range(20_000, 32_000)
_kept_ports: list[socket.socket] = []


def missing(what: str) -> NoReturn:
    """Skip this test because `what` is not on this machine; fail where everything has to be."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: this machine has to have it", pytrace=False)
    pytest.skip(f"{what}: not on this machine, so this is not tried here")


def free_port() -> int:
    """A port on loopback that nobody listens on now, and that is given to no other test process while this one lives.

    It lies below those that the kernel gives away: between being chosen and being listened on, one of these could
    become the near end of anybody's connection.
    """
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            if _is_kept(port):
                return port
    pytest.fail("no port is free")


def _is_kept(port: int) -> bool:
    """Whether the port is ours from now on; the socket that says so goes when this process does, however it ends."""
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        mark.bind(f"\0klankbord-tests-port-{port}")
    except OSError:
        mark.close()
        return False
    _kept_ports.append(mark)
    return True


def listens(port: int) -> bool:
    """Whether someone accepts connections on this port of loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


def certificate(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """A self-signed certificate for `host` and 127.0.0.1, and its key."""
    place, key = folder / "certificate.pem", folder / "key.pem"
    if not place.exists():
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host},IP:127.0.0.1"),
                *("-keyout", str(key), "-out", str(place)),
            ],
            check=True,
            capture_output=True,
        )
    return place, key


class Server:
    """A process that listens, and ends with everything that it started."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self, command: Sequence[str], ports: Sequence[int], patience: float = 40.0) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        began = time.monotonic()
        while not all(listens(port) for port in ports):
            waited = time.monotonic() - began
            if self._process.poll() is not None or (waited > patience and waited > at_this_pace(patience)):
                self.stop()
                pytest.fail(f"{command[0]} does not start:\n{self.said()[-2000:]}")
            time.sleep(0.02)

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        """End it and all its children."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Dovecot(Server):
    """Mailboxes for any name, all with the same password, reachable by IMAP (IDLE, STARTTLS, XOAUTH2) and LMTP.

    With `introspection_url` access tokens are shown to that address (RFC 7662), as a big provider's server would.
    """

    def __init__(self, folder: Path, *, introspection_url: str = "", capability: str = "") -> None:
        super().__init__(folder, folder / "dovecot.log")
        self.capability = capability
        self.imap_port = free_port()
        self.imaps_port = free_port()
        self.lmtp_port = free_port()
        self.introspection_url = introspection_url
        self.certificate, self.key = certificate(folder)

    def start(self) -> Dovecot:
        """Start it; returns when all ports answer."""
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(self._configuration())
        (self.folder / "mail").mkdir(exist_ok=True)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("mail")
            os.chown(self.folder / "mail", owner.pw_uid, owner.pw_gid)
        self._run(["dovecot", "-F", "-c", str(configuration)], [self.imap_port, self.lmtp_port])
        return self

    def _configuration(self) -> str:
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid()).pw_name
        mail_user = "mail" if root else me
        users = "" if root else f"default_internal_user = {me}\ndefault_login_user = {me}\n"
        chroots = "" if root else "service anvil {\n chroot =\n}\nservice imap-login {\n chroot =\n}\n"
        return f"""
{users}{chroots}
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = /dev/stderr
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.certificate}
ssl_key = <{self.key}
disable_plaintext_auth = no
auth_mechanisms = plain login {"xoauth2 oauthbearer" if self.introspection_url else ""}
auth_username_format = %Lu
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = {self.imaps_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp_port}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
{f"imap_capability = {self.capability}" if self.capability else ""}
protocol lmtp {{
  auth_username_format = %Lu
}}
{self._token_passdb()}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={mail_user} home={self.folder}/mail/%u allow_all_users=yes
}}
"""

    def _token_passdb(self) -> str:
        if not self.introspection_url:
            return ""
        settings = self.folder / "tokens.conf"
        settings.write_text(
            f"introspection_url = {self.introspection_url}\nintrospection_mode = post\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        return f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {settings}\n}}\n"

    def inbox_folder(self, user: str) -> Path:
        """Where the maildir of `user` lies; stop the server before changing it behind its back."""
        return self.folder / "mail" / user.lower() / "Maildir"


@dataclass(frozen=True, slots=True)
class Route:
    """Where OpenSMTPD takes mail for a domain: `scheme` is `smtp` or `lmtp`."""

    domain: str
    scheme: str
    port: int


class OpenSmtpd(Server):
    """A mail server that relays by domain, as an operator's would: in to our intake, out to someone's mailbox."""

    def __init__(self, folder: Path, routes: Sequence[Route]) -> None:
        super().__init__(folder, folder / "smtpd.log")
        self.port = free_port()
        self.routes = routes

    def start(self) -> OpenSmtpd:
        """Start it; returns when its port answers."""
        configuration = self.folder / "smtpd.conf"
        configuration.write_text(self._configuration())
        configuration.chmod(0o644)
        own_places = "mount -t tmpfs none /var/spool && mount -t tmpfs none /run && chmod 755 /var/spool /run"
        self._run(["unshare", "-m", "sh", "-c", f"{own_places} && exec smtpd -d -f '{configuration}'"], [self.port])
        return self

    def _configuration(self) -> str:
        lines = [f"listen on 127.0.0.1 port {self.port} hostname mx.example.org"]
        for number, route in enumerate(self.routes):
            relay = f'relay host "{route.scheme}://127.0.0.1:{route.port}"'
            lines += [
                f'action "out{number}" {relay}',
                f'match from any for domain "{route.domain}" action "out{number}"',
            ]
        return "\n".join(lines) + "\n"


class Postgres(Server):
    """A PostgreSQL of our own, so that it can be restarted and killed."""

    def __init__(self, folder: Path, programs: Path) -> None:
        super().__init__(folder, folder / "postgresql.log")
        self.port = free_port()
        self._programs = programs
        self._as_user = (
            ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        )
        self._databases = 0

    def create(self) -> None:
        """Make its files."""
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        command = [
            str(self._programs / "initdb"),
            "-D",
            str(self.folder / "data"),
            "-U",
            "klankbord",
            "-A",
            "trust",
            "-N",
        ]
        subprocess.run([*self._as_user, *command, "-E", "UTF8", "--locale=C"], check=True, capture_output=True, cwd="/")

    def start(self) -> Postgres:
        """Start it (again, on the same port); returns when it answers."""
        options = [
            "-p",
            str(self.port),
            "-k",
            "",
            "-h",
            "127.0.0.1",
            "-c",
            "max_connections=60",
            "-c",
            "shared_buffers=32MB",
            "-c",
            "fsync=off",  # it is killed, the machine is not: what the kernel was given is there after it
        ]
        self._run(
            [*self._as_user, str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options], [self.port]
        )
        wait_until(self._answers, "PostgreSQL answers")
        return self

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError), self.connect():
            return True
        return False

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of its owner."""
        return psycopg.connect(self.address("postgres"), autocommit=True)

    def address(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://klankbord@127.0.0.1:{self.port}/{database}"

    def like(self, address: str) -> str:
        """The address of a new database with all that stands in the one at `address`."""
        self._databases += 1
        name = f"house{self._databases}"
        with self.connect() as link:
            link.execute(f"CREATE DATABASE {name}")
        dump = [str(self._programs / "pg_dump"), "--no-owner", "--dbname", address]
        restore = [str(self._programs / "psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", self.address(name)]
        said = subprocess.run(dump, check=True, capture_output=True).stdout
        subprocess.run(restore, input=said, check=True, capture_output=True)
        return self.address(name)

    def stop_at_once(self) -> None:
        """Let it fall over without a last write."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGQUIT)
        self._process.wait(timeout=60)
        self._process = None


def _can_unshare() -> bool:
    return (
        shutil.which("unshare") is not None
        and subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode == 0
    )


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    """A folder that the servers' own users may look into (pytest's temporary folders are for their owner only)."""
    folder = Path(tempfile.mkdtemp(prefix=f"klankbord-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_dovecot(*, introspection_url: str = "", capability: str = "") -> Iterator[Dovecot]:
    """A Dovecot for as long as the block lasts; with `capability` it says that it can do no more than that."""
    if shutil.which("dovecot") is None or not Path("/usr/lib/dovecot/lmtp").exists():
        missing("Dovecot (dovecot-imapd, dovecot-lmtpd)")
    with _folder("dovecot") as folder:
        server = Dovecot(folder, introspection_url=introspection_url, capability=capability)
        try:
            yield server.start()
        finally:
            server.stop()


@contextlib.contextmanager
def running_opensmtpd(*routes: Route) -> Iterator[OpenSmtpd]:
    """An OpenSMTPD that relays by `routes` for as long as the block lasts."""
    if shutil.which("smtpd") is None:
        missing("OpenSMTPD (opensmtpd)")
    if os.geteuid() != 0 or not _can_unshare():
        missing("The right to give OpenSMTPD a mount namespace of its own")
    with _folder("opensmtpd") as folder:
        server = OpenSmtpd(folder, routes)
        try:
            yield server.start()
        finally:
            server.stop()


@contextlib.contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL for as long as the block lasts."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[4]))
    if not programs:
        missing("PostgreSQL (postgresql)")
    with _folder("postgresql") as folder:
        server = Postgres(folder, programs[-1].parent)
        try:
            server.create()
            yield server.start()
        finally:
            server.stop()
