"""An organisation's rules and reasons, its own or those that everybody begins with."""

from __future__ import annotations

from dataclasses import dataclass

from klankbord.channels.models import Channel
from klankbord.moderation.models import HouseReason, HouseRules
from klankbord.moderation.rules import DEFAULT_REASONS
from klankbord.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to choose from: its name for the log, and what it says to the author."""

    code: str
    name: str
    sentence: str


def house_rules(organisation: Organisation | int) -> HouseRules:
    """The numbers that hold here; unsaved when the organisation chose none itself."""
    key = organisation if isinstance(organisation, int) else organisation.pk
    return HouseRules.objects.of(key).first() or HouseRules(organisation_id=key)


def reasons(organisation: Organisation | int) -> list[Reason]:
    """The reasons of this organisation, in their order; the ones that everybody begins with in the active language."""
    own = HouseReason.objects.of(organisation)
    found = [Reason(each.code, each.name, each.sentence) for each in own.in_use()]
    if found or own.exists():
        return found
    return [Reason(code, str(name), str(sentence)) for code, name, sentence in DEFAULT_REASONS]


def known_hosts(organisation: Organisation, chosen: HouseRules) -> frozenset[str]:
    """Websites to which anybody may link: the organisation's own and those that it trusts."""
    domains = {_bare(organisation.host), _bare(organisation.email.rpartition("@")[2])}
    return frozenset(domains | {_bare(line) for line in chosen.trusted_hosts.split()}) - {""}


def own_ways(organisation: Organisation) -> list[str]:
    """What of the organisation itself may be said aloud: its phone numbers, addresses, mailboxes and their domains."""
    boxes = Channel.objects.of(organisation).filter(kind="email").values_list("address", flat=True)
    mails = [each for each in (organisation.email, *boxes) if each]
    domains = {"@" + each.rpartition("@")[2].lower() for each in mails} - _FREE_DOMAINS
    ways = [organisation.phone, organisation.visiting_address.replace("\n", ", "), *mails, *domains]
    return [each for each in ways if each]


_FREE_DOMAINS = {"@gmail.com", "@outlook.com", "@hotmail.com", "@live.nl", "@ziggo.nl", "@kpnmail.nl", "@xs4all.nl"}
"""Where everybody has a mailbox: an organisation that uses one does not own the domain."""


def _bare(host: str) -> str:
    return host.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0]
