"""What came with a message: its formatted version, its whole text, and its files."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from klankbord.conversations.models import Attachment, Message, MessageHtml
from klankbord.files.actions import read_file
from klankbord.files.ranges import in_part
from klankbord.inbox.access import StaffRequest, for_staff
from klankbord.inbox.formatted import document, image_type, with_images

_LARGEST_INLINE = 5 * 1024 * 1024


@require_GET
@for_staff()
def formatted(request: StaffRequest, pk: int) -> HttpResponse:
    """The formatted version of a message, for a sandboxed frame; `?images=1` with images from elsewhere."""
    html = get_object_or_404(MessageHtml.objects.visible_to(request.membership), message_id=pk)
    rows = Attachment.objects.visible_to(request.membership).filter(message_id=pk).exclude(content_id="")
    images = [
        (row.content_id, _content(row)) for row in rows.select_related("file") if row.file.size <= _LARGEST_INLINE
    ]
    return document(with_images(html.html, images), remote_images=bool(request.GET.get("images")))


def _content(row: Attachment) -> bytes:
    try:
        return read_file(row.file)
    except OSError:
        return b""


@require_GET
@for_staff()
def whole_text(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole text of a message, as a download."""
    message = get_object_or_404(Message.objects.visible_to(request.membership), pk=pk)
    text = "\n\n".join(part for part in (message.text, message.signature, message.quoted) if part)
    return download(text.encode(), "text/plain; charset=utf-8", f"{pk}.txt")


@require_GET
@for_staff()
def file(request: StaffRequest, pk: int) -> HttpResponse:
    """A file. Always a download, but for images of known kinds when `?show=1` asks to look at one."""
    row = get_object_or_404(Attachment.objects.visible_to(request.membership).select_related("file"), pk=pk)
    try:
        content = read_file(row.file)
    except OSError:
        raise Http404 from None
    type_ = image_type(content)
    if request.GET.get("show") and type_ is not None:
        return in_part(request, download(content, type_, row.name, inline=True), row.file)
    return in_part(request, download(content, "application/octet-stream", row.name), row.file)


def download(content: bytes, type_: str, name: str, *, inline: bool = False) -> HttpResponse:
    clean = "".join(character for character in name if character.isprintable()) or "file"
    response = HttpResponse(content, content_type=type_)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, clean) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; img-src 'self'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
