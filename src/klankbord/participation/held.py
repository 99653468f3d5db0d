"""What may stand in public at once, what a moderator looks at first, and what is not taken now."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from klankbord.conversations.models import Message
from klankbord.moderation.actions.hold import Before, hold_for_judgement
from klankbord.moderation.models import Case
from klankbord.moderation.rules import TO_AUTHOR, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, screen
from klankbord.participation.contract import CannotTakePart
from klankbord.people.models import Membership, Person


@dataclass(frozen=True, slots=True)
class Screened:
    """The verdict on something that is about to be said."""

    verdict: Verdict
    by: Person

    @property
    def held(self) -> bool:
        """It is kept, and only moderators see it until one of them shows it."""
        return self.verdict.held

    def after(self, message: Message, path: str, *, before: Before | None = None) -> str:
        """Once the message is there: hand it to the moderators if it is held. The page that comes next.

        `before` is what an edit replaced.
        """
        if not self.held:
            return path
        hold_for_judgement(message=message, verdict=self.verdict, by=self.by, before=before)
        return reverse("participation:held", args=[message.pk])


def settle(
    *,
    person: Person,
    membership: Membership | None,
    text: str,
    subject: str = "",
    pictures: int = 0,
) -> Screened:
    """Judge what `person` is about to say, in the transaction in which it is said.

    Raises:
        CannotTakePart: it is not taken; the sentence says from when it is.
    """
    verdict = screen(
        organisation=person.organisation,
        person=person,
        membership=membership,
        text=text,
        subject=subject,
        pictures=pictures,
    )
    if verdict.outcome is Outcome.REFUSE:
        raise CannotTakePart(verdict.refusal)
    return Screened(verdict, person)


def waiting_case(message: Message) -> Case | None:
    """Its case, while a moderator is to look at it."""
    rows = Case.objects.of(message.organisation_id).waiting().select_related("changed_by__merged_into")
    return rows.filter(message=message).first()


def to_what_waits(message: Message | None, person: Person | None) -> HttpResponse:
    """Who wrote or changed something that a moderator looks at is led to the page that tells them so.

    Raises:
        Http404: for everybody else.
    """
    case = waiting_case(message) if message is not None and person is not None else None
    theirs = [case.person, case.changed_by] if case is not None else []
    if message is None or not any(each is not None and each.canonical == person for each in theirs):
        raise Http404
    response = redirect("participation:held", message.pk)
    response["Cache-Control"] = "private, no-store"
    return response


def held_because(case: Case | None) -> list[str]:
    """Why a moderator looks at it first, in words for who wrote it."""
    codes = [str(each.get("code", "")) for each in case.why] if case is not None else []
    return [str(TO_AUTHOR[WhyHeld(code)]) for code in codes if code in set(WhyHeld)]
