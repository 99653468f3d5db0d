"""What asks for the attention of staff, and the job that brings it back to them on its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.audit.models import AuditEntry
from klankbord.events.publish import publish
from klankbord.ideas.events import IdeaMoved
from klankbord.ideas.listing import IdeaRow, rows_of
from klankbord.ideas.models import Idea, Status
from klankbord.people.models import Membership, Organisation
from klankbord.people.tenancy import TenantQuerySet

_MOST = 50
_BURST_SHOWN = timedelta(days=14)
_CAME_BACK = "idea_came_back"


@dataclass(frozen=True, slots=True)
class Group:
    """Ideas that ask for the same kind of attention."""

    key: str
    title: str
    about: str
    rows: Sequence[IdeaRow]


def waiting_for_staff(organisation: Organisation) -> list[Group]:
    """What nobody looked at yet, what was to be looked at again today, and what got votes in a burst."""
    own = Idea.objects.of(organisation)
    fresh = own.filter(status=Status.NEW, merged_into__isnull=True, conversation__hidden_at__isnull=True)
    bursts = own.listed().filter(damped__gt=0, opening__votes__at__gt=clock.now() - _BURST_SHOWN).distinct()
    groups = (
        (
            "again",
            _("Look again today"),
            _("You said that you would look at these again."),
            own.to_look_at_again(organisation.today()).order_by("look_again_on", "pk"),
        ),
        ("new", _("Nobody looked at these yet"), _("Oldest first."), fresh.order_by("created_at", "pk")),
        (
            "bursts",
            _("Many votes at once"),
            _("From one network, or of people who are new here. They count, but lift less in Rising."),
            bursts.order_by("-damped", "pk"),
        ),
    )
    return [Group(key, title, about, rows_of(organisation, rows[:_MOST])) for key, title, about, rows in groups]


def what_asks_for_staff(membership: Membership) -> dict[str, TenantQuerySet[Idea]]:
    """What nobody looked at yet in the lists that all read, and what else is to be looked at again, to be counted."""
    own = Idea.objects.visible_to(membership)
    return {
        "ideas_new": own.listed().filter(status=Status.NEW),
        "ideas_again": own.to_look_at_again(membership.organisation.today()).exclude(status=Status.NEW),
    }


def bring_back() -> None:
    """The job: note once for each idea whose day has come that it asks for attention again, and tell the screens."""
    for organisation in Organisation.objects.order_by("pk"):
        own = Idea.objects.of(organisation).to_look_at_again(organisation.today())
        for idea in own.order_by("pk").iterator(chunk_size=500):
            _bring_back(idea)


@transaction.atomic
def _bring_back(idea: Idea) -> None:
    details: dict[str, Any] = {"day": str(idea.look_again_on)}
    noted = AuditEntry.objects.of(idea.organisation_id).filter(
        subject_kind=idea._meta.label_lower, subject_id=idea.pk, verb=_CAME_BACK, details=details
    )
    if noted.exists():
        return
    record(organisation_id=idea.organisation_id, membership_id=None, verb=_CAME_BACK, subject=idea, **details)
    publish(
        IdeaMoved(
            organisation_id=idea.organisation_id,
            idea_id=idea.pk,
            conversation_id=idea.conversation_id,
            board_id=idea.board_id,
        )
    )
