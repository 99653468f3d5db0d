"""Files that go along with a reply. They are stored as soon as they come, so that a refused form does not lose them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from klankbord.conversations.models import Conversation
from klankbord.conversations.refusals import Refused
from klankbord.files.actions import keep_file
from klankbord.files.models import StoredFile
from klankbord.people.models import Membership

MOST_FILES = 10
MOST_BYTES = 20 * 1024 * 1024
"""What nearly every mail server takes, encoding included."""
_SALT = "inbox.kept-file"


class TooManyFiles(Refused):
    """More or larger files than a mail can carry."""

    sentence = _("Send at most 10 files, together no larger than 20 MB.")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An uploaded file that waits to be sent. `token` proves that this member uploaded it in this conversation."""

    name: str
    stored: StoredFile
    token: str


def keep_uploads(
    uploads: Iterable[UploadedFile[Any]],
    already: Sequence[KeptFile],
    *,
    membership: Membership,
    conversation: Conversation,
) -> list[KeptFile]:
    """Store what was uploaded, beside what was kept before; names that occur twice are numbered. An empty file is one.

    Raises:
        TooManyFiles: before anything is stored.
    """
    fresh = list(uploads)
    size = sum(upload.size or 0 for upload in fresh) + sum(file.stored.size for file in already)
    if len(fresh) + len(already) > MOST_FILES or size > MOST_BYTES:
        raise TooManyFiles
    kept = list(already)
    for upload in fresh:
        stored = keep_file(
            organisation_id=membership.organisation_id,
            content=upload.read(),
            type=upload.content_type or "application/octet-stream",
        )
        name = _free_name(_clean_name(upload.name or ""), {file.name for file in kept})
        kept.append(KeptFile(name, stored, _sign(name, stored, membership, conversation)))
    return kept


def read_tokens(tokens: Iterable[str], *, membership: Membership, conversation: Conversation) -> list[KeptFile]:
    """The files that were uploaded before, by their tokens; a token that is not genuine is left out."""
    named: list[tuple[str, int, str]] = []
    for token in list(tokens)[:MOST_FILES]:
        try:
            name, file_id, owner = signing.loads(token, salt=_SALT, max_age=7 * 24 * 3600)
        except (signing.BadSignature, ValueError):
            continue
        if owner == [membership.pk, conversation.pk]:
            named.append((name, file_id, token))
    ids = [file_id for _, file_id, _ in named]
    files = StoredFile.objects.visible_to(membership).in_bulk(ids) if ids else {}
    return [KeptFile(name, files[file_id], token) for name, file_id, token in named if file_id in files]


def sign_again(
    files: Iterable[tuple[str, StoredFile]], *, membership: Membership, conversation: Conversation
) -> list[str]:
    """Tokens for files of a reply that was taken back."""
    return [_sign(name, stored, membership, conversation) for name, stored in files]


def _sign(name: str, stored: StoredFile, membership: Membership, conversation: Conversation) -> str:
    return signing.dumps([name, stored.pk, [membership.pk, conversation.pk]], salt=_SALT)


def _clean_name(name: str) -> str:
    plain = "".join(character for character in name if character.isprintable()).strip()[-120:]
    return plain if plain.strip(". ") else "file"


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    free, number = name, 2
    while free in taken:
        free, number = f"{stem} ({number}){ending}", number + 1
    return free
