"""An idea's page: its words, its road, what we said of it, what others said, and what was changed because of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from markupsafe import Markup

from klankbord.conversations.models import Message
from klankbord.design.moments import day, length
from klankbord.ideas.counting import family, reactions_to
from klankbord.ideas.models import Change, Idea, Status, StatusChange
from klankbord.markup.markdown import render_post
from klankbord.moderation.showing import corrections
from klankbord.participation.actions import vote_counts, voted_for
from klankbord.participation.authors import Author, authors
from klankbord.participation.models import Tagging, Topic
from klankbord.participation.pictures import ShownPicture, pictures_at
from klankbord.people.models import Person

MOST_REACTIONS = 200
STATUS_TAGS = {
    Status.NEW: "",
    Status.REVIEW: "",
    Status.PLANNED: "soon",
    Status.STARTED: "accent",
    Status.DONE: "good",
    Status.DECLINED: "",
    Status.EXISTS: "good",
}
UNDER_WAY = frozenset({Status.NEW, Status.REVIEW, Status.PLANNED, Status.STARTED})


@dataclass(frozen=True, slots=True)
class Said:
    """Something that somebody said about the idea, with what was said of that."""

    id: int
    author: Author
    at: datetime
    html: Markup
    edited_at: datetime | None
    pictures: Sequence[ShownPicture]
    merged_title: str
    useful: int
    answers: list[Said] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Official:
    """What we said with the last step."""

    anchor: str
    author: Author | None
    by_name: str
    at: datetime
    after: str
    html: Markup
    status: Status


@dataclass(frozen=True, slots=True)
class Merged:
    """An idea that went on in this one."""

    id: int
    title: str
    author: Author
    created_at: datetime
    message_id: int
    html: Markup
    pictures: Sequence[ShownPicture]


@dataclass(frozen=True, slots=True)
class IdeaPage:
    """Everything that the page shows to everybody."""

    idea: Idea
    author: Author
    html: Markup
    pictures: Sequence[ShownPicture]
    topics: Sequence[Topic]
    road: Sequence[dict[str, Any]]
    official: Official | None
    said: Sequence[Said]
    next_from: int
    merged: Sequence[Merged]
    changes: Sequence[Change]

    @property
    def tag(self) -> str:
        """The colour of its status."""
        return STATUS_TAGS[Status(self.idea.status)]


def read_page(idea: Idea, *, beginning: int = 0) -> IdeaPage:
    """The page of an idea that was not merged; its reactions from the one with id `beginning` on."""
    ideas = family(idea)
    organisation_id = idea.organisation_id
    messages = list(reactions_to(idea).filter(pk__gte=beginning).select_related("reply_to")[: MOST_REACTIONS + 1])
    next_from = messages[MOST_REACTIONS].pk if len(messages) > MOST_REACTIONS else 0
    messages = messages[:MOST_REACTIONS]
    steps = list(
        StatusChange.objects.of(organisation_id).filter(idea=idea).select_related("by__user").order_by("at", "pk")
    )
    with_words = _with_conversations(ideas)
    conversations = {each.pk: each.conversation for each in with_words}
    people = authors(
        organisation_id=organisation_id,
        person_ids=[
            *(each.person_id for each in conversations.values()),
            *(each.person_id for each in messages),
            *(each.by.person_id for each in steps if each.by),
        ],
    )
    # What was merged, and hidden or taken back since, is counted but no longer named.
    named = [each for each in with_words if each.pk != idea.pk and _may_be_named(each)]
    shown = [idea.opening_id, *(each.pk for each in messages)]
    with_merged = [*shown, *(each.opening_id for each in named)]
    pictures = pictures_at(organisation_id, with_merged)
    beside = corrections(organisation_id=organisation_id, message_ids=with_merged)
    useful = vote_counts(organisation_id=organisation_id, message_ids=shown[1:])
    titles = {each.conversation_id: conversations[each.pk].subject for each in named}
    tagged = Tagging.objects.of(organisation_id).filter(conversation_id=idea.conversation_id)
    return IdeaPage(
        idea=idea,
        author=people[idea.conversation.person_id],
        html=_html(idea.opening.text if idea.opening.withdrawn_at is None else "", below=1)
        + beside.get(idea.opening_id, ""),
        pictures=pictures.get(idea.opening_id, ()) if idea.opening.withdrawn_at is None else (),
        topics=list(Topic.objects.of(organisation_id).filter(pk__in=tagged.values("topic")).order_by("name")),
        road=road(idea, steps, people, ideas),
        official=_official(idea, steps, people),
        said=_threaded(messages, people, pictures, titles, beside, useful),
        next_from=next_from,
        merged=[
            Merged(
                each.conversation_id,
                titles[each.conversation_id],
                people[conversations[each.pk].person_id],
                each.created_at,
                each.opening_id,
                _html(each.opening.text) + beside.get(each.opening_id, ""),
                pictures.get(each.opening_id, ()),
            )
            for each in named
        ],
        changes=list(Change.objects.of(organisation_id).published().filter(ideas__in=ideas).distinct()),
    )


def mine(page: IdeaPage, person: Person | None) -> bool:
    """Whether this person counts among the voters."""
    messages = [each.opening_id for each in family(page.idea)]
    return bool(voted_for(person=person, organisation_id=page.idea.organisation_id, message_ids=messages))


def useful_to(page: IdeaPage, person: Person | None) -> dict[str, set[int]]:
    """Which reactions this person found useful, and which are their own, by id."""
    said = [each for top in page.said for each in (top, *top.answers)]
    if person is None:
        return {"found_useful": set(), "own_words": set()}
    ids = [each.id for each in said]
    return {
        "found_useful": voted_for(person=person, organisation_id=page.idea.organisation_id, message_ids=ids),
        "own_words": {
            *(each.id for each in said if each.author.id == person.canonical.pk),
            *([page.idea.opening_id] if page.author.id == person.canonical.pk else []),
            *(each.message_id for each in page.merged if each.author.id == person.canonical.pk),
        },
    }


def road(
    idea: Idea, steps: Sequence[StatusChange], people: dict[int, Author], ideas: Sequence[Idea]
) -> list[dict[str, Any]]:
    """The road in steps for `ui.path`: where it began, each status, what was put with it when, and what may come."""
    began = people.get(idea.conversation.person_id)
    found: list[dict[str, Any]] = [
        {
            "title": _capital(Status.NEW),
            "detail": " · ".join(each for each in (day(idea.created_at), _name(began)) if each),
        }
    ]
    for number, step in enumerate(steps):
        parts = [day(step.at), _who(step, people)]
        if number == 0:
            parts[1] = _("%(name)s, after %(time)s") % {"name": parts[1], "time": length(step.at - idea.created_at)}
        if step.expected:
            parts.append(step.expected)
        found.append({"title": _capital(Status(step.status)), "detail": " · ".join(part for part in parts if part)})
        if number < len(steps) - 1 and step.sentence:  # the last one stands on the page itself
            found[-1]["said"] = _html(step.sentence)
    joined = Counter(sum(step.at <= each.merged_at for step in steps) for each in ideas[1:] if each.merged_at)
    for place, number in joined.items():  # where it stood when others were put with it
        together = ngettext("%(num)s other idea was put with it", "%(num)s other ideas were put with it", number)
        found[place]["detail"] += " · " + together % {"num": number}
    found[-1]["now"] = True
    if idea.status in UNDER_WAY:
        found.append({"title": _("Done? Then we ask whether it is better."), "ahead": True})
    return found


def _official(idea: Idea, steps: Sequence[StatusChange], people: dict[int, Author]) -> Official | None:
    if not steps or not steps[-1].sentence:
        return None
    step = steps[-1]
    return Official(
        anchor=f"m{step.message_id}" if step.message_id else "answer",
        author=people.get(step.by.person_id or 0) if step.by else None,
        by_name=_who(step, people),
        at=step.at,
        after=length(step.at - idea.created_at) if len(steps) == 1 else "",
        html=_html(step.sentence),
        status=Status(step.status),
    )


def _threaded(
    messages: Sequence[Message],
    people: dict[int, Author],
    pictures: dict[int, list[ShownPicture]],
    titles: dict[int, str],
    beside: dict[int, Markup],
    useful: dict[int, int],
) -> list[Said]:
    """Reactions with the answers to each below it; an answer to an answer stands beside that one."""
    tops: list[Said] = []
    by_id: dict[int, Said] = {}
    for message in messages:
        author = people.get(message.person_id or 0)
        if author is None:
            continue
        said = Said(
            id=message.pk,
            author=author,
            at=message.said_at,
            html=_html(message.text) + beside.get(message.pk, ""),
            edited_at=message.edited_at,
            pictures=pictures.get(message.pk, ()),
            merged_title=titles.get(message.conversation_id, ""),
            useful=useful.get(message.pk, 0),
        )
        above = by_id.get(message.reply_to_id or 0)
        (above.answers if above is not None else tops).append(said)
        by_id[message.pk] = above if above is not None else said
    return tops


def _with_conversations(ideas: Sequence[Idea]) -> list[Idea]:
    if len(ideas) == 1:
        return list(ideas)
    rows = Idea.objects.of(ideas[0].organisation_id).filter(pk__in=[each.pk for each in ideas])
    return list(rows.select_related("conversation", "opening"))


def _may_be_named(idea: Idea) -> bool:
    return idea.conversation.hidden_at is None and idea.opening.withdrawn_at is None


def _html(text: str, *, below: int = 2) -> Markup:
    return Markup(render_post(text, below=below))  # noqa: S704 - the renderer lets no HTML through


def _capital(status: Status) -> str:
    label = str(status.label)
    return label[:1].upper() + label[1:]


def _name(author: Author | None) -> str:
    return author.name if author else ""


def _who(step: StatusChange, people: dict[int, Author]) -> str:
    if step.by is not None:
        known = people.get(step.by.person_id or 0)
        return known.name if known else step.by.user.name
    return step.by_name or pgettext("who set a status", "us")
