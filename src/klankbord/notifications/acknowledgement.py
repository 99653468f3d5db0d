"""What the acknowledgement says: received, when an answer is due, by whom, the reference code, the phone number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils.dateformat import format as format_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from klankbord import clock
from klankbord.design.moments import clock_time

_FIRST_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST_NAME = 30


def due_in_words(due_at: datetime) -> str:
    """`today before 17:00`, `tomorrow before 12:00`, `Tuesday 3 March before 12:00`, in the active language."""
    due, today = localtime(due_at), localtime(clock.now()).date()
    values = {"time": clock_time(due_at), "day": format_date(due, pgettext("date format", "l j F"))}
    away = (due.date() - today).days
    if away == 0:
        return _("today before %(time)s") % values
    if away == 1:
        return _("tomorrow before %(time)s") % values
    return _("%(day)s before %(time)s") % values


def names_in_words(names: Sequence[str]) -> str:
    """`Marlies, Jamal or Anja`; `one of us` when nobody is named."""
    if not names:
        return _("one of us")
    if len(names) == 1:
        return names[0]
    return _("%(first)s or %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def answer_line(due_at: datetime, names: Sequence[str]) -> str:
    """The promise in one sentence: when, and from whom."""
    return _("You will have an answer %(when)s, from %(who)s.") % {
        "when": due_in_words(due_at),
        "who": names_in_words(names),
    }


def greeting(name: str) -> str:
    """`Hello Ans,`, or `Hello,` when `name` does not begin with something that can only be a name.

    The name comes from outside and the mail goes to whatever address somebody typed: a web address or an advertisement
    in it must not travel in our name.
    """
    first = name.split(maxsplit=1)[0] if name.split() else ""
    if len(first) <= _LONGEST_NAME and _FIRST_NAME.fullmatch(first):
        return _("Hello %(name)s,") % {"name": first}
    return _("Hello,")


def acknowledgement_text(*, greeting: str, answer: str, organisation: str, phone: str, code: str) -> str:
    """The text (Markdown), in the active language. It says that it was sent automatically, and who will answer.

    `answer` is the line that promises one, if anything is promised.
    """
    lines = [greeting, "", _("Thank you for your message. We have received it.")]
    if answer:
        lines.append(answer)
    if phone:
        lines.append(_("Is it urgent? Call us: %(phone)s.") % {"phone": phone})
    if code:
        lines += ["", _("Your reference is %(code)s. Keep it at hand when you call.") % {"code": code}]
    lines += [
        "",
        _("You can simply reply to this mail if you want to add something."),
        "",
        _("This mail was sent automatically. The answer will come from a human being."),
        "",
        organisation,
    ]
    return "\n".join(lines)
