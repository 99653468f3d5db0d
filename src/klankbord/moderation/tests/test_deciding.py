"""A moderator judges: what becomes of the post, of who counts posts, of the filter; and how it is undone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.conversations.actions.speak_publicly import rewrite_publicly
from klankbord.conversations.models import Message
from klankbord.events.models import OutboxEvent
from klankbord.moderation.actions.decide import decide, undo
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import Before, ask_for_judgement, hold_for_judgement
from klankbord.moderation.actions.objecting import change_as_asked, judge_objection, object_to
from klankbord.moderation.house import Reason, reasons
from klankbord.moderation.letters import decision_letter
from klankbord.moderation.models import Case, Decision, FilterCount, FilterTotal, Restraint, Taught
from klankbord.moderation.refusals import AlreadyJudged, CannotUndo, NoReason, NotAModerator, NotYourOwn
from klankbord.moderation.rules import FlagReason, Judgement, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from klankbord.people.models import Membership, Person
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import points_of
from tests import cast
from tests.cast import DeKlank, helper, thread

HELD = Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),))


@pytest.fixture
def author(klank: DeKlank) -> Person:
    return helper(klank.organisation, "Schrijver")


def held(author: Person) -> Case:
    message = thread(author, held=True)
    return hold_for_judgement(message=message, verdict=HELD)


def judged(case: Case, judgement: Judgement, by: Membership, **fields) -> Decision:
    fields.setdefault("reason", reasons(case.organisation_id)[0])
    return decide(case=case, judgement=judgement, by=by, **fields)


def events() -> list[str]:
    names = OutboxEvent.objects.filter(name__startswith="moderation.").order_by("pk").values_list("name", flat=True)
    return [name.removeprefix("moderation.") for name in names]


def is_hidden(case: Case) -> bool:
    return Message.objects.of(case.organisation_id).get(pk=case.message_id).hidden_at is not None


def test_a_held_post_that_is_kept_is_there_for_the_first_time(klank, author):
    case = held(author)
    decision = judged(case, Judgement.KEEP, klank.tom)
    assert not is_hidden(case)
    assert not Message.objects.of(klank.organisation).get(pk=case.message_id).conversation.hidden_at
    assert events() == ["CaseOpened", "HeldPostShown", "DecisionMade"]
    assert (decision.reason, decision.tell_at is not None) == ("", True), "its author hears that it is there"


@pytest.mark.parametrize("judgement", [Judgement.HIDE, Judgement.SPAM, Judgement.CHANGE, Judgement.RESTRAIN])
def test_a_held_post_that_is_not_kept_stays_out_of_sight(klank, author, judgement):
    case = held(author)
    judged(case, judgement, klank.tom)
    assert is_hidden(case)
    assert "HeldPostShown" not in events()
    assert "PostHidden" not in events()
    assert not Case.objects.of(klank.organisation).waiting().exists()


def test_a_public_post_that_is_hidden_is_told_to_who_counts_posts(klank, author):
    case = ask_for_judgement(message=thread(author), by=klank.jamal)
    judged(case, Judgement.HIDE, klank.tom)
    assert is_hidden(case)
    assert events() == ["CaseOpened", "PostHidden", "DecisionMade"]


def test_what_flags_hid_comes_back_when_it_is_kept(klank, author):
    message = thread(author)
    for number in range(3):
        flag(message=message, person=helper(klank.organisation, f"L{number}"), reason=FlagReason.UNKIND)
    judged(Case.objects.of(klank.organisation).get(), Judgement.KEEP, klank.tom)
    assert "HiddenPostShown" in events()
    assert "HeldPostShown" not in events()


def test_what_takes_something_away_needs_a_reason(klank, author):
    case = held(author)
    with pytest.raises(NoReason):
        decide(case=case, judgement=Judgement.HIDE, by=klank.tom)
    decision = decide(
        case=case,
        judgement=Judgement.HIDE,
        by=klank.tom,
        reason=Reason("x", "Unkind", "It hurts."),
        words=" Kan beter. ",
    )
    assert (decision.reason, decision.sentence, decision.words) == ("Unkind", "It hurts.", "Kan beter.")


def test_only_moderators_judge_and_a_colleague_may_be_first(klank, author):
    case = held(author)
    with pytest.raises(NotAModerator):
        judged(case, Judgement.KEEP, klank.jamal)
    judged(case, Judgement.KEEP, klank.tom)
    with pytest.raises(AlreadyJudged):
        judged(case, Judgement.HIDE, klank.noor)


def test_nobody_judges_their_own_words_while_a_colleague_can(klank):
    own = person_of_member(membership=klank.tom)
    case = ask_for_judgement(message=thread(own), by=klank.jamal)
    with pytest.raises(NotYourOwn):
        judged(case, Judgement.KEEP, klank.tom)
    for colleague in (klank.noor, klank.marlies):
        colleague.is_active = False
        colleague.save()
    assert judged(case, Judgement.KEEP, klank.tom).pk


@pytest.mark.parametrize("judgement", list(Judgement))
def test_undoing_leaves_everything_as_it_was(klank, author, judgement):
    case = held(author)
    reader = helper(klank.organisation, "Lezer")
    before = (Taught.objects.of(klank.organisation).count(), points_of(reader))
    decision = judged(case, judgement, klank.tom)
    undo(decision=decision, by=klank.noor)
    undo(decision=decision, by=klank.noor)
    assert is_hidden(case)
    assert Case.objects.of(klank.organisation).waiting().get() == case
    assert (Taught.objects.of(klank.organisation).count(), points_of(reader)) == before
    assert not FilterCount.objects.of(klank.organisation).exclude(spam=0, good=0).exists()
    assert not Restraint.objects.of(klank.organisation).in_force().exists()
    assert events().count("DecisionUndone") == 1
    assert judged(case, Judgement.KEEP, klank.tom).pk, "it can be judged again"


def test_undoing_opens_flags_again_and_takes_back_what_was_earned(klank, author):
    message, reader = thread(author), helper(klank.organisation, "Lezer")
    raised = flag(message=message, person=reader, reason=FlagReason.SPAM)
    decision = judged(Case.objects.of(klank.organisation).get(), Judgement.SPAM, klank.tom)
    raised.refresh_from_db()
    assert (raised.upheld, points_of(reader)) == (True, 1)
    undo(decision=decision, by=klank.tom)
    raised.refresh_from_db()
    assert (raised.upheld, points_of(reader)) == (None, 0)
    message.refresh_from_db()
    assert message.hidden_at is None, "it stood there while it was only reported"


def test_what_was_reported_since_cannot_be_undone(klank, author):
    message = thread(author)
    case = ask_for_judgement(message=message, by=klank.jamal)
    decision = judged(case, Judgement.KEEP, klank.tom)
    flag(message=message, person=helper(klank.organisation, "Lezer"), reason=FlagReason.SPAM)
    with pytest.raises(CannotUndo):
        undo(decision=decision, by=klank.tom)


def test_the_filter_learns_from_spam_and_from_what_is_kept_only(klank, author):
    for judgement in Judgement:
        judged(held(author), judgement, klank.tom)
    total = FilterTotal.objects.of(klank.organisation).get()
    assert (total.spam, total.good) == (1, 1)


def test_each_decision_stands_in_the_log_of_staff(klank, author):
    case = held(author)
    decision = judged(case, Judgement.HIDE, klank.tom)
    undo(decision=decision, by=klank.noor)
    rows = AuditEntry.objects.of(klank.organisation).order_by("pk").values_list("verb", "membership_id", "subject_id")
    assert list(rows) == [
        ("judged_post", klank.tom.pk, case.message_id),
        ("undid_judgement", klank.noor.pk, case.message_id),
    ]


def test_an_edit_that_is_held_is_out_of_sight_until_it_is_judged(klank, author):
    message = thread(author)
    case = hold_for_judgement(
        message=message, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.LINKS, {"hosts": ["a.nl"]}),))
    )
    assert is_hidden(case)
    assert case.was_public
    again = hold_for_judgement(message=message, verdict=HELD)
    assert (again.pk, again.codes) == (case.pk, [WhyHeld.LINKS, WhyHeld.FIRST_POST])


def edited(author: Person) -> Case:
    """A question that stood there; an edit of it is held."""
    message = thread(author, "Hoe verleng ik?", "Ik zie geen knop.")
    rewrite_publicly(message=message, text="Koop bij mij.", subject="Goedkoop!")
    return hold_for_judgement(message=message, verdict=HELD, before=Before("Ik zie geen knop.", "Hoe verleng ik?"))


def anew(case: Case) -> Case:
    return Case.objects.of(case.organisation_id).get(pk=case.pk)


def stands(case: Case) -> tuple[str, str, bool]:
    message = Message.objects.of(case.organisation_id).select_related("conversation").get(pk=case.message_id)
    return message.conversation.subject, message.text, message.hidden_at is None


@pytest.mark.parametrize("judgement", [Judgement.HIDE, Judgement.SPAM, Judgement.RESTRAIN])
def test_an_edit_that_is_not_kept_gives_way_to_what_stood_there_before(klank, author, judgement):
    case = edited(author)
    assert stands(case) == ("Goedkoop!", "Koop bij mij.", False)
    asked = cast.browser(klank.organisation, klank.tom).get(f"/moderation/{case.pk}/").content.decode()
    assert "Ik zie geen knop." in asked
    made = judged(case, judgement, klank.tom)
    assert stands(case) == ("Hoe verleng ik?", "Ik zie geen knop.", True)
    assert made.judged_text == "Koop bij mij."
    assert "Wat er eerst stond, staat er weer." in str(decision_letter(made, link="", place="").sentences)
    undo(decision=made, by=klank.tom)
    assert stands(case) == ("Goedkoop!", "Koop bij mij.", False)
    objected = judged(anew(case), judgement, klank.tom)
    judge_objection(objection=object_to(decision=objected, words="Het is waar."), granted=True, by=klank.noor)
    assert stands(case) == ("Goedkoop!", "Koop bij mij.", True)


def test_what_stands_there_again_is_marked_as_it_was_and_so_is_the_edit_when_that_is_undone(klank, author):
    message = thread(author, "Hoe verleng ik?", "Ik zie geen knop.")
    once = datetime(2026, 3, 1, 12, tzinfo=UTC)
    rewrite_publicly(message=message, text="Koop bij mij.")
    edited_at = message.edited_at
    case = hold_for_judgement(message=message, verdict=HELD, before=Before("Ik zie geen knop.", "", once))
    made = judged(case, Judgement.HIDE, klank.tom)
    assert Message.objects.of(klank.organisation).get(pk=message.pk).edited_at == once
    undo(decision=made, by=klank.tom)
    assert Message.objects.of(klank.organisation).get(pk=message.pk).edited_at == edited_at
    never = edited(helper(klank.organisation, "Nel"))
    judged(never, Judgement.HIDE, klank.tom)
    assert Message.objects.of(klank.organisation).get(pk=never.message_id).edited_at is None


def test_an_edit_that_is_kept_stands_there(klank, author):
    case = edited(author)
    judged(case, Judgement.KEEP, klank.tom)
    assert stands(case) == ("Goedkoop!", "Koop bij mij.", True)


def test_who_is_asked_to_change_an_edit_has_nothing_there_until_they_did(klank, author):
    case = edited(author)
    made = judged(case, Judgement.CHANGE, klank.tom)
    assert stands(case) == ("Goedkoop!", "Koop bij mij.", False)
    again = change_as_asked(decision=made, text="Te koop.")
    judged(again, Judgement.HIDE, klank.tom)
    assert stands(case) == ("Hoe verleng ik?", "Ik zie geen knop.", True)


def test_what_its_author_took_back_waits_no_longer(klank, author):
    from klankbord.conversations.actions.speak_publicly import withdraw_publicly

    case = held(author)
    withdraw_publicly(message=case.message)
    assert not Case.objects.of(klank.organisation).waiting().exists()


def test_another_organisation_has_its_own_filter_and_queue(klank, author):
    judged(held(author), Judgement.SPAM, klank.tom)
    next_door = cast.klankerveen().organisation
    assert not Case.objects.of(next_door).exists()
    assert not FilterTotal.objects.of(next_door).exists()
