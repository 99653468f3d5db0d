"""What search engines and messengers read of an idea's page."""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import strip_tags
from markupsafe import Markup

from klankbord.ideas.listing import path_of
from klankbord.ideas.reading import IdeaPage
from klankbord.participation.posting import public_url
from klankbord.people.models import Organisation

_LONGEST = 200


def social(page: IdeaPage, organisation: Organisation) -> dict[str, str]:
    """For the preview of a link."""
    words = _plain(page.html) or page.idea.conversation.subject
    return {
        "title": page.idea.conversation.subject,
        "description": words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…",
        "url": public_url(organisation, path_of(page.idea.conversation_id)),
        "site": organisation.name,
    }


def structured(page: IdeaPage, organisation: Organisation) -> Markup:
    """Schema.org's words for it, as JSON: a posting in a discussion, with what was said of it and how many want it."""
    idea = page.idea
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": idea.conversation.subject,
        "text": _plain(page.html),
        "url": public_url(organisation, path_of(idea.conversation_id)),
        "datePublished": idea.created_at.isoformat(),
        "author": {"@type": "Person", "name": page.author.name, "url": public_url(organisation, page.author.path)},
        "interactionStatistic": [
            {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/LikeAction",
                "userInteractionCount": idea.score,
            },
            {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/CommentAction",
                "userInteractionCount": idea.comments,
            },
        ],
        "comment": [
            {
                "@type": "Comment",
                "text": _plain(said.html),
                "datePublished": said.at.isoformat(),
                "author": {"@type": "Person", "name": said.author.name},
            }
            for said in page.said[:20]
        ],
    }
    # Within a script element only the end tag could do harm.
    safe = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704 - no sign is left that ends the element


def _plain(html: str) -> str:
    return " ".join(strip_tags(html).replace("&amp;", "&").replace("&quot;", '"').replace("&lt;", "<").split())
