"""What the frame of every page needs: the ways through the site, the footer, the languages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from klankbord.people.models import Language


def frame(request: HttpRequest) -> dict[str, Any]:
    """`navigation`, `footer_links` and `languages`, as docs/design.md describes them. Asks nothing of the database."""
    if getattr(request, "organisation", None) is None:
        return {}
    ways = [
        (_("Questions"), "community:questions"),
        (_("Ideas"), "ideas:list"),
        (_("What we changed"), "changes:list"),
        (_("Contact"), "portal:contact"),
    ]
    spoken = (translation.get_language() or "")[:2]
    return {
        "navigation": [
            {"label": label, "url": reverse(name), "current": request.path.startswith(reverse(name))}
            for label, name in ways
        ],
        "footer_links": [
            {"label": _("Your own page"), "url": reverse("participation:me")},
            {"label": _("Where is my message?"), "url": reverse("portal:where")},
            {"label": _("Our promise"), "url": reverse("portal:promise")},
            {"label": _("How we judge"), "url": reverse("moderation:log")},
            {"label": _("Accessibility"), "url": reverse("portal:accessibility")},
            {"label": _("Privacy"), "url": reverse("portal:privacy")},
            {
                "label": _("What do you think of this page?"),
                "url": f"{reverse('portal:contact')}?{urlencode({'about': request.path})}",
            },
        ],
        "languages": [
            {
                "code": code,
                "label": label,
                "url": f"{reverse('portal:language', args=[code])}?{urlencode({'next': request.path})}",
                "current": code == spoken,
            }
            for code, label in Language.choices
        ],
    }
