"""Bringing the ideas of a file in: each once, with votes, answer and author, as history that nobody is told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from klankbord import clock
from klankbord.events.publish import publish
from klankbord.ideas.actions.suggest import open_idea
from klankbord.ideas.counting import count_anew, hold
from klankbord.ideas.events import IdeasMerged
from klankbord.ideas.interchange.beside import Beside
from klankbord.ideas.interchange.formats import FORMATS, Format
from klankbord.ideas.interchange.reading import Brought, Voter
from klankbord.ideas.interchange.writing import columns_of
from klankbord.ideas.models import Board, Idea, ImportedIdea, ImportedVote, Status, StatusChange
from klankbord.participation.models import Topic, Vote
from klankbord.people.actions import Speaker, identify_person, identify_persons
from klankbord.people.models import AddressKind, Person

_TOGETHER = 50
_VOTERS_TOGETHER = 500


@dataclass(slots=True)
class Report:
    """What became of a file."""

    found: int = 0
    new: int = 0
    known: int = 0
    broken: list[str] = field(default_factory=list)


def bring_in(
    *, board: Board, form: Format, ideas: Sequence[Brought], tell: Callable[[int], None] = lambda _count: None
) -> Report:
    """Bring in what is not there yet, some dozens in each transaction; `tell` hears how many were looked at.

    A second time adds nothing: an idea is known by the format and its number. Nobody is mailed, nothing is earned.
    """
    house = board.organisation_id
    known = set(
        ImportedIdea.objects.of(house)
        .filter(source=form.name, number__in=[each.number for each in ideas])
        .values_list("number", flat=True)
    )
    report = Report(found=len(ideas), known=sum(1 for each in ideas if each.number in known))
    people = _People(board, form)
    fresh = [each for each in ideas if each.number not in known]
    tell(report.known)
    for some in batched(fresh, _TOGETHER):
        with transaction.atomic():
            for each in some:
                _bring_one(board, form, each, people)
        report.new += len(some)
        tell(len(some))
    for each in fresh:
        if each.original:
            problem = _join(house, form, each)
            if problem:
                report.broken.append(problem)
    return report


def _bring_one(board: Board, form: Format, each: Brought, people: _People) -> None:
    author = people.author(each)
    idea = open_idea(
        board=board,
        person=author,
        title=each.title,
        text=each.text,
        moment=each.created_at,
        topics=[people.topic(tag) for tag in each.tags],
        quiet=True,
    )
    _answer(idea, each)
    named = _votes(idea, each, people)
    # A duplicate's votes were counted at its original already where it comes from; its own number stays in its row.
    idea.brought_in = 0 if each.original else max(0, each.votes - named)
    idea.save(update_fields=["brought_in"])
    count_anew(hold(idea))
    imported = ImportedIdea.objects.create(
        organisation_id=idea.organisation_id,
        idea=idea,
        source=form.name,
        number=each.number,
        author=each.author,
        row=each.row,
        header=list(each.row),
        before={},
    )
    _note_as_it_stands(imported, form)


def _note_as_it_stands(imported: ImportedIdea, form: Format) -> None:
    """What we would write out now; what differs from it later was changed here."""
    rows = Idea.objects.of(imported.organisation_id).select_related("conversation__person", "opening", "merged_into")
    idea = rows.get(pk=imported.idea_id)
    imported.before = columns_of(idea, Beside.of(imported.organisation_id, form, [idea]))
    imported.save(update_fields=["before"])


def _answer(idea: Idea, each: Brought) -> None:
    """The status with what was said; a decline without words says that none came along."""
    if each.status == Status.NEW and not each.answer:
        return
    sentence = each.answer
    if each.status == Status.DECLINED and not sentence:
        with override(idea.conversation.organisation.speaks()):
            sentence = _("The reason was not brought along from before.")
    at: datetime = each.answered_at or each.created_at
    StatusChange.objects.create(
        organisation_id=idea.organisation_id,
        idea=idea,
        status=each.status,
        sentence=sentence,
        by_name=each.answer_by,
        at=at,
    )
    idea.status, idea.sentence, idea.status_at = each.status, sentence, at
    idea.save(update_fields=["status", "sentence", "status_at"])


def _votes(idea: Idea, each: Brought, people: _People) -> int:
    """The votes of who is named, with their dates; how many."""
    voters = dict(reversed(list(zip(people.voters(each.voters), each.voters, strict=True))))
    Vote.objects.bulk_create(
        Vote(
            organisation_id=idea.organisation_id,
            message_id=idea.opening_id,
            person_id=person_id,
            at=voter.at or each.created_at,
        )
        for person_id, voter in voters.items()
    )
    ImportedVote.objects.bulk_create(
        ImportedVote(organisation_id=idea.organisation_id, idea=idea, person_id=person_id, row=voter.row)
        for person_id, voter in reversed(voters.items())
    )
    return len(voters)


@transaction.atomic
def _join(house: int, form: Format, each: Brought) -> str:
    """Let a duplicate go on as its original; a sentence when that cannot be found."""
    rows = ImportedIdea.objects.of(house).filter(source=form.name).select_related("idea__merged_into")
    original, own = rows.filter(number=each.original).first(), rows.get(number=each.number)
    if original is None:
        return f"Line {each.line}: it goes on as number {each.original}, which is not there. It stands by itself now."
    target = hold(original.idea.root)
    if target.pk == own.idea_id:
        return f"Line {each.line}: it goes on as number {each.original}, which goes on as this one."
    row = hold(own.idea)
    row.merged_into, row.merged_at, row.in_lists = target, clock.now(), False
    row.save(update_fields=["merged_into", "merged_at", "in_lists"])
    target.absorbed += 1
    target.save(update_fields=["absorbed"])
    count_anew(target)
    publish(
        IdeasMerged(
            organisation_id=house,
            idea_id=row.pk,
            conversation_id=row.conversation_id,
            into_id=target.pk,
            into_conversation_id=target.conversation_id,
            by_id=0,
        )
    )
    for imported in (own, *rows.filter(idea=target)):
        _note_as_it_stands(imported, form)
    return ""


class _People:
    """Persons and topics by how a file names them; each made once."""

    def __init__(self, board: Board, form: Format) -> None:
        self._house = board.organisation_id
        rows = ImportedIdea.objects.of(self._house).filter(source=form.name).exclude(author="")
        self._authors: dict[str, int] = {
            name.lower(): person_id for name, person_id in rows.values_list("author", "idea__conversation__person_id")
        }
        self._topics: dict[str, Topic] = {}

    def author(self, each: Brought) -> Person:
        """Who had an idea: by address when it is named, else by name; the same name is the same person."""
        if "@" in each.author_email:
            known = identify_person(
                organisation_id=self._house, kind=AddressKind.EMAIL, address=each.author_email, name=each.author
            )
            person = known.canonical
            if each.author and not person.pseudonym:
                self._name(person, each.author[:40])
            return person
        key = each.author.lower()
        if key in self._authors:
            return Person.objects.of(self._house).get(pk=self._authors[key]).canonical
        person = Person.objects.create(
            organisation_id=self._house,
            name=each.author,
            pseudonym=each.author[:40],
            created_at=each.created_at,
        )
        self._authors[key] = person.pk
        return person

    def _name(self, person: Person, name: str) -> None:
        """Give them the name that a later row has. What stands in earlier ones did not change by it."""
        person.pseudonym = name
        person.save(update_fields=["pseudonym"])
        for earlier in ImportedIdea.objects.of(self._house).filter(idea__conversation__person=person):
            _note_as_it_stands(earlier, FORMATS[earlier.source])

    def voters(self, named: Sequence[Voter]) -> list[int]:
        """The persons of these addresses, some hundreds at once. Who only voted is not shown to others by name."""
        found: list[int] = []
        for some in batched(named, _VOTERS_TOGETHER):
            speakers = [Speaker(AddressKind.EMAIL, each.email, each.name) for each in some]
            persons = identify_persons(organisation_id=self._house, speakers=speakers)
            found += [person.canonical.pk for person in persons]
        return found

    def topic(self, tag: str) -> Topic:
        """The topic of this name; made at the first need."""
        slug = slugify(tag)[:60] or "tag"
        if slug not in self._topics:
            self._topics[slug], _made = Topic.objects.get_or_create(
                organisation_id=self._house, slug=slug, defaults={"name": tag[:60]}
            )
        return self._topics[slug]
