"""The customer's own way back to their conversation."""

from __future__ import annotations

from klankbord import clock
from klankbord.conversations.models import Conversation, PrivateLink
from klankbord.conversations.signing import link_hash, new_link_token
from klankbord.people.models import Membership, Organisation


def new_private_link(*, conversation: Conversation) -> str:
    """A fresh token that opens this conversation to who has it; only its hash is stored."""
    token, hashed = new_link_token()
    PrivateLink.objects.create(
        organisation_id=conversation.organisation_id, conversation=conversation, token_hash=hashed
    )
    return token


def follow_private_link(*, organisation: Organisation, token: str) -> Conversation | None:
    """The conversation that a valid token of this organisation opens, or None."""
    link = (
        PrivateLink.objects.of(organisation)
        .filter(token_hash=link_hash(token), revoked_at__isnull=True)
        .select_related("conversation__channel", "conversation__person")
        .first()
    )
    return link.conversation if link else None


def revoke_private_links(*, conversation: Conversation, by: Membership) -> int:
    """Close all private links to this conversation; returns how many were open."""
    del by  # who may is for the caller's role check; the row keeps when
    links = PrivateLink.objects.of(conversation.organisation_id).filter(conversation=conversation)
    return links.filter(revoked_at__isnull=True).update(revoked_at=clock.now())


def revoke_private_link(*, organisation: Organisation, token: str) -> None:
    """Close this one link, by who holds it: the customer themselves. Twice is once."""
    links = PrivateLink.objects.of(organisation).filter(token_hash=link_hash(token), revoked_at__isnull=True)
    links.update(revoked_at=clock.now())
