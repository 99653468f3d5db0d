"""What a vote earns whoever wrote what it is for, whichever package the message belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from klankbord.participation.events import VoteCast
from klankbord.participation.models import Vote
from klankbord.reputation.actions import Award, award_all
from klankbord.reputation.rules import Rule

type Worth = Callable[[int, Sequence[VoteCast]], Mapping[int, Rule]]
"""Which messages of these events of one organisation earn something, and by which rule."""


def reward_votes(events: Sequence[VoteCast], worth: Worth) -> None:
    """Award each vote that still stands; for hundreds at once with the queries of one, and most are somebody else's."""
    for house in {event.organisation_id for event in events}:
        own = [event for event in events if event.organisation_id == house]
        rules = worth(house, own)
        if not rules:
            continue
        votes = Vote.objects.of(house).filter(pk__in=[each.vote_id for each in own if each.message_id in rules])
        awards = [
            Award(
                person=vote.message.person,
                rule=rules[vote.message_id],
                cause=f"vote:{vote.pk}",
                about=vote.message,
                giver=vote.person,
                place=vote.place,
            )
            for vote in votes.select_related("person__merged_into", "message__person__merged_into")
            if vote.message.person is not None
        ]
        award_all(organisation_id=house, awards=awards)
