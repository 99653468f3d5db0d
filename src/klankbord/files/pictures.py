"""Taking in a picture from outside: whatever it holds besides pixels stays behind."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse

from klankbord.files.actions import keep_file, read_file
from klankbord.files.models import StoredFile
from klankbord.files.redrawing import SIZE
from klankbord.sandbox.pool import MEGABYTE, Sandbox, SandboxError

LARGEST = 12 * MEGABYTE
TYPE = "image/webp"
EVERYBODYS = "private, max-age=300"
"""What is hidden is gone: only the browser that saw it keeps it for a moment, nothing between us and others."""
_sandbox = Sandbox(
    "klankbord.files.redrawing:redraw",
    seconds=15,
    memory_mb=900,
    largest_payload=LARGEST,
    largest_result=8 * MEGABYTE,
)


class NotAPicture(ValueError):
    """It is no picture that can be shown, or too large a one."""


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture as it is kept: WebP, upright, at most 1600 pixels in each direction."""

    file: StoredFile
    width: int
    height: int


def keep_picture(*, organisation_id: int, content: bytes) -> KeptPicture:
    """Draw an uploaded picture anew in a child process, and store the result durably. What was uploaded is not kept.

    Raises:
        NotAPicture: it is no JPEG, PNG, WebP or GIF, or has more bytes or pixels than a picture here may have.
    """
    try:
        drawn = _sandbox.run(content)
    except SandboxError as error:
        raise NotAPicture(str(error)) from None
    width, height = SIZE.unpack(drawn[: SIZE.size])
    file = keep_file(organisation_id=organisation_id, content=drawn[SIZE.size :], type=TYPE)
    return KeptPicture(file, width, height)


def picture_response(file: StoredFile, keeping: str) -> HttpResponse:
    """A kept picture as it is served: it can be looked at and nothing else. `keeping`: for how long, and by whom.

    Raises:
        OSError: its content is gone.
    """
    response = HttpResponse(read_file(file), content_type=TYPE)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = keeping
    return response
