"""Files: kept once for each organisation, whole or not at all, and swept when nobody speaks of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from klankbord import clock
from klankbord.files import actions
from klankbord.files.actions import forget_file, keep_file, read_file, sweep_forgotten
from klankbord.files.models import StoredFile
from klankbord.people.models import Organisation
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def house(folder: Path) -> Organisation:
    return cast.organisation()


@pytest.fixture
def tomorrow() -> Iterator[None]:
    with clock.reading(datetime.now(UTC) + timedelta(days=1)):
        yield


def keep(house: Organisation, content: bytes = b"foto") -> StoredFile:
    return keep_file(organisation_id=house.pk, content=content, type="image/png")


def on_disk(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_the_same_content_is_kept_once_and_read_back(house: Organisation, folder: Path) -> None:
    first, second = keep(house), keep(house)
    assert first == second
    assert read_file(first) == b"foto"
    assert len(on_disk(folder)) == 1


def test_two_organisations_share_nothing(house: Organisation, folder: Path) -> None:
    other = cast.organisation()
    assert keep(house) != keep(other)
    assert len(on_disk(folder)) == 2
    assert StoredFile.objects.of(house).count() == 1


def test_a_full_disk_leaves_no_row_and_no_half_file(
    house: Organisation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(actions.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            keep(house)
    assert on_disk(folder) == []
    assert not StoredFile.objects.of(house).exists()
    assert read_file(keep(house)) == b"foto"


def test_what_was_forgotten_leaves_the_disk_and_what_is_spoken_of_stays(
    house: Organisation, folder: Path, tomorrow: None
) -> None:
    kept, gone = keep(house), keep(house, b"weg")
    half_written = folder / kept.path
    (half_written.parent / "tmp123").write_bytes(b"half")
    forget_file(gone)
    sweep_forgotten()
    assert [each.read_bytes() for each in on_disk(folder)] == [b"foto"]
    with pytest.raises(OSError, match="No such file"):
        read_file(gone)


def test_what_somebody_keeps_at_this_moment_is_not_swept(house: Organisation, folder: Path) -> None:
    stored = keep(house)
    place = folder / stored.path
    old = clock.now().timestamp() - 86_400
    os.utime(place, (old, old))
    forget_file(stored)
    actions._write(place, b"foto")  # another process keeps the same content; its row comes in a moment
    sweep_forgotten()
    assert place.read_bytes() == b"foto"
