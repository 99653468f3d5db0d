"""What could stand in public of a private conversation: a proposal, with what is personal taken out."""

from __future__ import annotations

from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.participation.privacy import without_personal_data


def proposal(conversation: Conversation) -> dict[str, str]:
    """Title and text of what the customer asked first, and our last answer to it; for an agent to go over."""
    organisation = conversation.organisation
    rows = Message.objects.of(organisation).for_customer().filter(conversation=conversation, automatic="").in_order()
    asked = rows.filter(direction=Direction.INBOUND).values_list("text", flat=True).first() or ""
    answered = rows.filter(direction=Direction.OUTBOUND, membership__isnull=False).values_list("text", flat=True)
    names = [part for part in conversation.person.name.split() if len(part) > 2]

    def clean(text: str) -> str:
        without = without_personal_data(organisation, text)
        for name in names:
            without = without.replace(name, "…")
        return without

    return {"title": clean(conversation.subject), "text": clean(asked), "answer": clean(answered.last() or "")}
