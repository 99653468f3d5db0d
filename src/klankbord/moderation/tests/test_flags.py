"""Flags: what one weighs, when they hide a post, and what becomes of who is right or wrong."""

from __future__ import annotations

import pytest

from klankbord.conversations.models import Message
from klankbord.events.models import OutboxEvent
from klankbord.moderation import rules
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.official_note import official_note, remove_note
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case, Flag, OfficialNote
from klankbord.moderation.reading.case_page import read_flags
from klankbord.moderation.refusals import CannotFlag, FlaggedAlready
from klankbord.moderation.rules import FlagReason, Judgement, WhyHeld
from klankbord.moderation.tests.conftest import house_rules, with_points
from klankbord.moderation.weighing import Record, together, weight_of
from klankbord.people.models import Person
from klankbord.reputation.actions import points_of
from klankbord.reputation.models import Entry
from klankbord.reputation.rules import THRESHOLDS, Right
from tests import cast
from tests.cast import DeKlank, helper, thread


def people(klank: DeKlank, number: int) -> list[Person]:
    return [helper(klank.organisation, f"Lezer {each}") for each in range(number)]


def raised(message: Message, person: Person, **fields) -> Flag:
    fields.setdefault("reason", FlagReason.UNKIND)
    return flag(message=message, person=person, **fields)


def is_hidden(message: Message) -> bool:
    message.refresh_from_db()
    return message.hidden_at is not None


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"moderation.{name}").count()


def test_enough_people_hide_a_post_until_it_is_judged(klank):
    message = thread(helper(klank.organisation))
    for number, person in enumerate(people(klank, 3)):
        assert is_hidden(message) is False, number
        raised(message, person)
    assert is_hidden(message)
    case = Case.objects.of(klank.organisation).get()
    assert (case.weight, case.codes, case.was_public) == (3.0, [WhyHeld.FLAGS], True)
    assert told("PostHidden") == 1


def test_one_flag_puts_a_post_into_the_queue_and_leaves_it_where_it_is(klank):
    message = thread(helper(klank.organisation))
    raised(message, people(klank, 1)[0], words="Dit is niet aardig")
    assert not is_hidden(message)
    assert Case.objects.of(klank.organisation).reported().get().message == message


def test_nobody_reports_twice_nor_themselves_nor_what_is_not_there(klank):
    author, reader = people(klank, 2)
    message = thread(author)
    raised(message, reader)
    with pytest.raises(FlaggedAlready):
        raised(message, reader)
    with pytest.raises(CannotFlag):
        raised(message, author)
    with pytest.raises(CannotFlag):
        raised(thread(author, held=True), reader)
    stranger = helper(cast.klankerveen().organisation)
    with pytest.raises(CannotFlag):
        raised(message, stranger)
    assert Flag.objects.of(klank.organisation).count() == 1


def test_merged_persons_are_one(klank):
    author, reader = people(klank, 2)
    double = helper(klank.organisation, "Dubbel", merged_into=reader)
    message = thread(author)
    raised(message, double)
    with pytest.raises(FlaggedAlready):
        raised(message, reader)
    own = helper(klank.organisation, "Ook ik", merged_into=author)
    with pytest.raises(CannotFlag):
        raised(message, own)


@pytest.mark.parametrize(
    ("record", "weight"),
    [
        (Record(0, 0), 1.0),
        (Record(8, 8), 1.8),
        (Record(4, 8), 1.0),
        (Record(0, 3), 0.4),
        (Record(0, 5), 0.0),
        (Record(0, 9), 0.0),
    ],
)
def test_who_was_right_before_weighs_more_and_who_abuses_it_nothing(klank, record, weight):
    person = people(klank, 1)[0]
    message = thread(helper(klank.organisation))
    for number in range(record.judged):
        earlier = thread(helper(klank.organisation))
        Flag.objects.create(
            organisation=klank.organisation, message=earlier, person=person, reason=FlagReason.SPAM, weight=1,
            upheld=number < record.upheld,
        )  # fmt: skip
    assert raised(message, person).weight == pytest.approx(weight)


def test_standing_doubles_the_weight_but_nobody_hides_anything_alone(klank):
    person = with_points(people(klank, 1)[0], THRESHOLDS[Right.FLAG_WEIGHT].points)
    assert weight_of(person, None, enough=3.0) == 2.0
    for _number in range(20):
        Flag.objects.create(
            organisation=klank.organisation, message=thread(helper(klank.organisation)), person=person,
            reason=FlagReason.SPAM, weight=1, upheld=True,
        )  # fmt: skip
    assert weight_of(person, None, enough=3.0) == rules.MOST_WEIGHT < rules.FLAGS_TO_HIDE


