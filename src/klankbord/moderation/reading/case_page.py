"""One case or objection with all that a moderator needs to judge it: the words, why it is here, and who wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import opens
from klankbord.conversations.models import Attachment, Message
from klankbord.moderation import rules
from klankbord.moderation.actions.official_note import ShownNote, notes_on
from klankbord.moderation.actions.restrain import next_step, restraint_on
from klankbord.moderation.contract import place_of
from klankbord.moderation.house import Reason, reasons
from klankbord.moderation.letters import restraint_of_them
from klankbord.moderation.models import Case, Decision, Flag, Objection, Restraint
from klankbord.moderation.reading.names import Somebody, kind_of, somebody
from klankbord.moderation.rules import FlagReason, Judgement, Step, WhyHeld
from klankbord.moderation.weighing import Record, halved_by_network, record_of
from klankbord.people.models import Membership, Organisation, Person
from klankbord.reputation.actions import StandingLine, standings


@dataclass(frozen=True, slots=True)
class Post:
    """The message that is to be judged, and where it stands."""

    id: int
    subject: str
    text: str
    kind: str
    opens: bool
    at: datetime
    is_hidden: bool
    is_withdrawn: bool
    path: str
    before: str
    pictures: tuple[str, ...]
    notes: tuple[ShownNote, ...]


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """Who reported it, why, and how often they were right before.

    Attributes:
        counts: How it counts, when that is not for all that it weighs.
    """

    who: Somebody
    reason: str
    words: str
    at: datetime
    weight: str
    counts: str
    upheld: bool | None
    record: Record


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it, and what is known of what they wrote before."""

    who: Somebody
    since: datetime
    standing: StandingLine | None
    works_here: bool
    decided: list[Decision]
    restraint: Restraint | None
    restraint_words: str
    next_words: str
    posts: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """All of it."""

    case: Case
    post: Post
    whys: list[tuple[str, list[str]]]
    flags: list[ShownFlag]
    author: Author
    reasons: list[Reason]
    chosen: str
    decision: Decision | None
    may_undo: bool
    earlier: list[Decision] = field(default_factory=list)


def read_case(membership: Membership, organisation: Organisation, pk: int) -> CasePage | None:
    """The case of that number, or None."""
    rows = Case.objects.visible_to(membership).select_related("message__conversation", "person__merged_into")
    case = rows.filter(pk=pk).first()
    if case is None:
        return None
    flags = read_flags(case.message)
    decisions = list(
        Decision.objects.visible_to(membership)
        .filter(message_id=case.message_id)
        .select_related("membership__user", "objection", "restraint")
        .order_by("-at", "-pk")
    )
    standing = next((each for each in decisions if each.case_id == case.pk and each.undone_at is None), None)
    known = reasons(organisation)
    return CasePage(
        case=case,
        post=read_post(case.message),
        whys=[(str(rules.TO_MODERATOR[WhyHeld(each["code"])]), _details(each)) for each in _known_whys(case)],
        flags=flags,
        author=read_author(case.person),
        reasons=known,
        chosen=_likely_reason(case, flags, known),
        decision=standing,
        may_undo=standing is not None and decisions[0].pk == standing.pk and not hasattr(standing, "objection"),
        earlier=[each for each in decisions if standing is None or each.pk != standing.pk],
    )


def read_objection(membership: Membership, pk: int) -> Objection | None:
    """The objection of that number, with what it is against."""
    rows = Objection.objects.visible_to(membership)
    needed = ("decision__message__conversation", "decision__person__merged_into", "decision__membership__user")
    return rows.select_related(*needed, "judged_by__user", "decision__case").filter(pk=pk).first()


def read_post(message: Message) -> Post:
    """A message with its thread around it."""
    first = opens(message)
    names = Attachment.objects.of(message.organisation_id).filter(message=message).values_list("name", flat=True)
    above = message.reply_to
    notes = notes_on(organisation_id=message.organisation_id, message_ids=[message.pk]).get(message.pk, [])
    return Post(
        id=message.pk,
        subject=message.conversation.subject,
        text=message.text,
        kind=kind_of(message.conversation, message, opens=first),
        opens=first,
        at=message.said_at,
        is_hidden=message.hidden_at is not None,
        is_withdrawn=message.withdrawn_at is not None,
        path=place_of(message),
        before=above.text if above is not None else "",
        pictures=tuple(names),
        notes=tuple(notes),
    )


