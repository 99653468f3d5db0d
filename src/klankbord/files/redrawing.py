"""The child's side of taking in a picture: read what was uploaded, and draw it anew as WebP, smaller and upright.

Nothing but pixels comes through: no place where a phone took it, no script, no second format behind the first, no
animation. Runs in the sandbox only (`klankbord.files.pictures`), because decoders of pictures are written in C.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from io import BytesIO

from klankbord.sandbox.errors import SandboxRefused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000
LARGEST_SIDE = 1600
QUALITY = 82
SIZE = struct.Struct(">II")


def prepare() -> None:
    """Load the decoders; afterwards no file can be opened."""
    from PIL import Image  # noqa: PLC0415 - only the child has it

    Image.init()
    redraw(_smallest())


def redraw(content: bytes) -> bytes:
    """Width and height (each 4 bytes, big-endian) and the picture as WebP, at most 1600 pixels in each direction.

    Raises:
        SandboxRefused: it is no JPEG, PNG, WebP or GIF, or has too many pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - only the child has it

    try:
        picture: Image.Image = Image.open(BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise SandboxRefused("too many pixels")
        picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise SandboxRefused("no picture") from None
    upright = picture
    with suppress(SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error):
        # What a camera notes beside the pixels is often damaged; then it is shown as it lies.
        upright = ImageOps.exif_transpose(picture)
    has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    drawn = upright.convert("RGBA" if has_holes else "RGB")
    drawn.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    drawn.info = {}
    out = BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return SIZE.pack(drawn.width, drawn.height) + out.getvalue()


def _smallest() -> bytes:
    from PIL import Image  # noqa: PLC0415 - only the child has it

    out = BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()
