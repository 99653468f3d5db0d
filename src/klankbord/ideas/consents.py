"""What a private conversation shows of the question whether it may become an idea."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from klankbord.ideas.listing import path_of
from klankbord.ideas.models import ConsentRequest
from klankbord.people.models import Membership


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that happened to it; `path` leads to the idea that it became."""

    at: datetime
    words: str
    path: str = ""


def newest_request(membership: Membership) -> Subquery:
    """To annotate conversations with: what was asked last, as `traces_of_consent` reads it. It costs no query."""
    rows = ConsentRequest.objects.visible_to(membership).filter(conversation=OuterRef("pk"))
    told = JSONObject(
        asked_at="asked_at",
        by="asked_by__user__name",
        answered_at="answered_at",
        agreed="agreed",
        idea="idea__conversation_id",
        hidden_at="idea__conversation__hidden_at",
    )
    return Subquery(rows.order_by("-asked_at", "-pk").values(told=told)[:1], output_field=JSONField())


def traces_of_consent(told: dict[str, Any] | None) -> list[Trace]:
    """That the customer was asked, and what they said, in that order; nothing when nobody asked."""
    if told is None:
        return []
    name = told["by"] or _("A colleague")
    asked = _("%(name)s asked the customer: may this be an idea?") % {"name": name}
    found = [Trace(_moment(told["asked_at"]), asked)]
    if told["answered_at"] is not None:
        said = _("The customer agreed: it is an idea.") if told["agreed"] else _("The customer said no to an idea.")
        is_there = told["idea"] is not None and told["hidden_at"] is None
        found.append(Trace(_moment(told["answered_at"]), said, path_of(told["idea"]) if is_there else ""))
    return found


def _moment(text: str) -> datetime:
    """Databases write it with a zone or in UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
