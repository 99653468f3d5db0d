"""The context of a question's page."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from markupsafe import Markup

from klankbord.community.models import Question, Related
from klankbord.community.reading.blocks import Blocks, Viewer
from klankbord.community.reading.thread import Head, Thread, messages_of, read_thread, topics_of
from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.models import Conversation
from klankbord.database.prepared import Plain
from klankbord.design.kept import Kept
from klankbord.participation.actions import follows, voted_for
from klankbord.participation.announcing import person_topic
from klankbord.participation.drafts import LONGEST_POST
from klankbord.people.announcing import profile_topic
from klankbord.people.models import Organisation

ON_A_PAGE = 100
"""Answers; those after that are a page further."""


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything that a question's page shows.

    Attributes:
        topics: What makes it another page once it is announced.
        context: What its template asks for.
        parts: The pieces of HTML in it that were made before, or for this viewer.
    """

    topics: tuple[str, ...]
    context: dict[str, Any]
    parts: dict[str, Markup]
    key: tuple[Hashable, ...]
    """What the page depends on besides its parts and its frame."""

    @property
    def size(self) -> int:
        """Letters, and about as much again for what it is kept under."""
        return 2 * sum(map(len, self.parts.values()))


PAGES: Kept[QuestionPage] = Kept(12_000_000, lambda page: page.size)
"""Pages as everybody sees them, under every row that was read for them."""


def question_page(head: Head, viewer: Viewer, organisation: Organisation, *, page: int = 1) -> QuestionPage:
    """Everything that a question's page shows to this viewer."""
    messages, about = messages_of(organisation, head.id), topics_of(organisation, head.id)
    related = _related(organisation, head) if head.has_related else []
    # Dates are said as one says them today.
    today = organisation.today()
    whose = (organisation.pk, organisation.host, translation.get_language(), today)
    key = (*whose, page, head, *about, *related, messages.state)
    is_for_all = not viewer.is_somebody and not head.has_duplicates
    kept = PAGES.get(key) if is_for_all else None
    if kept is not None:
        return kept
    thread = read_thread(organisation, head, messages.plain())
    made = _made(head, thread, about, related, viewer, organisation, page)
    return PAGES.keep(key, made) if is_for_all and not thread.has_notes else made


def _made(
    head: Head,
    thread: Thread,
    about: list[Plain],
    related: list[tuple[int, str]],
    viewer: Viewer,
    organisation: Organisation,
    page: int,
) -> QuestionPage:
    shown = thread.answers[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    openings = {thread.opening.said.id, *(post.said.id for post in thread.openings)}
    voted = voted_for(
        person=viewer.person,
        organisation_id=organisation.pk,
        message_ids=[*openings, *(post.said.id for post in shown)],
    )
    blocks = Blocks(thread, viewer, organisation, voted)
    path = reverse("community:question", args=[head.id])
    parts = {
        "opening_html": blocks.opening(about, helped_too=bool(voted & openings)),
        "joined": _joined(blocks.joined(post) for post in thread.openings),
        "answers": _joined(blocks.answer(post) for post in shown),
        **_beside(head, related, viewer, organisation, blocks),
    }
    pages = _pages(path, page, len(thread.answers))
    context = {
        "head": head,
        "thread": thread,
        "pages": pages,
        "description": blocks.description() or head.subject,
        "address": f"{settings.PUBLIC_SCHEME}://{organisation.host}{settings.PUBLIC_PORT}{path}",
    }
    key = (head, len(thread.answers), context["description"], *pages.values())
    return QuestionPage(_shown(thread, related, organisation), context, parts, key)


def _shown(thread: Thread, related: list[tuple[int, str]], organisation: Organisation) -> tuple[str, ...]:
    conversations = {thread.head.id, *(pk for pk, _title in related), *(each.conversation_id for each in thread.said)}
    persons = {each.shown_person_id for each in thread.said}
    return (
        profile_topic(organisation.pk),
        *(conversation_topic(pk) for pk in conversations),
        *(person_topic(pk) for pk in persons if pk is not None),
    )


def _joined(pieces: Iterable[Markup]) -> Markup:
    return Markup("\n".join(pieces))  # noqa: S704 - each is markup


def _beside(
    head: Head, related: list[tuple[int, str]], viewer: Viewer, organisation: Organisation, blocks: Blocks
) -> dict[str, Markup]:
    """The form below the answers, and what stands beside them."""
    context: dict[str, Any] = {
        "head": head,
        "viewer": viewer,
        "longest": LONGEST_POST,
        "follows": _follows(head, viewer, organisation),
        "related": related,
        "duplicates": _duplicates(organisation, head) if viewer.is_moderator else [],
    }
    return {
        "reply_html": blocks.frame("community/reply.html", context, head.id, head.takes_answers),
        "aside_html": blocks.frame("community/aside.html", context, head.id, *related),
    }


def _follows(head: Head, viewer: Viewer, organisation: Organisation) -> bool:
    if viewer.person is None:
        return False
    conversation = Conversation.objects.of(organisation).get(pk=head.id)
    return follows(person=viewer.person, conversation=conversation)


def _related(organisation: Organisation, head: Head) -> list[tuple[int, str]]:
    rows = Related.objects.of(organisation).filter(question_id=head.id)
    shown = rows.filter(
        other__conversation__hidden_at__isnull=True,
        other__opening__withdrawn_at__isnull=True,
        other__moved_at__isnull=True,
    )
    return list(shown.order_by("pk").values_list("other_id", "other__conversation__subject")[:8])


def _duplicates(organisation: Organisation, head: Head) -> list[tuple[int, str]]:
    """What was joined into it, for who can take it apart."""
    rows = Question.objects.of(organisation).filter(joined_into_id=head.id)
    return list(rows.order_by("pk").values_list("pk", "conversation__subject"))


def _pages(path: str, page: int, answers: int) -> dict[str, str]:
    pages = -(-answers // ON_A_PAGE)

    def to(number: int) -> str:
        return f"{path}?page={number}#answers" if number > 1 else f"{path}#answers"

    return {
        "previous": to(page - 1) if page > 1 else "",
        "next": to(page + 1) if page < pages else "",
    }
