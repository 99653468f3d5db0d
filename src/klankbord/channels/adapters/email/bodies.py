"""Out of the tree of parts: the text, the HTML, the attachments, and what an agent should know about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from klankbord.channels.adapters.email import calendars, charsets, tnef
from klankbord.channels.adapters.email.flowed import unflow
from klankbord.channels.adapters.email.structure import Part
from klankbord.channels.contract import InboundAttachment
from klankbord.markup.plain import text_from_html

LONGEST_TEXT = 1_000_000
_LONGEST_NAME = 200
_EXTENSIONS = {
    "application/pdf": ".pdf", "application/pkcs7-signature": ".p7s", "application/pgp-signature": ".asc",
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
    "message/rfc822": ".eml", "text/calendar": ".ics", "text/html": ".html", "text/plain": ".txt", "text/csv": ".csv",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
}  # fmt: skip
_SIGNED = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
)
_PKCS7 = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_REPORT_PARTS = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
)
_CID = re.compile(r"cid:([^\"'\s<>)]{1,250})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,200}>")
_MARKS = ("signed", "sealed", "encrypted", "calendar", "forwarded", "tnef")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text of the mail. Pieces of one `choice` (a multipart/alternative) say the same in different forms."""

    text: str
    is_html: bool
    choice: int | None


@dataclass(slots=True)
class Body:
    """What a mail holds beside its header."""

    pieces: list[_Piece] = field(default_factory=list)
    files: list[_File] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    has_html: bool = False
    event: str = ""
    marks: set[str] = field(default_factory=set)
    defects: list[str] = field(default_factory=list)

    def add(self, text: str, *, is_html: bool, choice: int | None) -> None:
        """Add a piece; one that is blank says nothing."""
        if text.strip():
            self.pieces.append(_Piece(text, is_html, choice))

    @property
    def text(self) -> str:
        """The whole text in the order of the mail; HTML is turned into text where no other form is given."""
        plain = self._choices(is_html=False)
        shown = [
            text_from_html(piece.text) if piece.is_html else piece.text
            for piece in self.pieces
            if not (piece.is_html and piece.choice in plain)
        ]
        whole = "\n\n".join(text.strip("\n") for text in shown if text.strip())
        return (whole or self.event or "\n\n".join(self.reports))[:LONGEST_TEXT].rstrip()

    @property
    def html(self) -> str:
        """The HTML as it came, unsafe, with the plain pieces between; empty when the mail has none."""
        if not any(piece.is_html for piece in self.pieces):
            return ""
        rich = self._choices(is_html=True)
        return "\n".join(
            piece.text if piece.is_html else f'<div style="white-space: pre-wrap">{escape(piece.text.strip())}</div>'
            for piece in self.pieces
            if piece.is_html or piece.choice not in rich
        )

    @property
    def only_html(self) -> str:
        """The one HTML text of the mail as it came, unsafe; empty when there is none or more than one."""
        found = [piece.text for piece in self.pieces if piece.is_html]
        return found[0] if len(found) == 1 else ""

    @property
    def shows_html(self) -> bool:
        """Whether the whole text was made of HTML."""
        return bool(self.pieces) and all(piece.is_html for piece in self.pieces)

    def _choices(self, *, is_html: bool) -> set[int]:
        return {piece.choice for piece in self.pieces if piece.is_html == is_html and piece.choice is not None}

    def ordered_marks(self) -> list[str]:
        """The marks in a fixed order."""
        return [mark for mark in _MARKS if mark in self.marks]

    def attachments(self) -> list[InboundAttachment]:
        """The files, with their place in the HTML where it has one."""
        shown = {one.lower() for one in _CID.findall(self.html)}
        return [file.attachment(number, shown) for number, file in enumerate(self.files, start=1)]


@dataclass(slots=True)
class _File:
    name: str
    type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False

    def attachment(self, number: int, shown: set[str]) -> InboundAttachment:
        in_html = self.content_id is not None and self.content_id.lower() in shown
        return InboundAttachment(
            name=safe_name(self.name) or f"attachment-{number}{_EXTENSIONS.get(self.type, '')}",
            type=self.type,
            content=self.content,
            inline=self.inline or in_html,
            content_id=self.content_id if in_html else None,
        )


def safe_name(name: str) -> str:
    """A file name without folders, control characters and what only confuses; at most 200 characters with its
    extension.
    """
    name = charsets.clean_line(name).replace("\\", "/").rpartition("/")[2]
    # Bidirectional overrides make `exe.fdp` look like `pdf.exe`.
    name = re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", name).strip(" .\"'")
    if len(name) > _LONGEST_NAME:
        stem, dot, extension = name.rpartition(".")
        name = f"{stem[: _LONGEST_NAME - 20]}.{extension[:19]}" if dot else name[:_LONGEST_NAME]
    return name


def one_file(content: bytes) -> Body:
    """Of what is no mail and nobody's words: its bytes as a file, so that nothing is lost."""
    return Body(files=[_File("", "application/octet-stream", content)])


def gather(root: Part) -> Body:
    """Walk over the parts and sort each: text, HTML or file."""
    body = Body()
    for part in root.walk():
        if part.type == "multipart/signed":
            body.marks.add("signed")
        elif part.type == "multipart/encrypted":
            body.marks.add("encrypted")
        if not part.is_multipart:
            _sort(body, part, root)
    return body


