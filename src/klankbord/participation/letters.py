"""What the mails say that people get because they take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened in a thread: what, where, the first words of it, and the page that shows it."""

    happened: str
    subject: str
    excerpt: str
    link: str

    @property
    def text(self) -> str:
        """As it stands in the text part."""
        return "\n".join(line for line in (self.happened, self.subject, self.excerpt, self.link) if line)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: sentences, what happened, a code to copy, a button to press, and why one gets it."""

    subject: str
    sentences: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    code: str = ""
    button: str = ""
    link: str = ""
    reason: str = ""
    unsubscribe: str = ""

    @property
    def text(self) -> str:
        """The text part."""
        parts = [*self.sentences]
        parts += [item.text for item in self.items]
        if self.link:
            parts.append(f"{self.button}:\n{self.link}")
        if self.code:
            parts.append(f"{_('Or type this code on the page that is still open:')} {self.code}")
        parts += [each for each in (self.reason,) if each]
        if self.unsubscribe:
            parts.append(f"{_('No more mail about this')}: {self.unsubscribe}")
        return "\n\n".join(parts)


def confirmation_letter(*, organisation: str, words: str, code: str, link: str) -> Letter:
    """One click, and it counts."""
    return Letter(
        subject=_("One click and it is done: %(organisation)s") % {"organisation": organisation},
        sentences=(words, _("Click on the button. Then we know that this address is yours.")),
        code=code,
        button=_("Yes, this was me"),
        link=link,
        reason=_("Was this not you? Then do nothing. Nothing happens then."),
    )


def news_letter(*, items: Sequence[Item], organisation: str, manage: str, unsubscribe: str) -> Letter:
    """What happened in what somebody follows: one thing with its own subject, or several together."""
    if len(items) == 1:
        subject = f"{items[0].happened} {items[0].subject}".strip()
    else:
        subject = ngettext(
            "%(num)s new message in what you follow at %(organisation)s",
            "%(num)s new messages in what you follow at %(organisation)s",
            len(items),
        ) % {"num": len(items), "organisation": organisation}
    return Letter(
        subject=subject[:200],
        items=tuple(items),
        reason=_("You get this mail because you follow this. Change how often here: %(link)s") % {"link": manage},
        unsubscribe=unsubscribe,
    )
