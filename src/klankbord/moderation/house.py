"""An organisation's rules and reasons, its own or those that everybody begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils import translation

from klankbord.channels.models import Channel
from klankbord.moderation.models import HouseReason, HouseRules
from klankbord.moderation.rules import DEFAULT_REASONS, name_in_active_language, sentence_in_active_language
from klankbord.people.hosts import host_in
from klankbord.people.models import Language, Organisation


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to choose from: its name for the log, what it says to the author, and both in further languages."""

    code: str
    name: str
    sentence: str
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def name_read(self) -> str:
        """Its name, for who reads it now."""
        return name_in_active_language(self.name, self.others)

    @property
    def sentence_read(self) -> str:
        """What it says, for who reads it now."""
        return sentence_in_active_language(self.sentence, self.others)


def house_rules(organisation: Organisation | int) -> HouseRules:
    """The numbers that hold here; unsaved when the organisation chose none itself."""
    key = organisation if isinstance(organisation, int) else organisation.pk
    return HouseRules.objects.of(key).first() or HouseRules(organisation_id=key)


def reasons(organisation: Organisation | int) -> list[Reason]:
    """The reasons of this organisation, in their order; the ones that everybody begins with in the active language."""
    own = HouseReason.objects.of(organisation)
    found = [Reason(each.code, each.name, each.sentence, each.others) for each in own.in_use()]
    if found or own.exists():
        return found
    return [Reason(code, str(name), str(sentence)) for code, name, sentence in DEFAULT_REASONS]


def reasons_to_change(organisation: Organisation) -> list[Reason]:
    """The same, each in the organisation's own language and in all further ones, also while they are not its own."""
    if HouseReason.objects.of(organisation).exists():
        return reasons(organisation)

    def begins(language: str) -> list[Reason]:
        with translation.override(organisation.speaks(language)):
            return [Reason(code, str(name), str(sentence)) for code, name, sentence in DEFAULT_REASONS]

    further = {language.value: begins(language) for language in further_languages(organisation)}
    return [
        replace(each, others={language: (some[place].name, some[place].sentence) for language, some in further.items()})
        for place, each in enumerate(begins(""))
    ]


def further_languages(organisation: Organisation) -> list[Language]:
    """In which languages a reason can be given beside the organisation's own."""
    return [language for language in Language if language != organisation.language]


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
    return host_in(host).removeprefix("www.")
