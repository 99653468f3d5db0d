"""The queue: what waits for a moderator, and what was decided lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klankbord.moderation import rules
from klankbord.moderation.letters import excerpt
from klankbord.moderation.models import Case, Decision, Objection
from klankbord.moderation.reading.names import somebody
from klankbord.moderation.rules import WhyHeld, Words
from klankbord.people.models import Membership, Role
from klankbord.people.tenancy import TenantQuerySet

MOST = 50
_COUNTED_TO = 99


@dataclass(frozen=True, slots=True)
class View:
    """One of the lists on the left."""

    slug: str
    label: Words
    key: str


VIEWS = (
    View("", gettext_lazy("To judge"), "i"),
    View("held", gettext_lazy("Held"), "h"),
    View("reported", gettext_lazy("Reported"), "r"),
    View("objections", gettext_lazy("Objections"), "o"),
    View("decided", gettext_lazy("Decided lately"), "d"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    id: str
    path: str
    name: str
    face: str
    title: str
    what: str
    badges: list[str]
    is_hidden: bool
    at: datetime


def view_named(slug: str) -> View | None:
    """The view of that name."""
    return next((each for each in VIEWS if each.slug == slug), None)


def read_rows(membership: Membership, view: View) -> list[Row]:
    """The lines of a view, at most fifty: what waits longest first, what was decided last first."""
    if view.slug == "decided":
        return _decided(membership)
    found: list[Row] = []
    if view.slug != "objections":
        found += _cases(membership, view.slug)
    if view.slug in ("", "objections"):
        found += _objections(membership)
    return sorted(found, key=lambda row: row.at)[:MOST]


def next_path(membership: Membership, view: View, after: datetime) -> str:
    """Where to go after deciding what came at `after`: to what came next; at the end to what waits longest, or to the
    empty queue.
    """
    rows = read_rows(membership, view) if view.slug != "decided" else []
    query = f"?view={view.slug}" if view.slug else ""
    following = next((row for row in rows if row.at >= after), rows[0] if rows else None)
    return (following.path if following else reverse("moderation:queue")) + query


def groups(membership: Membership, current: str) -> list[dict[str, Any]]:
    """The links on the left, with how much waits."""
    waiting = Case.objects.visible_to(membership)
    objections = Objection.objects.visible_to(membership).waiting()
    counts = {
        "held": _upto(waiting.held()),
        "reported": _upto(waiting.reported()),
        "objections": _upto(objections),
    }
    counts[""] = _upto(waiting.waiting()) + counts["objections"]
    lists = [
        {
            "label": str(each.label),
            "url": reverse("moderation:queue") + (f"?view={each.slug}" if each.slug else ""),
            "count": _shown(counts.get(each.slug, 0)),
            "key": each.key,
            "current": each.slug == current,
        }
        for each in VIEWS
    ]
    about = [
        _link(_("Rules and reasons"), "moderation:rules", "s", is_current=current == "rules"),
        _link(_("Public log"), "moderation:log", "l"),
    ]
    return [{"title": "", "items": lists}, {"title": _("How we judge"), "items": about}]


def what_waits(membership: Membership) -> dict[str, TenantQuerySet[Any]]:
    """What waits for a moderator, for who counts it elsewhere; nothing for who may not judge."""
    if not membership.may(Role.MODERATOR):
        return {}
    return {
        "cases": Case.objects.visible_to(membership).waiting(),
        "objections": Objection.objects.visible_to(membership).waiting(),
    }


def short_whys(case: Case) -> list[str]:
    """All reasons for which it is here, in few words each, the weightiest first."""
    order = [WhyHeld.FLAGS, WhyHeld.SPAM, *WhyHeld]
    return [str(rules.TO_MODERATOR[code]) for code in sorted(set(case.codes), key=order.index)]


def _cases(membership: Membership, slug: str) -> list[Row]:
    rows = Case.objects.visible_to(membership)
    chosen = rows.held() if slug == "held" else rows.reported() if slug == "reported" else rows.waiting()
    chosen = chosen.select_related("message__conversation", "person__merged_into")
    return [
        Row(
            id=f"case-{case.pk}",
            path=reverse("moderation:case", args=[case.pk]),
            name=(who := somebody(case.person)).name,
            face=who.face,
            title=case.message.conversation.subject,
            what=excerpt(case.message.text),
            badges=short_whys(case),
            is_hidden=case.message.hidden_at is not None,
            at=case.opened_at,
        )
        for case in chosen[:MOST]
    ]


def _objections(membership: Membership) -> list[Row]:
    chosen = Objection.objects.visible_to(membership).waiting()
    chosen = chosen.select_related("decision__person__merged_into", "decision__message__conversation")
    return [
        Row(
            id=f"objection-{each.pk}",
            path=reverse("moderation:objection", args=[each.pk]),
            name=(who := somebody(each.decision.person)).name,
            face=who.face,
            title=each.decision.message.conversation.subject,
            what=excerpt(each.words),
            badges=[_("Objection")],
            is_hidden=True,
            at=each.at,
        )
        for each in chosen[:MOST]
    ]


def _decided(membership: Membership) -> list[Row]:
    rows = Decision.objects.visible_to(membership).standing().order_by("-at", "-pk")
    return [
        Row(
            id=f"decision-{each.pk}",
            path=reverse("moderation:case", args=[each.case_id]),
            name=(who := somebody(each.person)).name,
            face=who.face,
            title=each.message.conversation.subject,
            what=excerpt(each.judged_text),
            badges=[each.get_judgement_display()],
            is_hidden=each.hides,
            at=each.at,
        )
        for each in rows.select_related("person__merged_into", "message__conversation")[:MOST]
    ]


def _link(label: str, route: str, key: str, *, is_current: bool = False) -> dict[str, Any]:
    return {"label": label, "url": reverse(route), "key": key, "current": is_current}


def _upto(rows: Any) -> int:
    return len(rows.values_list("pk", flat=True)[: _COUNTED_TO + 1])


def _shown(number: int) -> str:
    return "" if not number else str(number) if number <= _COUNTED_TO else f"{_COUNTED_TO}+"
