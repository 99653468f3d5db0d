"""What happens to persons."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.events.base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsMerged(Event):
    """`person_id` counts as `into_id` from now on."""

    person_id: int
    into_id: int
    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUnmerged(Event):
    """`person_id` is someone of their own again, and no longer `was_id`."""

    person_id: int
    was_id: int
    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChanged(Event):
    """Someone began or stopped to work here, or got another role, name, title or face."""

    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Event):
    """A member ended one or all of their sessions; screens that were open in them must go dark."""

    membership_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(Event):
    """A person's data were erased: whoever keeps a copy (an index, a cache) must forget them too.

    `membership_id` is who did it on request; None when their time was over by the organisation's rule of keeping.
    """

    person_id: int
    membership_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChanged(Event):
    """The organisation's own data changed: name, hours, phone, promise."""