def test_who_works_here_is_believed_at_once(klank):
    message = thread(helper(klank.organisation))
    raised(message, helper(klank.organisation, "Jamal"), membership=klank.jamal)
    assert is_hidden(message)


def test_an_organisation_chooses_how_much_it_takes(klank):
    house_rules(klank, flags_to_hide=2)
    message = thread(helper(klank.organisation))
    for person in people(klank, 2):
        raised(message, person)
    assert is_hidden(message)


def test_flags_from_one_network_count_half_after_the_first():
    assert together([(1.0, "a"), (1.0, "a"), (1.0, "b"), (1.0, ""), (1.0, "")]) == 4.5


def test_who_says_that_it_is_not_right_hides_nothing_however_many_say_so(klank):
    message = thread(helper(klank.organisation))
    for person in people(klank, 6):
        raised(message, person, reason=FlagReason.WRONG)
    assert not is_hidden(message)
    assert Case.objects.of(klank.organisation).reported().get().weight == 0


@pytest.mark.parametrize("order", ["the correction first", "kept first"])
def test_who_said_that_it_is_not_right_was_right_when_it_is_corrected(klank, order):
    message = thread(helper(klank.organisation))
    right, cross = people(klank, 2)
    raised(message, right, reason=FlagReason.WRONG)
    raised(message, cross, reason=FlagReason.UNKIND)
    case = Case.objects.of(klank.organisation).get()
    steps = [
        lambda: official_note(message=message, membership=klank.tom, text="Op zondag zijn we dicht."),
        lambda: decide(case=case, judgement=Judgement.KEEP, by=klank.tom),
    ]
    for step in steps if order == "the correction first" else reversed(steps):
        step()
    assert [Flag.objects.of(klank.organisation).get(person=each).upheld for each in (right, cross)] == [True, False]
    assert (points_of(right), points_of(cross)) == (1, 0)
    remove_note(note=OfficialNote.objects.of(klank.organisation).get(), by=klank.tom)
    assert Flag.objects.of(klank.organisation).get(person=right).upheld is False
    assert points_of(right) == 0


def test_a_moderator_sees_which_reports_count_half_and_which_hide_nothing(klank):
    message = thread(helper(klank.organisation))
    one, two, three = people(klank, 3)
    for person, reason in ((one, FlagReason.UNKIND), (two, FlagReason.UNKIND), (three, FlagReason.WRONG)):
        raised(message, person, reason=reason, place="net")
    shown = {each.who.name: each.counts for each in read_flags(message)}
    assert sorted(bool(each) for each in (shown["Lezer 0"], shown["Lezer 1"])) == [False, True]
    assert shown["Lezer 2"] not in ("", shown["Lezer 0"], shown["Lezer 1"])


def test_who_was_right_earns_a_point_and_who_was_not_loses_weight(klank):
    right, wrong = people(klank, 2)
    kept, hidden = thread(helper(klank.organisation)), thread(helper(klank.organisation))
    raised(hidden, right)
    raised(kept, wrong)
    for message, judgement in ((hidden, Judgement.HIDE), (kept, Judgement.KEEP)):
        case = Case.objects.of(klank.organisation).get(message=message)
        decide(case=case, judgement=judgement, by=klank.tom, reason=reasons(klank.organisation)[1])
    assert (points_of(right), points_of(wrong)) == (1, 0)
    assert weight_of(right, None, enough=3) > 1 > weight_of(wrong, None, enough=3)
    assert Entry.objects.of(klank.organisation).get().rule == "flag_right"


def test_what_was_judged_and_kept_is_hidden_again_only_by_new_flags(klank):
    message = thread(helper(klank.organisation))
    first, second = people(klank, 3), people(klank, 3)
    for person in first:
        raised(message, person)
    decide(case=Case.objects.of(klank.organisation).get(), judgement=Judgement.KEEP, by=klank.tom)
    raised(message, second[0])
    raised(message, second[1])
    assert not is_hidden(message)
    assert Case.objects.of(klank.organisation).waiting().get().weight == 2.0
    raised(message, second[2])
    assert is_hidden(message)
