"""For each of the reactions here, something that happened after which it has work to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.events.base import Event
from klankbord.participation import leads
from klankbord.participation.rings import undo_rings
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from klankbord.reputation import reactions
from klankbord.reputation.actions import award
from klankbord.reputation.arranging import add_codes, save_perk
from klankbord.reputation.perks import grant_perk
from klankbord.reputation.rules import AGREEMENTS, Rule, Sign
from klankbord.reputation.thanks import thank
from tests import cast
from tests.reacting import last


def _ran_out(house: cast.DeKlank) -> Event:
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    perk = save_perk(
        organisation=house.organisation, by=house.noor, name="Bon", words="", from_points=None, kind="codes"
    )
    add_codes(perk=perk, codes=["BON-1"], by=house.noor)
    grant_perk(perk=perk, person=cast.helper(house.organisation, "Ans"))
    return last("reputation.PerkRunsOut")


def _agreed(house: cast.DeKlank) -> Event:
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    one, other = cast.helper(house.organisation, "Ans"), cast.helper(house.organisation, "Piet")
    for giver, receiver in ((one, other), (other, one)):
        for number in range(AGREEMENTS[Sign.RING].least):
            about = cast.thread(receiver, f"Vraag {number}")
            award(person=receiver, rule=Rule.QUESTION_HELPFUL, cause=f"vote:{about.pk}", about=about, giver=giver)
    undo_rings()
    return last("participation.AgreementUndone")


def _gave_each_other(house: cast.DeKlank) -> tuple[Person, Person]:
    one, other = cast.helper(house.organisation, "Ans"), cast.helper(house.organisation, "Piet")
    award(person=one, rule=Rule.ANSWER_HELPFUL, cause="vote:1", giver=other)
    return one, other


def _merged(house: cast.DeKlank) -> Event:
    one, other = _gave_each_other(house)
    merge_persons(duplicate=other, into=one, by=house.tom)
    return last("people.PersonsMerged")


def _parted(house: cast.DeKlank) -> Event:
    reactions.count_merged_persons(_merged(house))
    (other,) = Person.objects.of(house.organisation).filter(merged_into__isnull=False)
    unmerge_person(person=other, by=house.tom)
    return last("people.PersonUnmerged")


def _thanks_hidden(house: cast.DeKlank) -> Event:
    given = thank(to=cast.helper(house.organisation, "Ans"), by=cast.helper(house.organisation, "Piet"), words="Dank")
    hide_publicly(message=given.message)
    return last("conversations.PublicMessageChanged")


SITUATIONS: dict[Callable[[Any], None], Callable[[cast.DeKlank], Event]] = {
    leads.tell_it_runs_out: _ran_out,
    leads.tell_of_agreement: _agreed,
    reactions.count_merged_persons: _merged,
    reactions.count_parted_persons: _parted,
    reactions.count_thanks: _thanks_hidden,
}
