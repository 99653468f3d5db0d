"""Words for what a program noted about a message, as an agent would say them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from klankbord.channels.telling import in_words
from klankbord.conversations.actions.send_reply import PICKED_UP, UNDER_LINK
from klankbord.inbox.reading import ShownMessage

__all__ = ["Mark", "delivery_words", "how", "in_words", "marks_of", "size_in_words"]

_MARKS = {
    "signed": (_("digitally signed"), "shield"),
    "sealed": (_("what it says is in the file"), "attachment"),
    "encrypted": (_("encrypted: we cannot read it"), "lock"),
    "same_id": (_("came twice with the same number but other words"), "warning"),
    "elsewhere": (_("sent from another mail program"), "forward"),
    "calendar": (_("with an invitation"), "calendar"),
    "forwarded": (_("forwarded"), "forward"),
    "tnef": (_("from Outlook, unpacked"), "attachment"),
    UNDER_LINK: (_("not mailed: they read it under their own link"), "link"),
}
_AUTOMATIC = {
    "auto-replied": _("automatic answer, nobody waits"),
    "auto-generated": _("made by a machine"),
    "auto-submitted": _("made by a machine"),
    "list": _("from a mailing list"),
    "group": _("through our own mail group"),
    "bulk": _("sent to many"),
    "bounce": _("delivery report"),
    "own": _("from our own address"),
    "acknowledgement": _("automatic: we told that it arrived"),
}
_HOW = {"email": _("by e-mail"), "form": _("through the website")}
_DELIVERY = {
    "queued": (_("Goes out in a moment"), "", "clock"),
    "sent": (_("Sent"), "good", "check"),
    "failed": (_("Not sent yet. We keep trying."), "late", "warning"),
    "given_up": (_("Could not be sent."), "late", "warning"),
    "returned": (_("Came back: it was not delivered."), "late", "warning"),
    "delayed": (_("On its way, but it takes longer."), "soon", "clock"),
    "cancelled": (_("Taken back"), "", "undo"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A small remark at a message: words and an icon."""

    label: str
    icon: str
    kind: str = ""


def marks_of(message: ShownMessage) -> list[Mark]:
    """All that an agent should know about a message beside its words."""
    found = [Mark(str(_AUTOMATIC.get(message.automatic, _("automatic"))), "settings")] if message.automatic else []
    if message.is_by_another:
        found.append(Mark(gettext("another sender"), "people", "soon"))
    for name in message.marks:
        if name == PICKED_UP:
            continue
        label, icon = _MARKS.get(name, (name, "info"))
        found.append(Mark(str(label), icon, "soon" if name in ("same_id", "sealed", "encrypted") else ""))
    return found


def how(channel_kind: str) -> str:
    """Through which kind of door: "by e-mail"."""
    return str(_HOW.get(channel_kind, ""))


def delivery_words(delivery: str) -> tuple[str, str, str]:
    """What became of it in words, the colour and the icon."""
    words, kind, icon = _DELIVERY[delivery]
    return str(words), kind, icon


def size_in_words(size: int) -> str:
    """A file's size as one says it."""
    if not size:
        return gettext("empty")
    if size < 1024 * 1024:
        return gettext("%(count)s kB") % {"count": max(1, round(size / 1024))}
    return gettext("%(count)s MB") % {"count": f"{size / 1024 / 1024:.1f}".rstrip("0").rstrip(".")}
