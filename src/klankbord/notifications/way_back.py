"""What the mail says that brings a customer back to their conversation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from klankbord.notifications.acknowledgement import greeting


def way_back_text(*, name: str, organisation: str, phone: str) -> str:
    """The text (Markdown), in the active language. The link itself stands below it, where the mail's frame puts it."""
    lines = [
        greeting(name),
        "",
        _("You asked for the link to your message. You find it below."),
        _("Whoever has this link can read along. So keep it to yourself."),
        "",
        _("Did you not ask for this? Then you need not do anything."),
    ]
    if phone:
        lines += ["", _("Would you rather speak to us? Call %(phone)s.") % {"phone": phone}]
    lines += ["", organisation]
    return "\n".join(lines)
