"""Building blocks of mails for the tests; all invented."""

from __future__ import annotations

HEAD = (
    b"From: Ada <ada@example.org>\r\nTo: info@example.net\r\nSubject: Hoi\r\n"
    b"Date: Mon, 3 Mar 2025 10:00:00 +0100\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
)


def mail(headers: str | bytes = b"", body: str | bytes = b"Dag.") -> bytes:
    """A whole mail; `headers` come after the usual ones, line endings are mended."""
    return HEAD + wired(headers) + (b"\r\n" if headers else b"") + b"\r\n" + wired(body)


def bare(headers: str | bytes, body: str | bytes = b"Dag.") -> bytes:
    """A mail with only these headers."""
    return wired(headers) + b"\r\n\r\n" + wired(body)


def multipart(kind: str, *parts: str | bytes) -> bytes:
    """A mail of parts, each given with its own header."""
    name = f"=_{kind}"
    inner = b"".join(f"--{name}\r\n".encode() + wired(part) + b"\r\n" for part in parts)
    return mail(f'Content-Type: multipart/{kind}; boundary="{name}"', inner + f"--{name}--\r\n".encode())


def wired(text: str | bytes) -> bytes:
    """As bytes with CRLF."""
    raw = text.encode() if isinstance(text, str) else text
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").strip(b"\r\n")
