"""Votes, without whose they were, and links between posts, as a dump has them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched

from klankbord.community.models import Answer, Imported, Question, Related
from klankbord.community.stackexchange.links import DUPLICATE, LINKED
from klankbord.community.stackexchange.numbering import TOGETHER, Numbers, as_date
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import number_of
from klankbord.community.stackexchange.votes import ACCEPTED, UP
from klankbord.participation.models import Vote
from klankbord.people.models import Organisation


def votes(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[Row]:
    """Those that came in, but for words that were taken back; then, by day, those that were cast here."""
    del source
    accepted = set[int]()
    for some in numbers.batches("Votes"):
        taken_back = _no_longer_accepted(organisation, numbers, [row.fields for row in some])
        for row in some:
            if row.fields.get("VoteTypeId") == ACCEPTED:
                post = number_of(row.fields, "PostId")
                if post in taken_back:
                    continue
                accepted.add(post)
            yield row.fields
    rows = Vote.objects.of(organisation).filter(message__conversation__question__isnull=False)
    for batch in batched(rows.order_by("pk").iterator(chunk_size=TOGETHER), TOGETHER):
        posts_of = numbers.posts({each.message_id for each in batch})
        for each in batch:
            number = numbers.beyond("Votes", 2 * each.pk)
            yield _vote(number, posts_of[each.message_id], UP, as_date(each.at)[:10])
    yield from _accepted_here(organisation, numbers, accepted)


def _no_longer_accepted(organisation: Organisation, numbers: Numbers, rows: list[Row]) -> set[int]:
    """Posts among these whose answers came in as accepted, and are not any more."""
    wanted = [number_of(row, "PostId") for row in rows if row.get("VoteTypeId") == ACCEPTED]
    came = Imported.objects.of(organisation).rows(numbers.source, "Posts").filter(number__in=wanted)
    answers = Answer.objects.of(organisation).filter(accepted_at__isnull=True).values("message_id")
    return set(came.filter(message_id__in=answers).values_list("number", flat=True))


def _accepted_here(organisation: Organisation, numbers: Numbers, told: set[int]) -> Iterator[Row]:
    """Answers that were accepted here. What a question that came in names itself, its dump told in its own way."""
    named = {
        number_of(fields, "AcceptedAnswerId")
        for fields in Imported.objects.of(organisation)
        .rows(numbers.source, "Posts")
        .filter(fields__has_key="AcceptedAnswerId")
        .values_list("fields", flat=True)
        .iterator(chunk_size=TOGETHER)
    }
    rows = Answer.objects.of(organisation).shown().filter(accepted_at__isnull=False).order_by("pk")
    for batch in batched(rows.iterator(chunk_size=TOGETHER), TOGETHER):
        posts_of = numbers.posts({each.pk for each in batch})
        for each in batch:
            post = posts_of[each.pk]
            if post not in told and post not in named and each.accepted_at is not None:
                number = numbers.beyond("Votes", 2 * each.pk + 1)
                yield _vote(number, post, ACCEPTED, as_date(each.accepted_at)[:10])


def _vote(number: int, post: int, kind: str, day: str) -> Row:
    return {"Id": str(number), "PostId": str(post), "VoteTypeId": kind, "CreationDate": f"{day}T00:00:00.000"}


def links(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[Row]:
    """Links that came in, but for duplicates that were parted; then those that were made here."""
    del source
    told: set[tuple[int, int]] = set()
    for some in numbers.batches("PostLinks"):
        parted = _parted(organisation, numbers, [row.fields for row in some])
        for row in some:
            pair = number_of(row.fields, "PostId"), number_of(row.fields, "RelatedPostId")
            if row.fields.get("LinkTypeId") == DUPLICATE and pair in parted:
                continue
            told.add(pair)
            yield row.fields
    joined = Question.objects.of(organisation).filter(joined_into__isnull=False).select_related("joined_into")
    for question in joined.order_by("pk").iterator(chunk_size=TOGETHER):
        assert question.joined_into is not None
        number = numbers.beyond("PostLinks", 2 * question.pk + 1)
        pair = _pair(numbers, question, question.joined_into)
        if pair not in told and not _is_told_otherwise(told, pair):
            yield _link(number, pair, DUPLICATE, as_date(question.active_at))
    rows = Related.objects.of(organisation).select_related("question", "other").order_by("pk")
    for each in rows.iterator(chunk_size=TOGETHER):
        pair = _pair(numbers, each.question, each.other)
        if pair not in told:
            yield _link(numbers.beyond("PostLinks", 2 * each.pk), pair, LINKED, as_date(each.at))


def _parted(organisation: Organisation, numbers: Numbers, rows: list[Row]) -> set[tuple[int, int]]:
    """Duplicates among these that are questions of their own now."""
    pairs = {
        (number_of(row, "PostId"), number_of(row, "RelatedPostId"))
        for row in rows
        if row.get("LinkTypeId") == DUPLICATE
    }
    came = Imported.objects.of(organisation).rows(numbers.source, "Posts").filter(number__in=[one for one, _ in pairs])
    own = Question.objects.of(organisation).filter(joined_into__isnull=True).values("opening_id")
    alone = set(came.filter(message_id__in=own).values_list("number", flat=True))
    return {(one, other) for one, other in pairs if one in alone and not _is_related(organisation, numbers, one, other)}


def _is_related(organisation: Organisation, numbers: Numbers, one: int, other: int) -> bool:
    """Whether the two were duplicates of each other there, of which only one way could be kept."""
    openings = dict(
        Imported.objects.of(organisation)
        .rows(numbers.source, "Posts")
        .filter(number__in=[one, other])
        .values_list("number", "message_id")
    )
    rows = Related.objects.of(organisation)
    return rows.filter(question__opening_id=openings.get(one), other__opening_id=openings.get(other)).exists()


def _is_told_otherwise(told: set[tuple[int, int]], pair: tuple[int, int]) -> bool:
    """A duplicate of a duplicate stands on the page of the last of them; its own link was told already."""
    seen, waiting = {pair[0]}, [pair[0]]
    while waiting:
        one = waiting.pop()
        for other in (to for what, to in told if what == one and to not in seen):
            if other == pair[1]:
                return True
            seen.add(other)
            waiting.append(other)
    return False


def _pair(numbers: Numbers, one: Question, other: Question) -> tuple[int, int]:
    posts_of = numbers.posts({one.opening_id, other.opening_id})
    return posts_of[one.opening_id], posts_of[other.opening_id]


def _link(number: int, pair: tuple[int, int], kind: str, date: str) -> Row:
    return {
        "Id": str(number),
        "CreationDate": date,
        "PostId": str(pair[0]),
        "RelatedPostId": str(pair[1]),
        "LinkTypeId": kind,
    }
