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
    closing: str = ""
    code: str = ""
    button: str = ""
    link: str = ""
    reason: str = ""
    unsubscribe: str = ""
    unsubscribe_words: str = ""

    @property
    def text(self) -> str:
        """The text part."""
        parts = [*self.sentences]
        parts += [item.text for item in self.items]
        parts += [each for each in (self.closing,) if each]
        if self.link:
            parts.append(f"{self.button}:\n{self.link}")
        if self.code:
            parts.append(f"{_('Or type this code on the page that is still open:')} {self.code}")
        parts += [each for each in (self.reason,) if each]
        if self.unsubscribe:
            parts.append(f"{self.unsubscribe_words}: {self.unsubscribe}")
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


def runs_out_letter(*, name: str, left: int, link: str) -> Letter:
    """For who leads: a gift for who helps runs out."""
    if left:
        happened = ngettext("%(num)s code is left of “%(name)s”.", "%(num)s codes are left of “%(name)s”.", left)
    else:
        happened = _("No code is left of “%(name)s”.")
    happened %= {"num": left, "name": name}
    return Letter(
        subject=happened[:200],
        sentences=(happened, _("Who earned it gets one again as soon as you add codes.")),
        button=_("Add codes"),
        link=link,
        reason=_("You get this mail because you lead here."),
    )


def agreement_letter(*, looks: str, names: Sequence[str], link: str) -> Letter:
    """For who leads: points that looked like an agreement were undone, and one of them says whether that was right."""
    return Letter(
        subject=_("Points that looked like an agreement were undone"),
        sentences=(
            f"{', '.join(names)}: {looks}.",
            _("What they earned by it does not count now. They were not told, and nothing else changed."),
            _("Was it fine? Press “This was fine”, and it counts again."),
        ),
        button=_("Look at it"),
        link=link,
        reason=_("You get this mail because you lead here."),
    )


def news_letter(
    *,
    items: Sequence[Item],
    organisation: str,
    follows: Sequence[str],
    manage: str,
    unsubscribe: str,
    takes_answers: bool,
) -> Letter:
    """What happened in what somebody follows: one thing with its own subject, or several together.

    `follows` is what they follow by which it came, as far as that can be named: that is what `unsubscribe` ends.
    Where an answer to this mail stands in public (`takes_answers`), it says so: nobody publishes without knowing it.
    """
    if len(items) == 1:
        subject = f"{items[0].happened} {items[0].subject}".strip()
    else:
        subject = ngettext(
            "%(num)s new message in what you follow at %(organisation)s",
            "%(num)s new messages in what you follow at %(organisation)s",
            len(items),
        ) % {"num": len(items), "organisation": organisation}
    if follows:
        reason = _("You get this mail because you follow %(what)s.") % {"what": _(" and ").join(follows)}
    else:
        reason = _("You get this mail because you follow this.")
    return Letter(
        subject=subject[:200],
        items=tuple(items),
        closing=_("You can simply answer this mail. Everybody can then read your answer on the website.")
        if takes_answers
        else "",
        reason=f"{reason} {_('Choose how often you hear it: %(link)s') % {'link': manage}}",
        unsubscribe=unsubscribe,
        unsubscribe_words=_("No more mail about this") if follows else _("No more mail about anything that I follow"),
    )
