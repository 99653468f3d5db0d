"""The contexts of the inbox's pages: what every page has around it, a list, a conversation with its person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Case, When
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.channels.models import Arrival
from klankbord.conversations.codes import spoken
from klankbord.conversations.models import Conversation, ConversationState, Direction
from klankbord.ideas.attention import what_asks_for_staff
from klankbord.ideas.consents import Trace, traces_of_consent
from klankbord.inbox import words
from klankbord.inbox.access import StaffRequest
from klankbord.inbox.counting import capped_counts, shown_count
from klankbord.inbox.family import Family, read_family
from klankbord.inbox.finding import MOST_FOUND, find_conversations
from klankbord.inbox.lateness import lateness
from klankbord.inbox.lists import FIXED, InboxList, channel_list, find_list, list_with_work, team_list
from klankbord.inbox.reading import (
    ALL_MESSAGES,
    MOST_MESSAGES,
    ShownMessage,
    find_conversation,
    read_earlier,
    read_messages,
)
from klankbord.inbox.rows import Page, initials, read_page, read_values, row_of, share_gone
from klankbord.inbox.surroundings import Surroundings, read_surroundings
from klankbord.inbox.undoing import read_undoable
from klankbord.inbox.uploads import KeptFile
from klankbord.moderation.reading.queue import what_waits
from klankbord.people.models import Membership, Role
from klankbord.people.tenancy import TenantQuerySet

MOST_EARLIER = 8
_REVEAL = "inbox.revealed"
REVEALED_SECONDS = 300


@dataclass(slots=True)
class Writing:
    """What stands in the composer.

    Attributes:
        kind: `reply` or `note`: which of the two is open.
        seen: The last message that was on the screen when it was written.
        error: Why it was not sent, as a sentence.
        news: What happened meanwhile, when sending is to be confirmed.
    """

    kind: str = "reply"
    reply: str = ""
    note: str = ""
    seen: int = 0
    error: str = ""
    news: str = ""
    files: list[KeptFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    surroundings: Surroundings
    chosen: InboxList
    cursor: str
    context: dict[str, Any]


def read_frame(request: StaffRequest, *, place: str = "") -> Frame:
    """Surroundings, the chosen list and the links with their numbers, in two queries (right after a reply: three).

    `place` is the page that is current when it is no list (`today`, `outgoing`, ...).

    Raises:
        Http404: the list that the address names is not one of this organisation.
    """
    surroundings = read_surroundings(request.membership, request.organisation)
    counts = _counts(request.membership, surroundings)
    slug = request.POST.get("view") or request.GET.get("view")
    chosen = find_list(slug, surroundings) if slug else list_with_work(counts)
    if chosen is None:
        raise Http404
    cursor = request.POST.get("after") or request.GET.get("after", "")
    query = {"view": chosen.slug}
    if searched := searched_words(request):
        query = {"q": searched}
    elif cursor:
        query["after"] = cursor[:40]
    context = {
        "groups": _links(request.membership, surroundings, counts, chosen.slug if not place else "", place),
        "in_public": _in_public(request.membership, counts),
        "chosen": chosen,
        "elsewhere": _elsewhere(chosen, counts),
        "place": query,
        "place_query": f"?{urlencode(query)}",
        "back_url": f"{reverse('inbox:list')}?{urlencode(query)}",
        "workplace_url": reverse("inbox:list"),
        "colleagues": surroundings.colleagues,
        "teams": surroundings.teams,
        "words": words,
        "initials": initials,
        "undoable": read_undoable(request),
    }
    return Frame(surroundings, chosen, cursor, context)


def _counts(membership: Membership, surroundings: Surroundings) -> dict[str, int]:
    """How many are in each list that is counted, by its slug, and in quarantine; in one query."""
    lists = (*FIXED, *_channel_lists(surroundings), *_team_lists(surroundings))
    counted: dict[str, TenantQuerySet[Any]] = {each.slug: each.of(membership) for each in lists if each.is_counted}
    unreadable = Arrival.objects.visible_to(membership).quarantined()
    elsewhere = what_waits(membership) | what_asks_for_staff(membership)
    return capped_counts({**counted, **elsewhere, "unreadable": unreadable})


def _channel_lists(surroundings: Surroundings) -> list[InboxList]:
    return [channel_list(each.id, each.name) for each in surroundings.channels]


def _team_lists(surroundings: Surroundings) -> list[InboxList]:
    return [team_list(each.id, each.name) for each in surroundings.teams]


def _list_url(each: InboxList) -> str:
    return f"{reverse('inbox:list')}?{urlencode({'view': each.slug})}"


def _elsewhere(chosen: InboxList, counts: Mapping[str, int]) -> dict[str, Any] | None:
    """Where there is work when the chosen list has none."""
    found = list_with_work(counts)
    if found is chosen or not chosen.is_counted or not counts[found.slug]:
        return None
    return {"label": found.label, "url": _list_url(found), "count": shown_count(counts[found.slug])}


def _links(
    membership: Membership, surroundings: Surroundings, counts: Mapping[str, int], current: str, place: str
) -> list[dict[str, Any]]:
    def link(each: InboxList) -> dict[str, Any]:
        return {
            "label": each.label,
            "url": _list_url(each),
            "count": shown_count(counts.get(each.slug, 0)),
            "late": each.slug == "late",
            "key": each.key,
            "current": each.slug == current,
        }

    def page(name: str, label: str, key: str = "", count: str = "") -> dict[str, Any]:
        current = name == place
        return {"label": label, "url": reverse(f"inbox:{name}"), "count": count, "key": key, "current": current}

    groups: list[dict[str, Any]] = [
        {"title": "", "items": [page("today", _("Today"), "v"), *(link(each) for each in FIXED)]},
        {"title": _("Channels"), "items": [link(each) for each in _channel_lists(surroundings)]},
        {"title": _("Teams"), "items": [link(each) for each in _team_lists(surroundings)]},
    ]
    aside = []
    if counts["unreadable"]:
        aside.append(page("unreadable", _("Could not be read"), "q", shown_count(counts["unreadable"])))
    if membership.may(Role.LEAD):
        aside.append(page("outgoing", _("Outgoing mail"), "o"))
    groups.append({"title": _("Mail"), "items": aside})
    groups.append({"title": _("In public"), "items": _in_public(membership, counts)})
    return [group for group in groups if group["items"]]


def _in_public(membership: Membership, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The ways to what asks for staff outside the inbox, each with how much it is."""

    def link(label: str, route: str, key: str, names: Iterable[str]) -> dict[str, Any]:
        count = shown_count(sum(counts[each] for each in names))
        return {"label": label, "url": reverse(route), "count": count, "key": key, "current": False}

    found = [link(_("Ideas to look at"), "ideas:attention", "i", what_asks_for_staff(membership))]
    if membership.may(Role.MODERATOR):
        found.append(link(_("To judge"), "moderation:queue", "p", what_waits(membership)))
    return found


