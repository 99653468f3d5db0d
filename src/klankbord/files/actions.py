"""Keeping and reading content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from klankbord import clock
from klankbord.files.models import StoredFile

_NOBODYS_AFTER = timedelta(hours=1)


def keep_file(*, organisation_id: int, content: bytes, type: str) -> StoredFile:
    """Store `content` durably (on disk before this returns) and return its row; the same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.of(organisation_id).filter(digest=digest).first()
    if known is not None:
        return known
    row = StoredFile(organisation_id=organisation_id, digest=digest, size=len(content), type=type[:120])
    _write(_place(row), content)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return StoredFile.objects.of(organisation_id).get(digest=digest)
    return row


def read_file(stored: StoredFile) -> bytes:
    """The content. `OSError` when the storage does not have it (any more)."""
    return _place(stored).read_bytes()


def forget_file(stored: StoredFile) -> None:
    """Forget this content, unless something refers to it still: the same content is kept once, whoever sent it.
    `sweep_forgotten` takes it out of the storage within hours.

    Not at once: somebody may be keeping the same content at this moment, and would be left without it.
    """
    with suppress(ProtectedError):
        stored.delete()


def sweep_forgotten() -> None:
    """Remove from the storage what no row speaks of, and what was left half-written."""
    before = clock.now() - _NOBODYS_AFTER
    for folder in Path(settings.MEDIA_ROOT).glob("*/??"):
        if not folder.parent.name.isdigit():
            continue
        old = {
            each.name: each for each in folder.iterdir() if datetime.fromtimestamp(each.stat().st_mtime, UTC) < before
        }
        rows = StoredFile.objects.of(int(folder.parent.name)).filter(digest__in=old)
        for name in old.keys() - set(rows.values_list("digest", flat=True)):
            old[name].unlink(missing_ok=True)


def _place(stored: StoredFile) -> Path:
    return Path(settings.MEDIA_ROOT) / stored.path


def _write(place: Path, content: bytes) -> None:
    """Write and fsync beside the place, then rename: a crash leaves all of it or nothing."""
    if place.exists():
        os.utime(place)  # so that the sweeper sees that somebody wants it again
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).rename(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
