"""What the pages about changes show: because of whom, and what people say of it, honestly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from django.db.models import Q
from django.utils.dateformat import format as format_date
from django.utils.translation import pgettext
from markupsafe import Markup

from klankbord import clock
from klankbord.ideas.counting import family, voters
from klankbord.ideas.models import Change, ChangeAnswer, ChangeTold, Idea, Verdict
from klankbord.markup.markdown import render_post
from klankbord.participation.authors import Author, authors
from klankbord.participation.models import Participant
from klankbord.people.models import Organisation, Person

ON_A_PAGE = 20
FEWEST = 10
"""With fewer answers no share is shown."""
INDICATIVE = 30
"""With fewer answers a share is marked as indicative."""
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Figures:
    """What people say of a change.

    Attributes:
        answers: How many answered.
        asked: How many were asked.
        shares: For each verdict, in percent; empty with fewer than ten answers.
        low: The lowest share of "better" that fits these answers (95 %), in percent.
        high: The highest.
        indicative: Too few to be sure of it: between ten and thirty.
    """

    answers: int
    asked: int
    shares: dict[Verdict, int]
    counts: dict[Verdict, int]
    low: int
    high: int
    indicative: bool


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change with everything that its page shows.

    Attributes:
        voters: How many asked for it, as the number beside an idea says it: who had the idea is one of them, and votes
            that came from elsewhere count.
    """

    change: Change
    html: Markup
    ideas: Sequence[Idea]
    thanks: Sequence[Author]
    unnamed: int
    voters: int
    figures: Figures

    @property
    def day(self) -> str:
        """Since when, in words."""
        return day_words(self.change.changed_on)


def change_rows(organisation: Organisation, *, before: int | None = None) -> tuple[list[ChangePage], int | None]:
    """A page of changes, latest first; and before which id the next page begins, or None."""
    rows = Change.objects.of(organisation).published().select_related("by__user")
    last = Change.objects.of(organisation).filter(pk=before).first() if before else None
    if last is not None:
        rows = rows.filter(Q(changed_on__lt=last.changed_on) | Q(changed_on=last.changed_on, pk__lt=last.pk))
    found = list(rows[: ON_A_PAGE + 1])
    more = found[ON_A_PAGE - 1].pk if len(found) > ON_A_PAGE else None
    return [change_page(change) for change in found[:ON_A_PAGE]], more


def change_page(change: Change) -> ChangePage:
    """Because of which ideas and whom it came, and what people say of it."""
    house = change.organisation_id
    rows = Idea.objects.of(house).filter(changes=change).to_be_named()
    ideas = list(rows.select_related("conversation").order_by("-score", "pk"))
    thanks, unnamed = _thanks(house, ideas)
    everyone: set[int] = set()
    for idea in ideas:
        everyone |= set(voters(idea))
    return ChangePage(
        change=change,
        html=Markup(render_post(change.text)),  # noqa: S704 - the renderer lets no HTML through
        ideas=ideas,
        thanks=thanks,
        unnamed=unnamed,
        voters=len(everyone) + sum(idea.anonymous for idea in ideas),
        figures=figures(change),
    )


def day_words(day: date) -> str:
    """`4 March`, with the year if it is another."""
    letters = pgettext("date format", "j F") if day.year == clock.now().year else pgettext("date format", "j F Y")
    return format_date(day, letters)


def _thanks(organisation_id: int, ideas: Sequence[Idea]) -> tuple[list[Author], int]:
    """Who had these ideas and may be thanked by name, and how many others."""
    everything = [each for idea in ideas for each in family(idea)]
    rows = Idea.objects.of(organisation_id).filter(pk__in=[each.pk for each in everything]).to_be_named()
    known = authors(organisation_id=organisation_id, person_ids=rows.values_list("conversation__person_id", flat=True))
    people = {author.id: author for author in known.values() if not author.staff}
    willing = set(
        Participant.objects.of(organisation_id)
        .filter(person_id__in=people, wants_credit=True)
        .exclude(person__pseudonym="")
        .values_list("person_id", flat=True)
    )
    return [people[pk] for pk in sorted(willing)], len(people) - len(willing)


def figures(change: Change) -> Figures:
    """What people say of it: each person once, also after two turned out to be one."""
    house = change.organisation_id
    rows = ChangeAnswer.objects.of(house).filter(change=change).select_related("person__merged_into").order_by("at")
    latest = {row.person.canonical.pk: Verdict(row.verdict) for row in rows}
    counts = Counter(latest.values())
    n = len(latest)
    low, high = interval(counts[Verdict.BETTER], n)
    return Figures(
        answers=n,
        asked=ChangeTold.objects.of(house).filter(change=change, mailed=True, only_follows=False).count(),
        shares={each: round(100 * counts[each] / n) for each in Verdict} if n >= FEWEST else {},
        counts={each: counts[each] for each in Verdict},
        low=round(100 * low),
        high=round(100 * high),
        indicative=n < INDICATIVE,
    )


def interval(successes: int, n: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 % certainty (Wilson, 1927, Probable Inference)."""
    if not n:
        return 0.0, 1.0
    share, z2 = successes / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def was_told(change: Change, person: Person | None) -> bool:
    """Whether this person is one of those who are asked."""
    if person is None:
        return False
    everyone = Person.objects.of(change.organisation_id).same_as(person)
    told = ChangeTold.objects.of(change.organisation_id).filter(change=change, only_follows=False)
    return told.filter(person_id__in=everyone).exists()


def answer_of(change: Change, person: Person) -> Verdict | None:
    """What this person said of it before."""
    everyone = Person.objects.of(change.organisation_id).same_as(person)
    said = ChangeAnswer.objects.of(change.organisation_id).filter(change=change, person_id__in=everyone)
    found = said.order_by("-at").values_list("verdict", flat=True).first()
    return Verdict(found) if found else None