def _sort(body: Body, part: Part, root: Part) -> None:
    _mark(body, part)
    if part.type in tnef.TYPES and _unpack(body, part):
        return
    if part.type in ("message/rfc822", "message/global"):
        _add_message(body, part)
    elif part.type == "text/calendar" and part.disposition != "attachment":
        _add_calendar(body, part)
    elif _is_text_body(part, root):
        _add_text(body, part)
    elif part.type in _REPORT_PARTS or part.type == "text/rfc822-headers":
        # Read by the bounces; for people only when the machine says nothing else.
        body.reports.append(charsets.clean_text(charsets.guess(part.content()[:LONGEST_TEXT])).strip())
    elif not _is_rival(part):
        _add_file(body, part)


def _mark(body: Body, part: Part) -> None:
    if part.type in _SIGNED:
        body.marks.add("signed")
    elif part.type in _PKCS7:
        kind = part.parameters.get("smime-type", "").lower()
        is_signature = part.filename.lower().endswith(".p7s")
        body.marks.add("signed" if kind == "signed-data" or is_signature else "encrypted")
        if kind == "signed-data" and not is_signature:
            body.marks.add("sealed")  # the words are within the signature, in the file that comes along
    elif part.type == "application/pgp-encrypted":
        body.marks.add("encrypted")
    elif part.type in ("text/calendar", "application/ics"):
        body.marks.add("calendar")


def _is_text_body(part: Part, root: Part) -> bool:
    if (
        part.type not in ("text/plain", "text/html", "text/enriched", "text/richtext")
        or part.disposition == "attachment"
    ):
        return False
    named = part.disposition_parameters.get("filename") or part.parameters.get("name")
    return part is root or not named


def _is_rival(part: Part) -> bool:
    """An alternative form of the text that nobody here shows (AMP, watch); real files in an alternative are kept."""
    inside = part.parent is not None and part.parent.type == "multipart/alternative"
    return inside and part.type.startswith("text/") and part.disposition != "attachment" and not part.filename


def _add_text(body: Body, part: Part) -> None:
    content = part.content()
    if len(content) > 4 * LONGEST_TEXT:
        body.defects.append("The text is very long; its end was left out.")
        content = content[: 4 * LONGEST_TEXT]
    text, defect = charsets.decode(content, part.charset or _charset_in_html(part.type, content))
    if defect:
        body.defects.append(defect)
    text = charsets.clean_text(text)
    choice = _choice(part)
    if part.type == "text/html":
        body.has_html = True
        body.add(text, is_html=True, choice=choice)
        return
    if part.type != "text/plain":
        if any(piece.choice == choice is not None for piece in body.pieces):
            return  # the plain text beside it says the same
        text = _TAG.sub("", text)
    if len(text) > LONGEST_TEXT:
        body.defects.append("The text is very long; its end was left out.")
    text = text[:LONGEST_TEXT]
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    if "-----BEGIN PGP MESSAGE-----" in text:
        body.marks.add("encrypted")
    elif "-----BEGIN PGP SIGNED MESSAGE-----" in text:
        body.marks.add("signed")
    body.add(text, is_html=False, choice=choice)


def _choice(part: Part) -> int | None:
    """Which multipart/alternative a part stands in, however deep; None when in none."""
    above = part.parent
    while above is not None and above.type != "multipart/alternative":
        above = above.parent
    return id(above) if above is not None else None


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"' ]{0,2}([\w.:-]{2,40})", re.IGNORECASE)


def _charset_in_html(kind: str, content: bytes) -> str | None:
    match = _META_CHARSET.search(content[:4096]) if kind == "text/html" else None
    return match[1].decode("ascii", "replace") if match else None


def _add_message(body: Body, part: Part) -> None:
    body.marks.add("forwarded")
    inner = part.parts[0].headers if part.parts else None
    name = safe_name(part.filename) or safe_name((inner.text("subject") if inner else "").replace("/", "-"))
    if name and not name.lower().endswith(".eml"):
        name += ".eml"
    body.files.append(_File(name or "message.eml", "message/rfc822", part.content()))


def _add_calendar(body: Body, part: Part) -> None:
    content = part.content()
    text, _ = charsets.decode(content, part.charset or "utf-8")
    body.event = body.event or calendars.event_line(charsets.clean_text(text))
    body.files.append(_File(part.filename or "invite.ics", "text/calendar", content))


def _add_file(body: Body, part: Part) -> None:
    content = part.content()
    if not content and not part.filename:
        return
    if part.type in ("application/ics", "text/calendar"):
        body.event = body.event or calendars.event_line(charsets.decode(content, "utf-8")[0])
    in_related = part.parent is not None and part.parent.type == "multipart/related"
    inline = part.disposition == "inline" or (
        in_related and part.type.startswith("image/") and part.disposition != "attachment"
    )
    body.files.append(_File(part.filename, part.type, content, part.content_id, inline))


def _unpack(body: Body, part: Part) -> bool:
    found = tnef.unpack(part.content())
    if found is None:
        return False
    body.marks.add("tnef")
    if not found.whole:
        body.defects.append("The winmail.dat is broken; a part of it may be missing.")
    if not body.pieces:
        # Outlook sends the same text beside it, but then it may have been left out.
        body.add(charsets.clean_text(found.text)[:LONGEST_TEXT], is_html=False, choice=id(part))
        body.has_html = bool(found.html)
        body.add(charsets.clean_text(found.html)[: 4 * LONGEST_TEXT], is_html=True, choice=id(part))
    for file in found.files:
        kind = file.type.lower() or _type_by_name(file.name)
        body.files.append(
            _File(
                file.name,
                kind,
                file.content,
                file.content_id,
                file.content_id is not None,
            )
        )
    return True


def _type_by_name(name: str) -> str:
    extension = "." + name.rpartition(".")[2].lower()
    return next(
        (kind for kind, one in _EXTENSIONS.items() if one == extension),
        "application/octet-stream",
    )
