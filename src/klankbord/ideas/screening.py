"""What may stand on a board at once, what a moderator looks at first, and what is not taken now."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from klankbord.conversations.models import Message
from klankbord.ideas.refusals import NotNow
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.models import Case
from klankbord.moderation.rules import TO_AUTHOR, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, screen
from klankbord.people.models import Membership, Person


@dataclass(frozen=True, slots=True)
class Screened:
    """The verdict on something that is about to be said."""

    verdict: Verdict

    @property
    def held(self) -> bool:
        """It is kept, and only moderators see it until one of them shows it."""
        return self.verdict.held

    def after(self, message: Message, path: str) -> str:
        """Once the message is there: hand it to the moderators if it is held. The page that comes next."""
        if not self.held:
            return path
        hold_for_judgement(message=message, verdict=self.verdict)
        return reverse("ideas:held", args=[message.pk])


def held_because(message: Message) -> list[str]:
    """Why a moderator looks at it first, in words for who wrote it."""
    case = Case.objects.of(message.organisation_id).waiting().filter(message=message).first()
    codes = [str(each.get("code", "")) for each in case.why] if case is not None else []
    return [str(TO_AUTHOR[WhyHeld(code)]) for code in codes if code in set(WhyHeld)]


def settle(
    *,
    person: Person,
    membership: Membership | None,
    text: str,
    subject: str = "",
    kind: str = "",
    pictures: int = 0,
) -> Screened:
    """Judge what `person` is about to say, in the transaction in which it is said.

    Raises:
        NotNow: it is not taken; the sentence says from when it is.
    """
    verdict = screen(
        organisation=person.organisation,
        person=person,
        membership=membership,
        text=text,
        subject=subject,
        kind=kind,
        pictures=pictures,
    )
    if verdict.outcome is Outcome.REFUSE:
        raise NotNow(verdict.refusal)
    return Screened(verdict)
