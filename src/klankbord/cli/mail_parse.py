"""`klankbord mail parse`: read mails as Klankbord reads them and print what was understood. Needs no database and
no Django.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from klankbord.channels.adapters.email.ids import HASHED, identify
from klankbord.channels.adapters.email.reading import LARGEST_MAIL, mail_sandbox, read, read_header
from klankbord.channels.contract import CannotParse, InboundMessage, Party

if TYPE_CHECKING:
    from klankbord.sandbox.pool import Sandbox


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file and what was read in it; a message with only a defect when nothing could be.

    `is_there` is False for a path at which nothing can be read: none, a folder, or not ours to read.
    """

    file: Path
    message: InboundMessage
    is_there: bool = True


def parse(
    files: Annotated[list[Path], typer.Argument(help="Mails as files (.eml), one mail in each.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show what Klankbord reads in a mail: sender, text, what is new and what is quoted, attachments, delivery report.

    Never fails on a file, and ends with 0 whatever is in it: what could not be read is in `defects`. It is the same for
    a path at which there is no file to be read: one of many stops no script. A line on the error stream counts these.
    """
    missing = 0
    with mail_sandbox() as sandbox:
        for parsed in parse_files(files, sandbox):
            text = json.dumps(as_object(parsed), ensure_ascii=False) if as_json else as_text(parsed)
            sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
            sys.stdout.buffer.flush()
            missing += not parsed.is_there
    if missing:
        typer.secho(f"Of {len(files)} files {missing} could not be read at all.", fg=typer.colors.RED, err=True)


def parse_files(files: Iterable[Path], sandbox: Sandbox) -> Iterator[Parsed]:
    """Read files in the sandbox, in their order; none of them can stop the rest."""
    for file in files:
        raw, is_there = b"", True
        try:
            raw = _contents(file)
            message = read(raw, sandbox)
        except OSError as problem:
            is_there = False
            message = _unread("", f"The file cannot be read: {problem.strerror or problem}.")
        except CannotParse as problem:
            message = _header_alone(raw, str(problem), sandbox)
        yield Parsed(file, message, is_there)


def _header_alone(raw: bytes, defect: str, sandbox: Sandbox) -> InboundMessage:
    """What the header says of a mail that cannot be read as a whole."""
    try:
        message = read_header(raw, sandbox)
    except CannotParse:
        return _unread(identify(raw)[0], defect)
    hashed = message.external_id.startswith(HASHED)
    external_id = identify(raw)[0] if hashed else message.external_id
    return replace(message, external_id=external_id, defects=list(dict.fromkeys([defect, *message.defects])))


def _unread(external_id: str, defect: str) -> InboundMessage:
    return InboundMessage(external_id=external_id, sender=None, defects=[defect])


def _contents(file: Path) -> bytes:
    # A pipe that nobody writes to would be waited for, for ever; opened so, it is empty.
    number = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(number, "rb") as opened:
        os.set_blocking(number, True)
        # One byte past the limit is enough to be refused, and no file can fill the memory.
        return opened.read(LARGEST_MAIL + 1)


def as_object(parsed: Parsed) -> dict[str, Any]:
    """What `--json` prints of a file; all keys are always there."""
    message = parsed.message
    has_id = message.external_id and not message.external_id.startswith(HASHED)
    bounce = message.bounce
    return {
        "file": str(parsed.file),
        "message_id": message.external_id if has_id else None,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "from": _party(message.sender) if message.sender else None,
        "to": [_party(party) for party in message.to],
        "cc": [_party(party) for party in message.cc],
        "reply_to": [_party(party) for party in message.reply_to],
        "subject": message.subject,
        "date": message.sent_at.isoformat() if message.sent_at else None,
        "text": message.text,
        "reply": message.reply,
        "quoted": message.quoted,
        "signature": message.signature,
        "html": message.html is not None,
        "attachments": [
            {"name": one.name, "type": one.type, "size": one.size, "inline": one.inline} for one in message.attachments
        ],
        "automatic": message.automatic,
        "bounce": {"recipient": bounce.recipient, "status": bounce.status, "action": bounce.action} if bounce else None,
        "defects": list(message.defects),
        "marks": list(message.marks),
    }


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "address": party.address}


def as_text(parsed: Parsed) -> str:
    """What is printed of a file for people."""
    shown = as_object(parsed)
    lines = [f"── {shown['file']}"]
    for key in (
        "from",
        "to",
        "cc",
        "reply_to",
        "subject",
        "date",
        "message_id",
        "in_reply_to",
        "marks",
        "automatic",
        "bounce",
    ):
        value = shown[key]
        if value:
            lines.append(f"{key:<12} {_for_people(value)}")
    lines += [
        f"{'attachment':<12} {one['name']} ({one['type']}, {one['size']} bytes{', inline' if one['inline'] else ''})"
        for one in shown["attachments"]
    ]
    lines += [f"{'defect':<12} {defect}" for defect in shown["defects"]]
    quoted = "forwarded" if "forwarded" in shown["marks"] else "quoted"
    for key, heading in (("reply", "reply"), ("quoted", quoted), ("signature", "signature")):
        if shown[key].strip():
            lines += ["", f"[{heading}]", shown[key].rstrip()]
    # Control characters of a hostile mail could move the cursor or rename the window.
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines)) + "\n"


def _for_people(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_for_people(one) for one in value)
    if isinstance(value, dict) and "address" in value:
        return f"{value['name']} <{value['address']}>" if value["name"] else str(value["address"])
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values())
    return str(value)
