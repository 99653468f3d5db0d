"""An author says that a decision about their words was not right, and a colleague judges that."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.conversations.actions.speak_publicly import rewrite_publicly
from klankbord.events.publish import publish
from klankbord.moderation.actions.decide import change_places, others_may_judge, set_aside, show
from klankbord.moderation.actions.hold import open_case
from klankbord.moderation.actions.restrain import lift
from klankbord.moderation.events import Objected, ObjectionJudged
from klankbord.moderation.models import Case, Decision, Objection
from klankbord.moderation.refusals import AlreadyJudged, CannotObject, NotAModerator, NotYourOwn
from klankbord.moderation.rules import Judgement, WhyHeld
from klankbord.moderation.teaching import teach
from klankbord.people.models import Membership, Role

LONGEST_WORDS = 3000


@transaction.atomic
def object_to(*, decision: Decision, words: str) -> Objection:
    """The author objects, once; the caller has made sure that it is the author.

    Raises:
        CannotObject: nothing was taken away, it is too long ago, or it was done before.
    """
    decision = Decision.objects.of(decision.organisation_id).select_for_update(of=("self",)).get(pk=decision.pk)
    words = words.strip()[:LONGEST_WORDS]
    if not words or not decision.may_be_objected_to():
        raise CannotObject
    try:
        with transaction.atomic():
            made = Objection.objects.create(organisation_id=decision.organisation_id, decision=decision, words=words)
    except IntegrityError:
        raise CannotObject from None
    publish(Objected(organisation_id=made.organisation_id, objection_id=made.pk))
    return made


@transaction.atomic
def judge_objection(*, objection: Objection, granted: bool, by: Membership, answer: str = "") -> Objection:
    """Grant an objection, so that everything is as if the decision had been to keep the post; or not. The author hears.

    Raises:
        NotAModerator: `by` may not.
        AlreadyJudged: a colleague was first.
        NotYourOwn: `by` made the decision, and there is a colleague to judge it.
    """
    if not by.may(Role.MODERATOR):
        raise NotAModerator
    rows = Objection.objects.of(objection.organisation_id).select_for_update(of=("self",))
    objection = rows.select_related("decision__message__conversation", "decision__case").get(pk=objection.pk)
    if objection.judged_at is not None:
        raise AlreadyJudged
    decision = objection.decision
    if by.pk == decision.membership_id and others_may_judge(by):
        raise NotYourOwn
    objection.granted, objection.judged_by, objection.judged_at = granted, by, clock.now()
    objection.answer = answer.strip()[:LONGEST_WORDS]
    objection.save(update_fields=["granted", "judged_by", "judged_at", "answer"])
    if granted:
        _put_right(decision, by)
    record(
        organisation_id=objection.organisation_id,
        membership_id=by.pk,
        verb="judged_objection",
        subject=objection,
        granted=int(granted),
    )
    publish(ObjectionJudged(organisation_id=objection.organisation_id, objection_id=objection.pk, granted=granted))
    return objection


@transaction.atomic
def change_as_asked(*, decision: Decision, text: str) -> Case:
    """The author changed what a moderator asked them to change: it waits to be judged again, with its new words.

    The caller has made sure that it is the author.

    Raises:
        CannotObject: nothing was asked, or the post was judged or shown since.
        NothingWritten, TooLong: the text.
    """
    decision = Decision.objects.of(decision.organisation_id).select_for_update(of=("self",)).get(pk=decision.pk)
    if not may_be_changed(decision):
        raise CannotObject
    rewrite_publicly(message=decision.message, text=text)
    why = [{"code": WhyHeld.CHANGED.value}]
    case = open_case(message=decision.message, why=why, was_public=decision.case.was_public)
    case.before_text, case.before_subject = decision.case.before_text, decision.case.before_subject
    case.before_edited_at = decision.case.before_edited_at
    case.save(update_fields=["before_text", "before_subject", "before_edited_at"])
    return case


def may_be_changed(decision: Decision) -> bool:
    """Whether its author was asked to change it, and that is still to do."""
    asked = decision.judgement == Judgement.CHANGE and decision.undone_at is None
    later = Case.objects.of(decision.organisation_id).filter(message_id=decision.message_id, pk__gt=decision.case_id)
    return asked and decision.message.hidden_at is not None and not later.exists()


def _put_right(decision: Decision, by: Membership) -> None:
    newer = Case.objects.of(decision.organisation_id).filter(message_id=decision.message_id, pk__gt=decision.case_id)
    if not newer.exists():
        if decision.puts_back:
            change_places(decision.case)
        show(decision.message, for_the_first_time=not decision.case.was_public)
        set_aside(decision, by=by, upheld=False)
        teach(message=decision.message, is_spam=False)
    elif hasattr(decision, "restraint"):
        lift(restraint=decision.restraint, by=by)
