"""Which screens and pages a change of persons, members or the organisation itself touches."""

from __future__ import annotations

from collections.abc import Iterator

from klankbord.events.base import Event
from klankbord.people.events import MembershipChanged, OrganisationChanged, SignedOut


def rights_topic(organisation_id: int) -> str:
    """Who may see what in this organisation."""
    return f"organisation:{organisation_id}:rights"


def profile_topic(organisation_id: int) -> str:
    """The organisation's own name, hours and faces, shown on every public page."""
    return f"organisation:{organisation_id}:profile"


class PeopleAnnouncements:
    """Says what a change of members or of the organisation changes on screens."""

    def topics(self, event: Event) -> Iterator[tuple[str, str, int]]:
        """(topic, kind, id) of everything that `event` changes."""
        organisation = event.organisation_id
        if isinstance(event, MembershipChanged):
            yield rights_topic(organisation), "rights", event.membership_id
            yield profile_topic(organisation), "membership", event.membership_id
        elif isinstance(event, SignedOut):
            yield rights_topic(organisation), "rights", event.membership_id
        elif isinstance(event, OrganisationChanged):
            yield profile_topic(organisation), "organisation", organisation
