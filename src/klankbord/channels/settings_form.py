"""How an adapter says what has to be filled in for a channel of its kind; whoever shows it makes a form of that.

No Django here: an adapter can be written and shipped with this and `contract.py`. Labels are English; what shows them
translates them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

type FieldKind = Literal["text", "number", "choice", "secret", "yes"]


def gettext_noop(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class SettingField:
    """One thing to fill in.

    Attributes:
        name: The key in the channel's settings. A `secret` goes into the sealed part and is never shown again.
        when: The field that decides whether this one is asked, and for which of its values; None: always asked.
        choices: For a `choice`: values with their labels, or values with label and a hint.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    help: str = ""
    default: str = ""
    required: bool = False
    choices: tuple[tuple[str, ...], ...] = ()
    when: tuple[str, frozenset[str]] | None = None

    def is_asked(self, settings: Mapping[str, Any]) -> bool:
        """Whether it matters with the other settings as they are."""
        return self.when is None or str(settings.get(self.when[0]) or "") in self.when[1]


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """What a kind of channel asks.

    Attributes:
        ways: The choices made first, as they decide which other fields are asked.
        fields: The others, in the order of asking.
        complete: Turns what was filled in into the settings that the adapter reads (None removes one): fills in what
            follows from the ways, such as a provider's servers.
    """

    ways: tuple[SettingField, ...]
    fields: tuple[SettingField, ...]
    complete: Callable[[Mapping[str, Any]], dict[str, Any]]
