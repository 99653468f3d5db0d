"""An answer to a mail about a post, a tip or the question of the month: it becomes a reaction, or an answer to that
question. See `participation/by_mail.py`.
"""

from __future__ import annotations

from django.db import transaction

from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Conversation, ConversationKind, Message
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.screening import Outcome
from klankbord.participation.by_mail import first_look, judge, post, was_told
from klankbord.participation.contract import NoLongerThere
from klankbord.posts.contributions import public_thread


@transaction.atomic
def take_in_by_mail(event: MessageReceived) -> None:
    """Let what came by mail stand in its thread; a moderator looks first when there is any doubt. Twice is once.

    What a machine sent, and history that was brought in, stays out of sight.
    """
    found = first_look(event, _thread)
    if found is None:
        return
    message, person, thread = found
    verdict = judge(message, person, expected=_is_there(thread) and was_told(person, thread, [thread.pk]))
    if verdict.outcome is Outcome.PUBLISH:
        post(message, person, page=thread)
    else:
        hold_for_judgement(message=message, verdict=verdict)


def _thread(message: Message) -> Conversation | None:
    ours = (ConversationKind.POST, ConversationKind.TIP)
    return message.conversation if message.conversation.kind in ours else None


def _is_there(thread: Conversation) -> bool:
    try:
        public_thread(thread.organisation, thread.pk)
    except NoLongerThere:
        return False
    return True