def read_flags(message: Message) -> list[ShownFlag]:
    """Who reported a message, the latest first."""
    rows = Flag.objects.of(message.organisation_id).filter(message=message).select_related("person__merged_into")
    found = list(rows.order_by("-at"))
    places = ["" if each.reason in rules.NEVER_HIDES else each.place for each in found]
    halved = halved_by_network(zip((each.weight for each in found), places, strict=True))
    return [
        ShownFlag(
            who=somebody(each.person),
            reason=str(FlagReason(each.reason).label),
            words=each.words,
            at=each.at,
            weight=number_format(each.weight, 1),
            counts=_counts(each, is_halved=half),
            upheld=each.upheld,
            record=record_of(each.person),
        )
        for each, half in zip(found, halved, strict=True)
    ]


def _counts(flag: Flag, *, is_halved: bool) -> str:
    if flag.reason in rules.NEVER_HIDES:
        return _("hides nothing")
    return _("counts half: from the same network as another") if is_halved else ""


def read_author(person: Person) -> Author:
    """Who wrote it: since when they are here, what they earned, what was decided about them before."""
    now = person.canonical
    family = Person.objects.of(now.organisation_id).same_as(now)
    restraint = restraint_on(now)
    step, span = next_step(now)
    days = max(1, round(span.total_seconds() / 86_400))
    return Author(
        who=somebody(now),
        since=now.created_at,
        standing=standings(organisation_id=now.organisation_id, person_ids=[now.pk]).get(now.pk),
        works_here=Membership.objects.of(now.organisation_id).active().filter(person=now).exists(),
        decided=list(
            Decision.objects.of(now.organisation_id).about(family).standing().select_related("objection")[:10]
        ),
        restraint=restraint,
        restraint_words=restraint_of_them(restraint) if restraint else "",
        next_words=ngettext("%(step)s, for %(num)s day", "%(step)s, for %(num)s days", days)
        % {"step": Step(step).label, "num": days},
        posts=Message.objects.of(now.organisation_id).public().filter(person_id__in=family).count(),
    )


def may_still_be_told(decision: Decision) -> bool:
    """Whether its author has not heard of it yet."""
    return decision.told_at is None and decision.tell_at is not None and decision.tell_at > clock.now()


def _known_whys(case: Case) -> list[dict[str, Any]]:
    known = {each.value for each in WhyHeld}
    return [each for each in case.why if each.get("code") in known]


def _details(why: dict[str, Any]) -> list[str]:
    lines = [str(host) for host in why.get("hosts", ())]
    for sign in why.get("signs", ()):
        words = str(rules.SPAM_SIGNS.get(str(sign.get("sign")), sign.get("sign"))) % {"count": sign.get("count", 0)}
        shown = ", ".join(str(each) for each in sign.get("words", ()))
        lines.append(f"{words}: {shown}" if shown else words)
    return lines


def _likely_reason(case: Case, flags: list[ShownFlag], known: list[Reason]) -> str:
    """The reason that is chosen beforehand: what people reported, or what the machine saw. Without either: none."""
    labels = {str(reason.label): code for reason, code in rules.REASON_OF_FLAG.items()}
    wanted = [labels[each.reason] for each in flags if each.reason in labels]
    if WhyHeld.SPAM in case.codes:
        wanted.append("spam")
    if WhyHeld.PERSONAL_DATA in case.codes:
        wanted.insert(0, "private")
    codes = [each.code for each in known]
    return next((each for each in wanted if each in codes), "")


JUDGEMENTS: tuple[tuple[Judgement, str, str], ...] = (
    (Judgement.KEEP, "1", "check"),
    (Judgement.HIDE, "2", "lock"),
    (Judgement.SPAM, "3", "close"),
    (Judgement.CHANGE, "4", "note"),
    (Judgement.RESTRAIN, "5", "clock"),
)
"""In the order of the buttons, each with its key and its icon."""
