"""What the acknowledgement says: received, when an answer is due, by whom, the reference code, the phone number."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from klankbord import clock


def due_in_words(due_at: datetime) -> str:
    """`today before 17:00`, `Tuesday 3 March before 12:00`, in the active language and time zone."""
    due, today = localtime(due_at), localtime(clock.now()).date()
    at = date_format(due, "H:i")
    if due.date() == today:
        return _("today before %(time)s") % {"time": at}
    return _("%(day)s before %(time)s") % {"day": date_format(due, "l j F"), "time": at}


def acknowledgement_text(*, name: str, due_at: datetime | None, names: list[str], organisation: str, phone: str, code: str) -> str:
    """The text (Markdown), in the active language. It says that it was sent automatically, and who will answer."""
    first = name.split()[0] if name and "@" not in name else ""
    hello = _("Hello %(name)s,") % {"name": first} if first else _("Hello,")
    lines = [hello, "", _("Thank you for your message. We have received it.")]
    if due_at is not None:
        who = _(" or ").join(names) if names else _("one of us")
        lines.append(
            _("You will have an answer %(when)s, from %(who)s.") % {"when": due_in_words(due_at), "who": who}
        )
    if phone:
        lines.append(_("Is it urgent? Call us: %(phone)s.") % {"phone": phone})
    if code:
        lines += ["", _("Your reference is **%(code)s**. Keep it at hand when you call.") % {"code": code}]
    lines += [
        "",
        _("You can simply reply to this mail if you want to add something."),
        "",
        _("This mail was sent automatically. The answer will come from a human being."),
        "",
        organisation,
    ]
    return "\n".join(lines)
