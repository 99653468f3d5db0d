"""The contact form: what a visitor fills in is one JSON object, stored like any other raw bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from klankbord.channels.contract import CannotParse, InboundMessage, NeverAgain, OutboundMessage, Party


class FormAdapter:
    """Reads `{id, name, address, subject, text, kind, phone, to}`; `id` is made when the form is shown.

    Sending the form twice (a double click, a reload) is therefore one contribution. `to` carries the signed mark of a
    conversation when the visitor writes on in it.
    """

    kind: ClassVar[str] = "form"
    name: ClassVar[str] = "Contact form"

    def parse(self, raw: bytes) -> InboundMessage:
        """The message; raises `CannotParse` for anything that no form of ours made."""
        fields = _fields(raw)
        details = {key: fields[key] for key in ("kind", "phone") if fields.get(key)}
        return InboundMessage(
            external_id=fields["id"],
            sender=Party(fields.get("name", ""), fields.get("address", "")),
            subject=fields.get("subject", ""),
            text=fields.get("text", ""),
            reply=fields.get("text", ""),
            delivered_to=(fields["to"],) if fields.get("to") else (),
            details=details,
        )

    def identify(self, raw: bytes) -> tuple[str, str]:
        """The form's own id, and the hash of everything in it."""
        digest = hashlib.sha256(raw).hexdigest()
        try:
            return _fields(raw)["id"], digest
        except CannotParse:
            return digest, digest

    def send(self, message: OutboundMessage, settings: Mapping[str, object]) -> None:
        """Nothing can be sent to a form; answers go out by mail or are read under the private link."""
        del message, settings
        raise NeverAgain("A contact form cannot receive messages.")

    def problems(self, settings: Mapping[str, object]) -> list[str]:
        """A form needs no settings."""
        del settings
        return []


def _fields(raw: bytes) -> dict[str, str]:
    try:
        found: Any = json.loads(raw)
    except ValueError as error:
        raise CannotParse(f"This is not what a form sends: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not found["id"]:
        raise CannotParse("This is not what a form sends.")
    return {str(key): str(value) for key, value in found.items() if value is not None}
