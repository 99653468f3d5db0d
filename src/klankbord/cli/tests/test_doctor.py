"""`klankbord doctor`: each thing that can be wrong is found and said in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from klankbord.channels.models import Channel
from klankbord.cli import doctor
from klankbord.cli.channel import SECRETS
from klankbord.cli.doctor import Finding, examine
from klankbord.config.options import Options
from klankbord.people.models import Membership, OpeningSpan, Organisation
from tests import cast
from tests.command import invoke
from tests.real_servers import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    """The settings of a house that is well."""
    for name in ("KLANKBORD_DIR", "KLANKBORD_SECRET_KEY"):
        monkeypatch.setenv(name, "x")
    chosen = settings.OPTIONS.values | {"dir": tmp_path, "outbox": "keep", "redis": "", "relay_host": "", "https": True}
    return Options(chosen, dict(settings.OPTIONS.sources))


def wrong(options: Options, about: str = "") -> list[str]:
    return [each.sentence for each in examine(options) if each.level == "wrong" and about in each.about]


def advice(options: Options) -> list[str]:
    return [each.sentence for each in examine(options) if each.level == "advice"]


def test_a_house_that_is_well_has_nothing_wrong(options: Options):
    cast.de_klank()
    assert wrong(options) == []
    assert Finding("ok", "Bibliotheek De Klank, Website", "Set up.") in examine(options)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda: OpeningSpan.objects.across_organisations("test").delete(), "It has no opening hours"),
        (lambda: Membership.objects.across_organisations("test").update(role="agent"), "It has no administrator"),
        (
            lambda: Channel.objects.across_organisations("test").update(kind="pigeon"),
            "This kind of channel is not inst",
        ),
        (
            lambda: Channel.objects.across_organisations("test").update(trouble="The mailbox is full."),
            "The mailbox is full.",
        ),
        (lambda: Organisation.objects.all().delete(), "There is none yet. Run klankbord setup."),
    ],
)
def test_what_is_wrong_with_an_organisation_is_found(spoil: Callable[[], Any], said: str, options: Options):
    house = cast.organisation("Leeg") if "none yet" in said else cast.de_klank()
    assert house
    spoil()
    options.values["outbox"] = ""
    assert any(each.startswith(said) for each in wrong(options)), wrong(options)


def test_passwords_sealed_with_another_secret_key_are_found(options: Options):
    house = cast.de_klank()
    options.values["outbox"] = ""
    Channel.objects.of(house.organisation).filter(kind="email").update(sealed="gAAAAABnothing")
    assert any("another secret key" in each for each in wrong(options, "Vragen"))


def test_advice_is_given_where_visitors_would_be_left_alone(options: Options):
    cast.organisation("Leeg")
    options.values.update(https=False, host="0.0.0.0")
    said = " ".join(advice(options))
    for words in ("no phone number", "Nobody is shown to visitors", "Mail is kept, not sent", "Put a proxy with https"):
        assert words in said


def test_a_full_disk_is_found(options: Options, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=3_000_000))
    assert wrong(options, "Disk") == ["Only 3 MB are free; mail is refused when the disk is full."]


def test_a_secret_key_that_others_can_read_is_found(options: Options):
    key = options.dir / "secret-key"
    key.write_text("x")
    key.chmod(0o644)
    assert wrong(options, "Secret key") == [f"Others on this machine can read it. Run: chmod 600 {key}"]
    key.chmod(0o600)
    assert wrong(options, "Secret key") == []


def test_what_a_command_takes_instead_of_asking_is_no_mistake(options: Options, monkeypatch: pytest.MonkeyPatch):
    for variable, _question in SECRETS.values():
        monkeypatch.setenv(variable, "geheim")
    monkeypatch.setenv("KLANKBORD_PASSWORD", "geheim")
    assert wrong(options, "Settings") == []


def test_a_misspelt_variable_is_found(options: Options, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KLANKBORD_PRT", "80")
    assert wrong(options, "Settings") == ["KLANKBORD_PRT is not a setting; perhaps it is misspelt."]


def test_services_that_do_not_answer_are_found(options: Options):
    port = free_port()
    options.values.update(redis=f"redis://127.0.0.1:{port}/0", relay_host="127.0.0.1", relay_port=port, outbox="")
    assert len(wrong(options, "Redis")) == 1
    assert "refused" in wrong(options, "Redis")[0]
    assert wrong(options, "Mail server")[0].startswith("127.0.0.1")


def test_a_database_of_a_newer_version_is_found(options: Options):
    MigrationRecorder(connection).record_applied("people", "9999_of_the_future")
    assert wrong(options) == ["It was made by a newer version of Klankbord."]


def test_a_database_that_is_behind_is_found(options: Options):
    name = MigrationRecorder.Migration.objects.filter(app="audit").order_by("-pk").values_list("name", flat=True)[0]
    MigrationRecorder(connection).record_unapplied("audit", name)
    assert wrong(options, "Database") == ["It is older than this version. klankbord serve brings it up to date."]


def test_as_data_it_is_one_object_a_line_and_its_exit_code_tells_whether_something_is_wrong(tmp_path: Path):
    cast.organisation("Leeg")
    done = invoke("doctor", "--dir", tmp_path, "--json")
    found = [json.loads(line) for line in done.said.splitlines()]
    assert done.code == 1
    assert all(set(each) == {"level", "about", "sentence"} for each in found)
    assert "wrong" in {each["level"] for each in found}
