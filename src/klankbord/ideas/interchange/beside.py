"""What is written out of ideas besides their own rows, read for many of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from klankbord.ideas.interchange.formats import Format
from klankbord.ideas.models import Idea, ImportedIdea, StatusChange
from klankbord.participation.models import Tagging
from klankbord.people.models import Address, AddressKind, Organisation

_OWN_NUMBERS_FROM = 1_000_000_000
"""Added to our own numbers where one of them is taken by an idea that was brought in."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside some ideas, in as many queries as beside one.

    Attributes:
        form: The format in which they go out.
        imported: Where an idea, or the one in which it goes on, came from, if from there; by the idea's id.
        steps: What was said last of an idea, by its id.
        tags: The names of its topics, by the id of its thread.
        mails: The first address of who had it, by their canonical id.
        taken: Which of our own numbers, where they are needed, an idea that was brought in has already.
    """

    form: Format
    imported: Mapping[int, ImportedIdea]
    steps: Mapping[int, StatusChange]
    tags: Mapping[int, Sequence[str]]
    mails: Mapping[int, str]
    taken: Collection[str]

    @classmethod
    def of(cls, organisation: Organisation | int, form: Format, ideas: Sequence[Idea]) -> Self:
        """Beside these ideas of one organisation."""
        ids = [idea.pk for idea in ideas]
        numbered = {each.pk: each for idea in ideas for each in (idea, idea.root)}
        brought = ImportedIdea.objects.of(organisation).filter(source=form.name)
        imported = {row.idea_id: row for row in brought.filter(idea_id__in=numbered)}
        ours = [str(each.conversation_id) for pk, each in numbered.items() if pk not in imported]
        steps = StatusChange.objects.of(organisation).filter(idea_id__in=ids).select_related("by__user")
        return cls(
            form=form,
            imported=imported,
            steps={step.idea_id: step for step in steps.order_by("at", "pk")},
            tags=_tags(organisation, ideas),
            mails=_mails(organisation, ideas),
            taken=set(brought.filter(number__in=ours).values_list("number", flat=True)),
        )

    def number(self, idea: Idea) -> str:
        """The number of one of these ideas, or of one in which one of them goes on."""
        if known := self.imported.get(idea.pk):
            return known.number
        own = idea.conversation_id
        return str(own + (_OWN_NUMBERS_FROM if str(own) in self.taken else 0))


def _tags(organisation: Organisation | int, ideas: Sequence[Idea]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Tagging.objects.of(organisation).filter(conversation_id__in=[idea.conversation_id for idea in ideas])
    for thread, name in rows.values_list("conversation_id", "topic__name"):
        found[thread].append(name)
    return found


def _mails(organisation: Organisation | int, ideas: Sequence[Idea]) -> dict[int, str]:
    people = {idea.conversation.person.canonical.pk for idea in ideas}
    rows = Address.objects.of(organisation).filter(person_id__in=people, kind=AddressKind.EMAIL)
    # Of several the first stays.
    return dict(rows.order_by("-pk").values_list("person_id", "shown"))
