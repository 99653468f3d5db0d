"""The contact form: what a visitor fills in is one JSON object, stored like any other raw bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from klankbord.channels.contract import (
    CannotParse,
    InboundAttachment,
    InboundMessage,
    NeverAgain,
    OutboundMessage,
    Party,
)
from klankbord.channels.settings_form import gettext_noop as _

_DETAILS = ("kind", "phone", "language")


class FormAdapter:
    """Reads `{id, name, address, subject, text, kind, phone, language, to, files}`.

    `id` is made when the form is shown: sending it twice (a double click, a reload) is one contribution. `to` carries
    the signed mark of a conversation when the visitor writes on in it. `files` is a list of `{name, type, content}`
    with the content in base64: what a visitor sends is one piece of raw bytes, accepted, kept and erased as a whole,
    as a mail is.
    """

    kind: ClassVar[str] = "form"
    name: ClassVar[str] = "Contact form"

    def parse(self, raw: bytes) -> InboundMessage:
        """The message; raises `CannotParse` for anything that no form of ours made."""
        found = _object(raw)
        fields = _texts(found)
        details = {key: fields[key] for key in _DETAILS if fields.get(key)}
        return InboundMessage(
            external_id=fields["id"],
            sender=Party(fields.get("name", ""), fields.get("address", "")),
            subject=fields.get("subject", ""),
            text=fields.get("text", ""),
            reply=fields.get("text", ""),
            delivered_to=(fields["to"],) if fields.get("to") else (),
            attachments=_files(found.get("files") or []),
            details=details,
        )

    def identify(self, raw: bytes) -> tuple[str, str]:
        """The form's own id, and the hash of everything in it."""
        digest = hashlib.sha256(raw).hexdigest()
        try:
            return _texts(_object(raw))["id"], digest
        except CannotParse:
            return digest, digest

    def send(self, message: OutboundMessage, settings: Mapping[str, object]) -> None:
        """Nothing can be sent to a form; answers go out by mail or are read under the private link."""
        del message, settings
        raise NeverAgain(_("A contact form cannot receive messages."))

    def problems(self, settings: Mapping[str, object]) -> list[str]:
        """A form needs no settings."""
        del settings
        return []


def form_bytes(fields: Mapping[str, str], files: Sequence[tuple[str, str, bytes]] = ()) -> bytes:
    """What the form's page stores as the raw bytes: the same for the same content. `files`: (name, type, content)."""
    listed = [
        {"name": name, "type": claimed, "content": base64.b64encode(content).decode()}
        for name, claimed, content in files
    ]
    filled = {key: value for key, value in fields.items() if value}
    return json.dumps({**filled, "files": listed} if listed else filled, sort_keys=True, ensure_ascii=False).encode()


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise CannotParse(_("This is not what a form sends.")) from error
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not found["id"]:
        raise CannotParse(_("This is not what a form sends."))
    return found


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _files(listed: object) -> tuple[InboundAttachment, ...]:
    if not isinstance(listed, list):
        raise CannotParse(_("The files of this form cannot be read."))
    try:
        return tuple(
            InboundAttachment(
                name=str(each["name"]),
                type=str(each["type"]),
                content=base64.b64decode(each["content"], validate=True),
            )
            for each in listed
        )
    except (KeyError, TypeError, binascii.Error, ValueError):
        raise CannotParse(_("The files of this form cannot be read.")) from None
