"""Judging a post, and taking a judgement back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.actions.speak_publicly import hide_publicly, put_back_publicly, show_publicly
from klankbord.conversations.models import Message
from klankbord.events.publish import publish
from klankbord.moderation.actions.restrain import lift, restrain
from klankbord.moderation.events import DecisionMade, DecisionUndone, HeldPostShown, HiddenPostShown, PostHidden
from klankbord.moderation.house import Reason
from klankbord.moderation.models import Case, Decision, Flag, OfficialNote
from klankbord.moderation.refusals import AlreadyJudged, CannotUndo, NoReason, NotAModerator, NotYourOwn
from klankbord.moderation.rules import TELL_AFTER, FlagReason, Judgement
from klankbord.moderation.teaching import teach, unteach
from klankbord.people.models import Membership, MembershipQuerySet, Role
from klankbord.reputation.actions import award, reverse
from klankbord.reputation.rules import Rule


@transaction.atomic
def decide(
    *, case: Case, judgement: Judgement, by: Membership, reason: Reason | None = None, words: str = ""
) -> Decision:
    """Judge a post: keep it, hide it, call it spam, ask its author to change it, or hide it and slow its author down.

    Of an edit only the edit is hidden: what stood there before stands there again, unless its author is asked to change
    it.

    The author hears of it after some minutes; until then nobody notices when it is undone. Flags turn out right or
    wrong by it, and the filter learns from it.

    Raises:
        NotAModerator: `by` may not.
        AlreadyJudged: a colleague was first.
        NoReason: it takes something away, and says not why.
        NotYourOwn: `by` wrote it, and there is a colleague to judge it.
    """
    if not by.may(Role.MODERATOR):
        raise NotAModerator
    case = _locked(case)
    if case.decided_at is not None:
        raise AlreadyJudged
    if judgement != Judgement.KEEP and reason is None:
        raise NoReason
    if by.person_id in (case.person_id, case.changed_by_id) and by.person_id and others_may_judge(by):
        raise NotYourOwn
    given = reason if judgement != Judgement.KEEP else None
    message, now = case.message, clock.now()
    was_hidden = message.hidden_at is not None
    made = Decision.objects.create(
        organisation_id=case.organisation_id,
        case=case,
        message=message,
        person=case.person,
        membership=by,
        judgement=judgement,
        reason=given.name if given else "",
        sentence=given.sentence if given else "",
        reason_in=given.others if given else {},
        words=words.strip(),
        judged_text=message.text,
        was_hidden=was_hidden,
        at=now,
        tell_at=now + TELL_AFTER if judgement != Judgement.KEEP or was_hidden else None,
    )
    case.decided_at = now
    case.save(update_fields=["decided_at"])
    _carry_out(made, case)
    _record(made, by, "judged_post")
    publish(_about(DecisionMade, made))
    return made


@transaction.atomic
def undo(*, decision: Decision, by: Membership) -> None:
    """Take a decision back: the post is as it was before, and waits to be judged again. Twice is once.

    Its author hears of that only when they had heard of the decision.

    Raises:
        NotAModerator: `by` may not.
        CannotUndo: it was objected to, or the post was judged again or waits again since.
    """
    if not by.may(Role.MODERATOR):
        raise NotAModerator
    decision = Decision.objects.of(decision.organisation_id).select_for_update().get(pk=decision.pk)
    if decision.undone_at is not None:
        return
    newer = Case.objects.of(decision.organisation_id).filter(message_id=decision.message_id, pk__gt=decision.case_id)
    if hasattr(decision, "objection") or newer.exists():
        raise CannotUndo
    decision.undone_at, decision.undone_by = clock.now(), by
    decision.save(update_fields=["undone_at", "undone_by"])
    case = _locked(decision.case)
    case.decided_at = None
    case.save(update_fields=["decided_at"])
    if decision.puts_back:
        change_places(case)
    if decision.was_hidden:
        hide(decision.message)
    else:
        show(decision.message, for_the_first_time=False)
    set_aside(decision, by=by, upheld=None)
    _record(decision, by, "undid_judgement")
    publish(_about(DecisionUndone, decision))


def change_places(case: Case) -> None:
    """Let a held edit and what stood there before it change places."""
    if case.before_text is None:
        return
    message = Message.objects.of(case.organisation_id).select_related("conversation").get(pk=case.message_id)
    text, subject, edited_at = case.before_text, case.before_subject, case.before_edited_at
    case.before_text, case.before_subject = message.text, message.conversation.subject if subject else ""
    case.before_edited_at = message.edited_at
    case.save(update_fields=["before_text", "before_subject", "before_edited_at"])
    put_back_publicly(message=message, text=text, subject=subject or None, edited_at=edited_at)


def set_aside(decision: Decision, *, by: Membership, upheld: bool | None) -> None:
    """Take back what followed from a decision beside the post itself: flags, what was learned, its author's restraint.

    Its flags are open again (None), or judged as `upheld` says.
    """
    for each in Flag.objects.of(decision.organisation_id).filter(decision=decision):
        _settle(each, decision if upheld is not None else None, upheld=upheld)
    unteach(message=decision.message)
    if hasattr(decision, "restraint"):
        lift(restraint=decision.restraint, by=by)


def corrected(message: Message) -> None:
    """A correction was put beside it or taken away: who had said that it is not right turns out right, or not."""
    is_wrong = _is_corrected(message)
    flags = Flag.objects.of(message.organisation_id).judged().filter(message=message, reason=FlagReason.WRONG)
    for each in flags.exclude(upheld=is_wrong).select_related("decision", "person"):
        if each.decision is not None and not each.decision.hides:
            _settle(each, each.decision, upheld=is_wrong)


def others_may_judge(by: Membership) -> bool:
    """Whether somebody else here may judge as well."""
    return _judges(by.organisation_id).exclude(pk=by.pk).exists()


def several_may_judge(organisation_id: int) -> bool:
    """Whether what one decides can be looked at by another."""
    return len(_judges(organisation_id).values_list("pk", flat=True)[:2]) > 1


def _judges(organisation_id: int) -> MembershipQuerySet:
    roles = [role for role in Role if role.includes(Role.MODERATOR)]
    return Membership.objects.of(organisation_id).active().filter(role__in=roles)


def show(message: Message, *, for_the_first_time: bool) -> None:
    """Let everybody see it, and say so to who counts and tells of posts."""
    if show_publicly(message=message):
        kind = HeldPostShown if for_the_first_time else HiddenPostShown
        publish(
            kind(
                organisation_id=message.organisation_id,
                conversation_id=message.conversation_id,
                message_id=message.pk,
            )
        )


def hide(message: Message, moment: datetime | None = None) -> None:
    """Take it out of sight, and say so."""
    if hide_publicly(message=message, moment=moment):
        publish(
            PostHidden(
                organisation_id=message.organisation_id,
                conversation_id=message.conversation_id,
                message_id=message.pk,
            )
        )


def _settle(flag: Flag, decision: Decision | None, *, upheld: bool | None) -> None:
    """Say whether a flag was right, or that this is open again; who was right earns a point."""
    flag.upheld, flag.decision = upheld, decision
    flag.save(update_fields=["upheld", "decision"])
    cause = f"flag:{flag.pk}"
    if upheld:
        award(person=flag.person, rule=Rule.FLAG_RIGHT, cause=cause, about=flag.message)
    else:
        reverse(rule=Rule.FLAG_RIGHT, cause=cause, organisation_id=flag.organisation_id, why="not upheld")


def _carry_out(decision: Decision, case: Case) -> None:
    message = decision.message
    if decision.judgement in (Judgement.KEEP, Judgement.SPAM):
        teach(message=message, is_spam=decision.judgement == Judgement.SPAM)
    if decision.puts_back:
        change_places(case)
    if decision.hides and not decision.puts_back:
        hide(message)
    else:
        show(message, for_the_first_time=not case.was_public)
    is_wrong = _is_corrected(message)
    for each in Flag.objects.of(decision.organisation_id).open().filter(message=message).select_related("person"):
        _settle(each, decision, upheld=decision.hides or (is_wrong and each.reason == FlagReason.WRONG))
    if decision.judgement == Judgement.RESTRAIN and decision.membership is not None:
        restrain(person=case.whose, by=decision.membership, reason=decision.reason, decision=decision)


def _is_corrected(message: Message) -> bool:
    return OfficialNote.objects.of(message.organisation_id).standing().filter(message=message).exists()


def _locked(case: Case) -> Case:
    rows = Case.objects.of(case.organisation_id).select_for_update(of=("self",))
    return rows.select_related("message__conversation", "person", "changed_by").get(pk=case.pk)


def _record(decision: Decision, by: Membership, verb: str) -> None:
    record(
        organisation_id=decision.organisation_id,
        membership_id=by.pk,
        verb=verb,
        subject=decision.message,
        judgement=decision.judgement,
        reason=decision.reason,
    )


def _about[E: (DecisionMade, DecisionUndone)](kind: type[E], decision: Decision) -> E:
    return kind(
        organisation_id=decision.organisation_id,
        decision_id=decision.pk,
        conversation_id=decision.message.conversation_id,
        message_id=decision.message_id,
    )