def searched_words(request: StaffRequest) -> str:
    """What the list on the page was found for; empty when it is one of the lists."""
    return " ".join((request.POST.get("q") or request.GET.get("q", "")).split())[:200]


def read_list(request: StaffRequest, frame: Frame) -> dict[str, Any]:
    """The chosen list's page, or what was found for `?q=`."""
    searched = searched_words(request)
    if searched:
        page = _found(request, frame, searched)
    else:
        hours = frame.surroundings.hours
        page = read_page(frame.chosen, request.membership, request.organisation, hours, frame.cursor)
    place = frame.context["place"]
    more = {**place, "after": page.next_cursor}
    return {
        "rows": page.rows,
        "searched": searched,
        "row_query": f"?{urlencode(place)}" if place else "",
        "next_url": f"{reverse('inbox:list')}?{urlencode(more)}" if page.next_cursor else "",
        "first_url": frame.context["groups"] and frame.cursor and _without_cursor(frame),
        "found_at_most": MOST_FOUND if len(page.rows) >= MOST_FOUND else 0,
    }


def _without_cursor(frame: Frame) -> str:
    query = {name: value for name, value in frame.context["place"].items() if name != "after"}
    return reverse("inbox:list") + (f"?{urlencode(query)}" if query else "")


def _found(request: StaffRequest, frame: Frame, text: str) -> Page:
    ids = find_conversations(request.membership, text)
    if not ids:
        return Page(())
    rows = Conversation.objects.visible_to(request.membership).filter(pk__in=ids)
    order = Case(*(When(pk=pk, then=place) for place, pk in enumerate(ids)))
    values = read_values(rows.order_by(order), request.organisation)
    return Page(
        tuple(row_of(each, request.membership, request.organisation, frame.surroundings.hours) for each in values)
    )


