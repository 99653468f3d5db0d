"""Where settings come from, and what is said when one cannot be used."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from klankbord.config import options
from klankbord.config.options import BadSetting, kept_secret_key, load, unknown_variables


@pytest.fixture(autouse=True)
def nothing_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "_overrides", {})


def read(folder: Path, toml: str = "", **environment: str) -> options.Options:
    if toml:
        (folder / "klankbord.toml").write_text(toml, encoding="utf-8")
    return load(
        {"KLANKBORD_DIR": str(folder)} | {f"KLANKBORD_{key.upper()}": each for key, each in environment.items()}
    )


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(tmp_path: Path):
    toml = "port = 1\nsmtp_port = 2\nlmtp_port = 3"
    options.override(port=11, smtp_port=None)
    found = read(tmp_path, toml, port="21", smtp_port="22")
    assert (found.port, found.smtp_port, found.lmtp_port, found.relay_port) == (11, 22, 3, 25)
    names = ("port", "smtp_port", "lmtp_port", "relay_port")
    assert [found.sources[name] for name in names] == ["command line", "environment", "file", "default"]


@pytest.mark.parametrize(
    ("toml", "name", "value"),
    [
        ("https = true", "https", True),
        ('https = "no"', "https", False),
        ('trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]', "trusted_proxies", ("127.0.0.1", "10.0.0.0/8")),
        ('trusted_proxies = "*"', "trusted_proxies", ("*",)),
        ('outbox = "KEEP"', "outbox", "keep"),
        ('log_level = "debug"', "log_level", "DEBUG"),
        ('smtp_port = ""', "smtp_port", None),
        ('redis = "redis://h:6379/1"', "redis", "redis://h:6379/1"),
    ],
)
def test_a_value_is_read(toml: str, name: str, value: Any, tmp_path: Path):
    assert getattr(read(tmp_path, toml), name) == value


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("prot = 1", "klankbord.toml has settings that do not exist: prot"),
        ("port = 'many'", "port cannot be 'many' (write a port number, from 0 to 65535)"),
        ("port = 70000", "port cannot be 70000"),
        ("port = -1", "port cannot be -1"),
        ("port = [1]", "port cannot be [1] (write one value, not a list)"),
        ("port = true", "port cannot be True (not a yes or no)"),
        ("port = 1.5", "write a text or a number"),
        ("https = 1", "https cannot be 1 (write true or false)"),
        ("https = 'maybe'", "write true or false"),
        ("largest_mail_mb = 0", "write a whole number above zero"),
        ("outbox = 'kepp'", "write one of: nothing, keep"),
        ("relay_tls = 'ssl'", "write one of: starttls, tls, none"),
        ("log_level = 'LOUD'", "write one of: DEBUG"),
        ("trusted_proxies = ['proxy']", "proxy is not an address such as"),
        ("redis = 'localhost:6379'", "write an address that begins with redis://"),
        ("database = 'postgresql://me@host:many/x'", "write an address that begins with postgresql://"),
        ("port = ", "klankbord.toml cannot be read: "),
    ],
)
def test_what_cannot_be_used_is_named_with_the_way_to_write_it(toml: str, said: str, tmp_path: Path):
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, toml)
    assert said in str(refused.value)


def test_what_is_typed_on_the_command_line_is_held_to_the_same(tmp_path: Path):
    options.override(smtp_port=70_000)
    with pytest.raises(BadSetting, match="--smtp-port: smtp_port cannot be '70000'"):
        read(tmp_path)


def test_a_secret_is_not_repeated_in_what_is_said(tmp_path: Path):
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, database="mysql://me:hush@host/x")
    assert "hush" not in str(refused.value)


def test_a_misspelt_variable_is_noticed():
    found = unknown_variables({"KLANKBORD_PRT": "1", "KLANKBORD_PORT": "1", "KLANKBORD_TEST_DATABASE": "", "PATH": ""})
    assert found == ["KLANKBORD_PRT"]


def test_the_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    key = kept_secret_key(tmp_path / "new")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "new") == key
    assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600
