"""What could stand in public of a private conversation: a proposal, with what is personal taken out."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.participation.privacy import without_personal_data


def proposal(conversation: Conversation) -> dict[str, str]:
    """Title and text of what the customer asked first, and our last answer to it; for an agent to go over."""
    organisation = conversation.organisation
    rows = Message.objects.of(organisation).for_customer().filter(conversation=conversation, automatic="").in_order()
    asked = rows.filter(direction=Direction.INBOUND).values_list("text", flat=True).first() or ""
    answered = rows.filter(direction=Direction.OUTBOUND, membership__isnull=False).values_list("text", flat=True)
    name = _name_in_words(conversation.person.name)

    def clean(text: str) -> str:
        without = without_personal_data(organisation, text)
        return name.sub(_("[name]"), without) if name else without

    return {"title": clean(conversation.subject), "text": clean(asked), "answer": clean(answered.last() or "")}


def _name_in_words(name: str) -> re.Pattern[str] | None:
    """Finds each part of somebody's name, and several in a row as one."""
    parts = [re.escape(part) for part in name.split() if len(part) > 2]
    if not parts:
        return None
    one = f"(?:{'|'.join(parts)})"
    return re.compile(rf"\b{one}(?:\s+(?:[a-z'’]{{1,4}}\s+){{0,2}}{one})*\b")
