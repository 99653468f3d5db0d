"""What somebody finds about moderation on their own page: what is looked at first, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

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
        waiting = Case.objects.of(organisation).waiting().filter(person_id__in=person_ids)
        held = waiting.filter(message__hidden_at__isnull=False).select_related("message__conversation")[:_MOST]
        decided = Decision.objects.of(organisation).about(person_ids).standing().filter(told_at__isnull=False)
        restraint = Restraint.objects.of(organisation).on(person_ids).in_force().first()
        context = {
            "held": [excerpt(each.message.text or each.message.conversation.subject) for each in held],
            "decided": [
                {"decision": each, "words": excerpt(each.judged_text)}
                for each in decided.select_related("objection")[:_MOST]
            ],
            "restraint": restraint_sentence(restraint) if restraint else "",
        }
        if not any(context.values()):
            return SafeString("")
        return mark_safe(render_to_string("moderation/mine.html", context))  # noqa: S308 - Jinja escaped what was not safe
