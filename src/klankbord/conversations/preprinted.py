"""Letters that many people get: written once, with gaps for what differs from one to the next.

Rendering Markdown and a template costs more than all else that is done for an acknowledgement. What fills a gap is
plain text and is escaped as such; it is never read as Markdown or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import escape

from klankbord.conversations.composing import PREVIEW, Written, write
from klankbord.people.models import Organisation

# Characters for private use: neither Markdown nor HTML gives them a meaning.
_GAP = re.compile("\ue000([a-z]+)\ue001")


def gap(name: str) -> str:
    """The mark of a gap, to be put into the text. `subject`, `preview` and `link` are there by themselves."""
    return f"\ue000{name}\ue001"


@dataclass(frozen=True, slots=True)
class Preprinted:
    """A letter of one organisation in one language, with gaps. `said` is its bare text, as it stands in the thread."""

    said: str
    written: Written

    @classmethod
    def of(cls, text: str, organisation: Organisation) -> Preprinted:
        """Print `text` (Markdown) in the organisation's frame, in the active language."""
        return cls(
            text,
            write(
                subject=gap("subject"),
                text=text,
                preview=gap("preview"),
                organisation=organisation,
                link=gap("link"),
            ),
        )

    def filled(self, values: Mapping[str, str], *, subject: str, link: str) -> tuple[str, Written]:
        """The bare text, and the letter, for one person."""
        said = _fill(self.said, values)
        plain = {**values, "subject": subject, "link": link, "preview": said[:PREVIEW]}
        escaped = {name: str(escape(value)) for name, value in plain.items()}
        return said, Written(subject, _fill(self.written.text, plain), _fill(self.written.html, escaped))


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _GAP.sub(lambda found: values.get(found[1], found[0]), text)
