"""An answer to a mail about an idea: it becomes a reaction. See `participation/by_mail.py`."""

from __future__ import annotations

from django.db import transaction

from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Message
from klankbord.ideas.access import PanelGate
from klankbord.ideas.counting import family
from klankbord.ideas.models import Idea
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.screening import Outcome
from klankbord.participation.by_mail import first_look, judge, post, was_told
from klankbord.people.models import Person


@transaction.atomic
def take_in_by_mail(event: MessageReceived) -> None:
    """Make a reaction of what came by mail; a moderator looks first when there is any doubt. Twice is once.

    What a machine sent, and history that was brought in, stays out of sight; so does what somebody sends to a panel
    that they are not in.
    """
    found = first_look(event, _idea)
    if found is None:
        return
    message, person, idea = found
    canonical = person.canonical.pk
    if canonical not in PanelGate().may_see(conversation=message.conversation, person_ids=[canonical]):
        return
    verdict = judge(message, person, expected=_follows(person, idea) and idea.root.board.is_open())
    if verdict.outcome is Outcome.PUBLISH:
        post(message, person, page=idea.root.conversation)
    else:
        hold_for_judgement(message=message, verdict=verdict)


def _idea(message: Message) -> Idea | None:
    rows = Idea.objects.of(message.organisation_id).filter(conversation_id=message.conversation_id)
    return rows.select_related("conversation__organisation", "board", "merged_into").first()


def _follows(person: Person, idea: Idea) -> bool:
    return was_told(person, idea.conversation, [each.conversation_id for each in family(idea.root)])
