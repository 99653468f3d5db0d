"""What may go public at once, what a moderator looks at first, and what is not taken now."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from klankbord.community.refusals import NotNow
from klankbord.conversations.models import Message
from klankbord.moderation.actions.hold import hold_for_judgement
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
        return reverse("community:held", args=[message.pk])


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