def conversation_page(request: StaffRequest, pk: int, *, writing: Writing | None = None) -> dict[str, Any]:
    """Everything that a conversation's page shows, in eight queries.

    Raises:
        Http404: there is no such conversation in the member's organisation.
    """
    conversation = find_conversation(request.membership, pk)
    frame = read_frame(request)
    context = frame.context | read_list(request, frame) | thread(request, conversation)
    family = read_family(request.membership, conversation.person_id) or Family()
    earlier = read_earlier(request.membership, family.ids, most=MOST_EARLIER, but=conversation.pk)
    messages: list[ShownMessage] = context["thread"]
    speaker = next((each.person_id for each in reversed(messages) if each.direction == Direction.INBOUND), None)
    if writing is None:
        writing = Writing(kind=_open_kind(request, conversation))
        writing.reply, writing.note = conversation.reply_draft or "", conversation.note_draft or ""  # type: ignore[attr-defined]
        writing.seen = context["last_id"]
    return (
        context
        | header(conversation, frame.surroundings)
        | {
            "pane": "main",
            "family": family,
            "recipient": family.mail_address(speaker),
            "earlier": earlier[:MOST_EARLIER],
            "has_earlier": len(earlier) > MOST_EARLIER,
            "revealed": is_revealed(request, family.id),
            "writing": writing,
        }
    )


def _open_kind(request: StaffRequest, conversation: Conversation) -> str:
    asked = request.GET.get("write", "")
    if asked in ("reply", "note"):
        return asked
    drafted = bool(conversation.note_draft) and not conversation.reply_draft  # type: ignore[attr-defined]  # annotated
    return "note" if drafted else "reply"


def thread(request: StaffRequest, conversation: Conversation) -> dict[str, Any]:
    """The messages of a conversation with what happened to it between them, and who else is writing in it."""
    most = ALL_MESSAGES if request.GET.get("all") else MOST_MESSAGES
    messages, has_more = read_messages(request.membership, conversation, most)
    traces = [] if conversation.is_public else traces_of_consent(conversation.consent)  # type: ignore[attr-defined]  # annotated
    return {
        "traces": _after_messages(traces, messages),
        "conversation": conversation,
        "thread": messages,
        "has_more": has_more,
        "last_id": max((each.id for each in messages), default=0),
        "writer": (getattr(conversation, "writer", None) or "").split(" ")[0],
        "images_for": _number(request.GET.get("images", "")),
        "words": words,
        "initials": initials,
    }


def _after_messages(traces: list[Trace], messages: list[ShownMessage]) -> dict[int, list[Trace]]:
    """What happened, by the message after which it did; 0 for before all that are shown."""
    found: dict[int, list[Trace]] = {}
    for trace in traces:
        after = next((each.id for each in reversed(messages) if each.said_at <= trace.at), 0)
        found.setdefault(after, []).append(trace)
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def header(conversation: Conversation, surroundings: Surroundings) -> dict[str, Any]:
    """What stands above a thread."""
    waiting = conversation.waiting_since
    share = share_gone(surroundings.hours, waiting, conversation.promise_minutes) if waiting else 0.0
    state = ConversationState(conversation.state)
    return {
        "share": share,
        "late": lateness(surroundings.hours, conversation.due_at) if waiting else "",
        "spoken_code": spoken(conversation.code) if conversation.code else "",
        "is_closed": state in (ConversationState.DONE, ConversationState.SPAM),
        "is_spam": state == ConversationState.SPAM,
        "state_label": state.label,
    }


def reveal_token(membership: Membership, person_id: int) -> str:
    """Proof, for some minutes, that this member asked to see this person's addresses (and that it was noted)."""
    return signing.dumps([membership.pk, person_id], salt=_REVEAL)


def is_revealed(request: StaffRequest, person_id: int) -> bool:
    """Whether the address bar carries such a proof."""
    token = request.GET.get("revealed", "")
    try:
        return bool(token) and signing.loads(token, salt=_REVEAL, max_age=REVEALED_SECONDS) == [
            request.membership.pk,
            person_id,
        ]
    except signing.BadSignature:
        return False
