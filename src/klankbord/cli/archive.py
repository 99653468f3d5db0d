"""The file that a backup is: a compressed tar with a few known names in it, read as the hostile thing it may be."""

from __future__ import annotations

import gzip
import json
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

DATABASE = "database.sqlite3"
DUMP = "database.pgdump"
FORMAT = 1
_STAGED = ("about.json", DATABASE, DUMP)
_KEPT = ("secret-key", "klankbord.toml")
_LARGEST_TEXT = 1_000_000
"""Bytes of each part that is not customers' data."""


class NotABackup(ValueError):
    """The file is something else, damaged, or tries what no backup does."""


def pack(target: Path, staging: Path, folder: Path) -> None:
    """Write `target` from what was staged and from the data folder, while others go on writing there."""
    with tarfile.open(target, "w:gz", compresslevel=6) as archive:
        for name in _STAGED:
            if (staging / name).exists():
                archive.add(staging / name, name)
        for name in _KEPT:
            if (folder / name).is_file():
                archive.add(folder / name, name)
        for place in sorted((folder / "files").rglob("*")):
            # One that is half written has no row yet, and one that was erased meanwhile is gone for good.
            if place.name.startswith("tmp"):
                continue
            try:
                if place.is_file():
                    archive.add(place, place.relative_to(folder).as_posix(), recursive=False)
            except FileNotFoundError:
                continue


def unpack(file: Path, staging: Path) -> dict[str, Any]:
    """Unpack `file` into the empty folder `staging`; what it says about itself.

    Raises:
        NotABackup: it is none, or holds anything but the ordinary files of one.
        OSError: the disk is full.
    """
    try:
        with gzip.open(file) as whole, tarfile.open(fileobj=whole, mode="r:") as archive:
            for member in archive:
                _unpack_one(archive, member, staging)
            while whole.read(1024 * 1024):  # to its very end, where the checksum of all of it stands
                pass
        about = json.loads((staging / "about.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotABackup("it does not say what it is") from None
    except (tarfile.TarError, EOFError, zlib.error, ValueError, RecursionError) as problem:
        lines = str(problem).splitlines()
        raise NotABackup(lines[0] if lines else type(problem).__name__) from None
    except OSError as problem:
        if problem.errno is None:  # gzip's own complaints have no number
            raise NotABackup(str(problem)) from None
        raise
    if not isinstance(about, dict):
        raise NotABackup("it does not say what it is")
    return about


def _unpack_one(archive: tarfile.TarFile, member: tarfile.TarInfo, staging: Path) -> None:
    parts = PurePosixPath(member.name).parts
    known = member.name in (*_STAGED, *_KEPT) or (parts[:1] == ("files",) and ".." not in parts)
    if member.isdir() and known:
        return
    if not known or not member.isreg() or len(parts) > 5:
        raise NotABackup(f"{member.name[:80]!r} has no place in one")
    if member.size > _LARGEST_TEXT and member.name in ("about.json", *_KEPT):
        raise NotABackup(f"{member.name!r} is too large")
    content = archive.extractfile(member)
    assert content is not None  # a regular file has content
    place = staging.joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        raise NotABackup(f"{member.name[:80]!r} is in it twice")
    with content, place.open("xb") as out:
        shutil.copyfileobj(content, out, 1024 * 1024)
