"""The lists of the inbox: what stands in each, in which order, and how one pages through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.conversations.models import Conversation, ConversationQuerySet
from klankbord.inbox.surroundings import Surroundings
from klankbord.people.models import Membership

PAGE = 30

type Text = str | LazyText


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a list is read. Each order has an index, so that a page costs the same at any depth."""

    column: str
    descending: bool = False


LONGEST_WAITING = Order("waiting_since")
DUE_FIRST = Order("due_at")
LATEST = Order("last_message_at", descending=True)


@dataclass(frozen=True, slots=True)
class InboxList:
    """One list.

    Attributes:
        slug: As it stands in an address: `mine`, `channel-3`.
        label: Its name, as the customer or the organisation gave it or translated.
        rows: Its conversations, among those of a membership.
        order: How they are read. Lists of who waits go by `waiting_since`, which is never empty: an organisation that
            never opens has no due moment, and with one promise for all both give the same order.
        key: The letter that follows `g`.
        empty: What is said when nothing is in it: a title and a sentence.
        is_counted: Whether the number stands beside it (an archive has none).
    """

    slug: str
    label: Text
    rows: Callable[[ConversationQuerySet, Membership], ConversationQuerySet]
    order: Order = LONGEST_WAITING
    key: str = ""
    empty: tuple[Text, Text] = (_("Everything has been answered"), _("Nobody is waiting here."))
    is_counted: bool = True

    def of(self, membership: Membership) -> ConversationQuerySet:
        """Its conversations that this member may see."""
        visible: ConversationQuerySet = Conversation.objects.visible_to(membership)
        return self.rows(visible, membership)


def _archive(
    slug: str,
    label: Text,
    rows: Callable[[ConversationQuerySet], ConversationQuerySet],
    key: str,
    empty: tuple[Text, Text],
) -> InboxList:
    """A list in which nobody waits: latest first, without a number beside it."""
    return InboxList(slug, label, lambda all_, _me: rows(all_), LATEST, key, empty, is_counted=False)


def _due_today(rows: ConversationQuerySet, _me: Membership) -> ConversationQuerySet:
    """Until the midnight that ends today, in the organisation's zone; what is late is not among them."""
    now = clock.now()
    tomorrow = timezone.localtime(now).date() + timedelta(days=1)
    tonight = timezone.make_aware(datetime.combine(tomorrow, time()))
    return rows.awaiting_answer().filter(due_at__gte=now, due_at__lt=tonight).order_by("due_at", "id")


MINE = InboxList(
    "mine",
    _("Waiting for me"),
    lambda rows, me: rows.awaiting(me),
    key="m",
    empty=(_("Nobody is waiting for you"), _("What you pick up stands here until it is answered.")),
)
UNASSIGNED = InboxList("unassigned", _("Not picked up yet"), lambda rows, _me: rows.unassigned(), key="n")
WAITING = InboxList("waiting", _("Waiting longest"), lambda rows, _me: rows.awaiting_answer(), key="l")
FIXED: tuple[InboxList, ...] = (
    MINE,
    UNASSIGNED,
    WAITING,
    InboxList(
        "late",
        _("Late"),
        lambda rows, _me: rows.late(),
        DUE_FIRST,
        key="t",
        empty=(_("Nothing is late"), _("Every promise has been kept so far.")),
    ),
    _archive(
        "answered",
        _("Waiting for them"),
        lambda rows: rows.answered(),
        "w",
        (_("Nothing is open"), _("What you answer stands here until they write again, or it is done.")),
    ),
    _archive(
        "done", _("Done"), lambda rows: rows.done(), "d", (_("Nothing is done yet"), _("What you finish stands here."))
    ),
    _archive(
        "spam",
        _("Spam"),
        lambda rows: rows.spam(),
        "s",
        (_("No spam"), _("What is held off as spam stands here, and can be taken back.")),
    ),
)
DUE_TODAY = InboxList(
    "due", _("Due today"), _due_today, DUE_FIRST, empty=(_("Nothing more today."), _("Nobody is waiting here."))
)
"""Where Today leads to; not among the links."""
_BY_SLUG = {each.slug: each for each in (*FIXED, DUE_TODAY)}


def list_with_work(counts: Mapping[str, int]) -> InboxList:
    """Where one lands without having chosen: with who waits for oneself, else for nobody yet, else for a colleague."""
    return next((each for each in (MINE, UNASSIGNED, WAITING) if counts[each.slug]), MINE)


def channel_list(id_: int, name: str) -> InboxList:
    """Who waits at one door."""
    return InboxList(f"channel-{id_}", name, lambda rows, _me: rows.in_channel(id_))


def team_list(id_: int, name: str) -> InboxList:
    """Who waits for one team."""
    return InboxList(f"team-{id_}", name, lambda rows, _me: rows.of_team(id_))


def find_list(slug: str, surroundings: Surroundings) -> InboxList | None:
    """The list of this slug in this organisation, or None."""
    if slug in _BY_SLUG:
        return _BY_SLUG[slug]
    kind, _dash, number = slug.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    if kind == "channel" and (channel := surroundings.channel(int(number))):
        return channel_list(channel.id, channel.name)
    if kind == "team" and (team := surroundings.team(int(number))):
        return team_list(team.id, team.name)
    return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cursor_of(moment: datetime, id_: int) -> str:
    """The place behind a row, as it stands in an address."""
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{id_}"


def behind(rows: ConversationQuerySet, order: Order, cursor: str) -> ConversationQuerySet:
    """What comes after the place that `cursor` names; all of it when the cursor is empty or nonsense."""
    place = _read(cursor)
    if place is None:
        return rows
    moment, id_ = place
    # The plain bound first: it is what the index is entered with; the second condition only settles equal moments.
    way = "lt" if order.descending else "gt"
    column = order.column
    return rows.filter(Q(**{f"{column}__{way}e": moment})).filter(
        Q(**{f"{column}__{way}": moment}) | Q(**{f"id__{way}": id_})
    )


def _read(cursor: str) -> tuple[datetime, int] | None:
    first, _dash, second = cursor.partition("-")
    if not (first.isascii() and first.isdigit() and second.isascii() and second.isdigit()):
        return None
    if len(first) > 17 or len(second) > 18:
        return None
    return _EPOCH + timedelta(microseconds=int(first)), int(second)
