"""A backup's file, read as the hostile thing it may be: refused in one sentence, before anything is touched."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from klankbord.cli import archive
from klankbord.cli.archive import NotABackup, pack, unpack
from tests.command import invoke

ABOUT = json.dumps({"format": 1}).encode()


def tar(place: Path, *members: tuple[str | tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(place, "w:gz") as out:
        for each, content in members:
            member = tarfile.TarInfo(each) if isinstance(each, str) else each
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return place


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    place = tmp_path / "staging"
    place.mkdir()
    return place


def test_what_was_packed_comes_out_and_half_written_files_stay_behind(tmp_path: Path, staging: Path):
    source, data = tmp_path / "source", tmp_path / "data"
    (data / "files" / "1" / "ab").mkdir(parents=True)
    (data / "files" / "1" / "ab" / "abcd").write_bytes(b"a picture")
    (data / "files" / "1" / "ab" / "tmpx1").write_bytes(b"half")
    (data / "secret-key").write_text("hush")
    (data / "klankbord.sqlite3").write_bytes(b"not this one")
    source.mkdir()
    (source / "about.json").write_bytes(ABOUT)
    (source / archive.DATABASE).write_bytes(b"rows")
    pack(tmp_path / "b.tar.gz", source, data)
    assert unpack(tmp_path / "b.tar.gz", staging) == {"format": 1}
    found = sorted(each.relative_to(staging).as_posix() for each in staging.rglob("*") if each.is_file())
    assert found == ["about.json", "database.sqlite3", "files/1/ab/abcd", "secret-key"]


HOSTILE = {
    "a way up": [("files/../../../escaped", b"x")],
    "an absolute path": [("/tmp/escaped", b"x")],
    "a link to the outside": [(special("files", tarfile.SYMTYPE, "/etc"), b""), ("files/passwd", b"x")],
    "a link as the key": [(special("secret-key", tarfile.SYMTYPE, "about.json"), b"")],
    "a hard link": [(special("files/x", tarfile.LNKTYPE, "about.json"), b"")],
    "a device": [(special("files/x", tarfile.CHRTYPE), b"")],
    "a pipe": [(special("files/x", tarfile.FIFOTYPE), b"")],
    "something else": [("cron.d/job", b"x")],
    "the same twice": [("secret-key", b"a"), ("secret-key", b"b")],
    "an endless key": [("secret-key", b"x" * 1_000_001)],
    "a deep folder": [("files/" + "a/" * 40 + "x", b"x")],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_member_that_no_backup_has_is_refused(name: str, tmp_path: Path, staging: Path):
    file = tar(tmp_path / "b.tar.gz", ("about.json", ABOUT), *HOSTILE[name])
    with pytest.raises(NotABackup):
        unpack(file, staging)
    assert not (tmp_path / "escaped").exists()
    assert not (staging / "secret-key").is_symlink()


def _spoiled(tmp_path: Path, how: str) -> Path:
    place = tmp_path / "b.tar.gz"
    tar(place, ("about.json", ABOUT), ("database.sqlite3", bytes(range(256)) * 400))
    whole = place.read_bytes()
    contents = {
        "cut off": whole[: len(whole) // 2],
        "a flipped byte": whole[:300] + bytes([whole[300] ^ 255]) + whole[301:],
        "text": b"Dear restore, I am no archive.",
        "nothing": b"",
        "an empty archive": gzip.compress(b""),
        "zeros": gzip.compress(bytes(100_000)),
    }
    place.write_bytes(contents[how])
    return place


@pytest.mark.parametrize("how", ["cut off", "a flipped byte", "text", "nothing", "an empty archive", "zeros"])
def test_a_damaged_file_is_one_sentence_and_nothing_is_touched(how: str, tmp_path: Path):
    file, data = _spoiled(tmp_path, how), tmp_path / "data"
    said = invoke("restore", file, "--dir", data).sentence(2)
    assert said.startswith(f"{file} is not a backup of Klankbord, or it is damaged: ")
    assert not data.exists(), "no folder stays behind that was made for nothing"
    data.mkdir()
    invoke("restore", file, "--dir", data).sentence(2)
    assert data.is_dir(), "one that was there stays"


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (b"[]", "is not a backup of Klankbord"),
        (b"{", "is not a backup of Klankbord"),
        (b'{"format": 2}', "made by a newer version"),
        (b'{"format": 1, "tables": ["people.9999_of_the_future"]}', "made by a newer version"),
        (b'{"format": 1, "tables": ["of_no_app.9999_x"]}', "of the other kind of database"),
        (b'{"format": 1}', "of the other kind of database"),
    ],
)
def test_a_backup_that_cannot_be_used_here_is_one_sentence(about: bytes, said: str, tmp_path: Path):
    file = tar(tmp_path / "b.tar.gz", ("about.json", about), ("files/1/ab/abcd", b"x"))
    assert said in invoke("restore", file, "--dir", tmp_path / "data").sentence(2)
    assert not (tmp_path / "data").exists()


def test_a_database_in_it_that_is_none_is_noticed_first(tmp_path: Path):
    file = tar(tmp_path / "b.tar.gz", ("about.json", ABOUT), ("database.sqlite3", b"no database " * 100))
    said = invoke("restore", file, "--dir", tmp_path / "data").sentence(2)
    assert "is damaged (file is not a database)" in said


def test_a_folder_with_data_is_not_touched_without_being_told_so(tmp_path: Path):
    file = tar(tmp_path / "b.tar.gz", ("about.json", ABOUT))
    data = tmp_path / "data"
    data.mkdir()
    (data / "klankbord.sqlite3").write_bytes(b"mine")
    assert "Add --replace" in invoke("restore", file, "--dir", data).sentence(2)
    assert (data / "klankbord.sqlite3").read_bytes() == b"mine"
