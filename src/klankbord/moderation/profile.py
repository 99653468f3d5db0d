"""What somebody finds about moderation on their own page: what is looked at first, and what was decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from klankbord.conversations.actions.speak_publicly import openings
from klankbord.conversations.models import ConversationKind, Message
from klankbord.moderation.letters import excerpt, restraint_sentence
from klankbord.moderation.models import Case, Decision, Restraint
from klankbord.people.models import Organisation

_MOST = 20


class MyModeration:
    """A part of `/me/`; others see nothing of it."""

    def render(self, *, person_ids: Sequence[int], organisation: Organisation, own: bool) -> SafeString:
        """What waits, what was decided about one's own words, and until when one writes less freely."""
        if not own:
            return SafeString("")
        theirs = Q(person_id__in=person_ids) | Q(changed_by_id__in=person_ids)
        waiting = Case.objects.of(organisation).waiting().filter(theirs)
        held = waiting.filter(message__hidden_at__isnull=False).select_related("message__conversation")[:_MOST]
        decided = Decision.objects.of(organisation).concerning(person_ids).standing().filter(told_at__isnull=False)
        decided = decided.select_related("objection", "message__conversation")[:_MOST]
        restraint = Restraint.objects.of(organisation).on(person_ids).in_force().first()
        threads = [each.message.conversation_id for each in (*held, *decided)]
        first = openings(organisation_id=organisation.pk, conversation_ids=threads)
        context = {
            "held": [
                {"message_id": each.message_id, "words": _known_by(each.message, each.message.text, first)}
                for each in held
            ],
            "decided": [
                {"decision": each, "words": _known_by(each.message, each.judged_text, first)} for each in decided
            ],
            "restraint": restraint_sentence(restraint) if restraint else "",
        }
        if not any(context.values()):
            return SafeString("")
        return mark_safe(render_to_string("moderation/mine.html", context))  # noqa: S308 - Jinja escaped what was not safe


def _known_by(message: Message, words: str, first: Collection[int]) -> str:
    """What the author knows it by: its title when they gave it one, otherwise how it begins."""
    subject = message.conversation.subject
    has_title = subject and message.pk in first and message.conversation.kind != ConversationKind.THANKS
    return excerpt(subject if has_title else words or subject)
