"""What somebody asked and answered, on their page; and for an account from elsewhere, how to say that it is yours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from klankbord.community.models import Account, Answer
from klankbord.community.reading.lists import NEWEST, rows_of
from klankbord.people.models import Organisation

MOST = 20


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it stands in a list: to which question, and what others thought of it."""

    id: int
    question_id: int
    title: str
    score: int
    is_accepted: bool
    is_official: bool
    said_at: datetime


class QuestionsAndAnswers:
    """Provides `ProfileSection`: only what everybody may read, also on one's own page."""

    def render(self, *, person_ids: Sequence[int], organisation: Organisation, own: bool) -> SafeString:
        """Their latest questions, and their answers with the most useful ones first."""
        asked = NEWEST.of(organisation).filter(conversation__person_id__in=person_ids).order_by("-asked_at", "-pk")
        context = {
            "rows": rows_of(organisation, asked[:MOST]),
            "answers": _answers(organisation, person_ids),
            "account": Account.objects.of(organisation)
            .filter(person_id__in=person_ids, person__merged_into__isnull=True)
            .first(),
            "own": own,
        }
        if not any(context[name] for name in ("rows", "answers", "account")):
            return SafeString("")
        return SafeString(render_to_string("community/profile.html", context))


def _answers(organisation: Organisation, person_ids: Sequence[int]) -> list[GivenAnswer]:
    rows = Answer.objects.of(organisation).shown().filter(message__person_id__in=person_ids)
    shown = rows.filter(
        question__conversation__hidden_at__isnull=True,
        question__conversation__in_circle=False,
        question__moved_at__isnull=True,
    )
    columns = (
        "pk", "question_id", "question__conversation__subject", "score", "accepted_at", "official_at",
        "message__said_at",
    )  # fmt: skip
    return [
        GivenAnswer(pk, question_id, title, score, accepted is not None, official is not None, said_at)
        for pk, question_id, title, score, accepted, official, said_at in shown.order_by("-score", "-pk").values_list(
            *columns
        )[:MOST]
    ]
