"""Votes: nobody knows whose they were, so they become numbers by day; and the asker's word on which answer helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from klankbord.community.counting import add_accepted
from klankbord.community.models import AnonymousVotes, Answer, Question
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import Source, moment_of, number_of

ACCEPTED, UP, DOWN = "1", "2", "3"


def bring_in_votes(source: Source) -> None:
    """All votes, in the transactions in which their rows are kept: broken off and begun again, each counts once."""

    def bring_in(batch: list[Row]) -> None:
        became = source.messages(number_of(row, "PostId") for row in batch)
        source.aside += sum(number_of(row, "PostId") not in became for row in batch)
        ups = _by_day(became, (row for row in batch if row.get("VoteTypeId") == UP))
        downs = _by_day(became, (row for row in batch if row.get("VoteTypeId") == DOWN))
        _add(source, ups, downs)
        for row in batch:
            if row.get("VoteTypeId") == ACCEPTED and number_of(row, "PostId") in became:
                _accept(source, became[number_of(row, "PostId")], row)
        source.keep("Votes", ((row, {}) for row in batch))

    source.each("Votes", bring_in)


def _accept(source: Source, message_id: int, row: Row) -> None:
    found = Answer.objects.of(source.organisation).filter(pk=message_id).select_related("question", "message").first()
    if found is None:
        return
    moment = moment_of(row, "CreationDate") or found.message.said_at
    was_accepted = found.accepted_at is not None
    Answer.objects.of(source.organisation).filter(pk=message_id).update(accepted_at=max(moment, found.message.said_at))
    if not was_accepted:
        add_accepted(found.question)


def _by_day(became: dict[int, int], rows: Iterable[Row]) -> Counter[tuple[int, date]]:
    counted: Counter[tuple[int, date]] = Counter()
    for row in rows:
        moment, message_id = moment_of(row, "CreationDate"), became.get(number_of(row, "PostId"))
        if moment is not None and message_id is not None:
            counted[message_id, moment.date()] += 1
    return counted


def _add(source: Source, ups: Counter[tuple[int, date]], downs: Counter[tuple[int, date]]) -> None:
    keys = {*ups, *downs}
    message_ids = {message_id for message_id, _day in keys}
    rows = AnonymousVotes.objects.of(source.organisation).filter(message_id__in=message_ids)
    known = {(row.message_id, row.day): row for row in rows.select_for_update()}
    for key in keys & known.keys():
        known[key].ups += ups[key]
        known[key].downs += downs[key]
    AnonymousVotes.objects.of(source.organisation).bulk_update(
        [known[key] for key in keys & known.keys()], ["ups", "downs"]
    )
    AnonymousVotes.objects.bulk_create(
        AnonymousVotes(organisation=source.organisation, message_id=key[0], day=key[1], ups=ups[key], downs=downs[key])
        for key in sorted(keys - known.keys())
    )
    net: Counter[int] = Counter()
    for (message_id, _day), number in ups.items():
        net[message_id] += number
    for (message_id, _day), number in downs.items():
        net[message_id] -= number
    _add_to_scores(source, net)


def _add_to_scores(source: Source, net: Counter[int]) -> None:
    answers = list(Answer.objects.of(source.organisation).filter(pk__in=net).order_by("pk").select_for_update())
    helped: Counter[int] = Counter()
    for each in answers:
        each.score += net[each.pk]
        helped[each.question_id] += net[each.pk]
    Answer.objects.of(source.organisation).bulk_update(answers, ["score"])
    openings = dict(Question.objects.of(source.organisation).filter(opening_id__in=net).values_list("pk", "opening_id"))
    rows = Question.objects.of(source.organisation).filter(pk__in={*helped, *openings})
    questions = list(rows.order_by("pk").select_for_update())
    for question in questions:
        me_too = net[openings[question.pk]] if question.pk in openings else 0
        question.me_too += me_too
        question.helped += me_too + helped[question.pk]
    Question.objects.of(source.organisation).bulk_update(questions, ["me_too", "helped"])
