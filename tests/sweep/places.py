"""Who looks and at what: run inside an installation (`KLANKBORD_DIR`), adds one of everything and prints it as JSON.

What is in the demo is lifelike, but has no private links and hardly anything of which there is one: an invitation, a
panel, an objection. Those come from the table of the permission test, so that a new route has an address here too.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    """Make and print."""
    import django

    django.setup()
    from django.db import transaction

    from klankbord.people.models import Organisation

    with transaction.atomic():
        made = prepare(Organisation.objects.get(host=sys.argv[1]))
    json.dump(made, sys.stdout)


def prepare(here: Any) -> dict[str, Any]:
    """`people`: the cookies of each role; `places`: for each route an address, and the role that it needs at least."""
    from klankbord.channels.models import Channel
    from klankbord.people.models import Membership, Role
    from tests import cast
    from tests.journeys.one_of_everything import things
    from tests.journeys.routes import ROUTES
    from tests.journeys.test_permissions import address_of

    door = Channel.objects.of(here).filter(kind="email").first() or cast.channel(here, address=f"post@{here.host}")
    form = Channel.objects.of(here).filter(kind="form").first() or cast.channel(here, kind="form", name="Website")
    agent = Membership.objects.of(here).active().filter(role=Role.AGENT).first() or cast.member(here, "Jamal Haddou")
    have = things(cast.House(here, door, form), agent)
    places = {
        name: (address_of(name, {parameter: have[whose] for parameter, whose in wanted.ids.items()}), wanted.least)
        for name, wanted in ROUTES.items()
        if not name.startswith("live/")
    }
    return {"people": people(here, agent, have["follow"]), "places": places}


def people(here: Any, agent: Any, follow: int) -> dict[str, dict[str, str]]:
    """The cookies of a stranger, of a customer who takes part, and of staff in each role."""
    from klankbord.participation.models import Follow
    from klankbord.people.models import Membership, Role
    from klankbord.people.visitors import VISITOR_COOKIE, remember_visitor
    from tests import cast

    def signed_in(member: Any) -> dict[str, str]:
        return {"sessionid": cast.browser(here, member).cookies["sessionid"].value}

    boss = Membership.objects.of(here).active().filter(role=Role.ADMINISTRATOR).first()
    moderator = Membership.objects.of(here).active().filter(role=Role.MODERATOR).first()
    return {
        "stranger": {},
        "member": {VISITOR_COOKIE: remember_visitor(person=Follow.objects.of(here).get(pk=follow).person)},
        "agent": signed_in(agent),
        "moderator": signed_in(moderator or cast.member(here, "Tom Bakker", Role.MODERATOR)),
        "administrator": signed_in(boss),
    }


if __name__ == "__main__":
    main()
