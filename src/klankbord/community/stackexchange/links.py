"""Links between posts: see also, and the same question again."""

from __future__ import annotations

from klankbord.community.actions.join import join
from klankbord.community.models import Question, Related
from klankbord.community.refusals import SameQuestion
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import Source, moment_of, number_of
from klankbord.conversations.models import Message

LINKED, DUPLICATE = "1", "3"


def bring_in_links(source: Source) -> None:
    """A link of an answer is its question's. What is a duplicate of another is joined into it, and can be parted."""

    def bring_in(batch: list[Row]) -> None:
        numbers = {number_of(row, name) for row in batch for name in ("PostId", "RelatedPostId")}
        questions = _questions(source, numbers)
        for row in batch:
            one, other = questions.get(number_of(row, "PostId")), questions.get(number_of(row, "RelatedPostId"))
            if one is None or other is None:
                source.aside += 1
            elif one.pk != other.pk:
                _link(source, row, one, other)
        source.keep("PostLinks", ((row, {}) for row in batch))

    source.each("PostLinks", bring_in)


def _link(source: Source, row: Row, one: Question, other: Question) -> None:
    if row.get("LinkTypeId") == DUPLICATE:
        try:
            join(question=one, into=other, by=None, quiet=True)
        except SameQuestion:  # each a duplicate of the other there
            pass
        else:
            return
    Related.objects.get_or_create(
        organisation=source.organisation,
        question=one,
        other=other,
        defaults={"at": moment_of(row, "CreationDate") or one.asked_at},
    )


def _questions(source: Source, numbers: set[int]) -> dict[int, Question]:
    became = source.messages(numbers)
    places = dict(
        Message.objects.of(source.organisation).filter(pk__in=became.values()).values_list("pk", "conversation_id")
    )
    rows = Question.objects.of(source.organisation).select_related("conversation", "joined_into")
    found = rows.in_bulk(set(places.values()))
    return {number: found[places[pk]] for number, pk in became.items() if places.get(pk) in found}
