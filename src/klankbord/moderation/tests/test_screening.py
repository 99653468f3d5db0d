"""What goes public at once, what is held and why, and who is told to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.moderation import rules
from klankbord.moderation.models import Restraint, Said
from klankbord.moderation.rules import Step, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, fingerprint, personal_data_in, screen
from klankbord.moderation.teaching import teach
from klankbord.moderation.tests.conftest import house_rules, with_points
from klankbord.people.models import Person
from klankbord.reputation.rules import THRESHOLDS, Right
from tests import cast
from tests.cast import DeKlank, helper, thread

LINK = "Ik vond op https://boekengids.example/lezen een mooie lijst met boeken over dit onderwerp, kijk maar eens."


def screened(person: Person, text: str = "Waar staat het boek over bijen?", **fields) -> Verdict:
    fields.setdefault("membership", None)
    return screen(organisation=person.organisation, person=person, text=text, **fields)


def codes(verdict: Verdict) -> list[WhyHeld]:
    return [why.code for why in verdict.reasons]


def test_what_staff_write_is_shown_at_once(klank):
    text = "Kijk op bit.ly/a en bit.ly/b en bit.ly/c"
    assert screened(cast.customer(klank.organisation), text, membership=klank.jamal) == Verdict(Outcome.PUBLISH)


def test_a_first_post_is_held_and_the_next_is_not_once_one_is_there(newcomer):
    verdict = screened(newcomer)
    assert (verdict.outcome, codes(verdict)) == (Outcome.HOLD, [WhyHeld.FIRST_POST])
    assert verdict.sentences == [str(rules.TO_AUTHOR[WhyHeld.FIRST_POST])]
    thread(newcomer)
    assert screened(newcomer).outcome is Outcome.PUBLISH


def test_a_post_that_is_still_held_makes_nobody_known(newcomer):
    thread(newcomer, held=True)
    assert codes(screened(newcomer)) == [WhyHeld.FIRST_POST]


def test_an_organisation_may_let_first_posts_through(klank, newcomer):
    house_rules(klank, first_posts=0)
    assert screened(newcomer).outcome is Outcome.PUBLISH


def test_points_earned_elsewhere_count_as_being_known(newcomer):
    with_points(newcomer, THRESHOLDS[Right.UNSCREENED].points)
    assert screened(newcomer).outcome is Outcome.PUBLISH


def test_links_of_who_earned_too_little_are_held(newcomer):
    thread(newcomer)
    verdict = screened(newcomer, LINK)
    assert codes(verdict) == [WhyHeld.LINKS]
    assert verdict.reasons[0].details == {"hosts": ["boekengids.example"]}
    with_points(newcomer, THRESHOLDS[Right.LINKS].points)
    assert screened(newcomer, LINK).outcome is Outcome.PUBLISH


def test_anybody_may_link_to_the_house_and_to_whom_it_trusts(klank, newcomer):
    thread(newcomer)
    house_rules(klank, trusted_hosts="https://www.boekengids.example/\nanders.example")
    assert screened(newcomer, LINK).outcome is Outcome.PUBLISH
    own = (
        f"Zie https://{klank.organisation.host}/vragen en www.deklank.example, daar staat het antwoord op al je vragen."
    )
    assert screened(newcomer, own).outcome is Outcome.PUBLISH


def test_pictures_of_who_earned_too_little_are_held(newcomer):
    thread(newcomer)
    assert codes(screened(newcomer, pictures=1)) == [WhyHeld.PICTURES]
    with_points(newcomer, THRESHOLDS[Right.PICTURES].points)
    assert screened(newcomer, "En nog een foto", pictures=1).outcome is Outcome.PUBLISH


def test_likely_spam_is_held_with_its_signs_and_never_refused(newcomer):
    thread(newcomer)
    verdict = screened(newcomer, "GRATIS GELD! bit.ly/a bit.ly/b bit.ly/c")
    assert verdict.outcome is Outcome.HOLD
    assert WhyHeld.SPAM in codes(verdict)
    assert verdict.spam > 0.7
    assert "hidden_links" in [sign["sign"] for sign in verdict.reasons[0].details["signs"]]


def test_somebody_known_is_believed_longer_than_somebody_new(newcomer, regular):
    thread(newcomer)
    text = "Lees dit eens op bit.ly/abc en bit.ly/def en cutt.ly/ghi"
    assert WhyHeld.SPAM in codes(screened(newcomer, text))
    assert screened(regular, text.replace("Lees", "Bekijk")).outcome is Outcome.PUBLISH


def test_what_was_judged_spam_here_is_recognised(klank, newcomer):
    thread(newcomer)
    for number in range(12):
        teach(
            message=thread(helper(klank.organisation), f"Lening nodig {number}?", "Snel geld via onze site."),
            is_spam=True,
        )
        teach(message=thread(helper(klank.organisation), f"Boek {number} verlengen?", "Hoe doe ik dat?"), is_spam=False)
    held = screened(newcomer, "Heb je snel geld nodig? Een lening via onze site.")
    assert codes(held) == [WhyHeld.SPAM]
    assert held.reasons[0].details["signs"][0]["sign"] == "like_earlier_spam"
    assert screened(newcomer, "Hoe kan ik mijn boek verlengen?").outcome is Outcome.PUBLISH


def test_a_private_number_is_held_though_its_author_was_warned(regular):
    assert codes(screened(regular, "Mijn BSN is 111222333, klopt dat?")) == [WhyHeld.PERSONAL_DATA]
    assert screened(regular, "Bel mij op 06-12345678").outcome is Outcome.PUBLISH


def test_the_same_text_again_raises_the_score_whoever_posts_it(klank):
    scores = []
    for number in range(3):
        person = with_points(helper(klank.organisation, f"Kees {number}"), 10)
        scores.append(screened(person, "Kom allemaal zaterdag naar onze grote braderie op het plein!").spam)
    assert scores[0] < scores[1] < scores[2]
    assert fingerprint("Kom, allemaal! Naar het plein...") == fingerprint("kom allemaal naar het PLEIN")
    assert fingerprint("dank je wel") == ""


def test_who_posts_faster_than_anyone_types_is_told_to_wait(newcomer, regular):
    thread(newcomer)
    for number in range(rules.MOST_IN_AN_HOUR):
        assert screened(regular, f"Vraag {number}").outcome is not Outcome.REFUSE
    refused = screened(regular, "En nog een")
    assert (refused.outcome, bool(refused.refusal)) == (Outcome.REFUSE, True)
    assert Said.objects.of(regular.organisation).count() == rules.MOST_IN_AN_HOUR
    with clock.reading(clock.now() + timedelta(hours=1, minutes=1)):
        assert screened(regular, "En nog een").outcome is Outcome.PUBLISH


def test_somebody_new_may_post_less_in_an_hour(newcomer):
    for number in range(rules.MOST_IN_AN_HOUR_NEW):
        assert screened(newcomer, f"Vraag {number}").outcome is Outcome.HOLD
    assert screened(newcomer, "En nog een").outcome is Outcome.REFUSE


def restrain(person: Person, step: Step, days: int = 1) -> None:
    Restraint.objects.create(
        organisation=person.organisation, person=person, step=step, ends_at=clock.now() + timedelta(days=days)
    )


def test_who_cannot_write_is_told_until_when_and_that_we_can_be_called(regular):
    restrain(regular, Step.SILENT)
    refused = screened(regular)
    assert refused.outcome is Outcome.REFUSE
    assert "bel" in refused.refusal.lower() or "call" in refused.refusal.lower()
    with clock.reading(clock.now() + timedelta(days=1, seconds=1)):
        assert screened(regular).outcome is Outcome.PUBLISH, "it ends by itself"


def test_who_is_slowed_down_may_write_once_in_a_while(regular):
    restrain(regular, Step.SLOW)
    assert screened(regular).outcome is Outcome.PUBLISH
    assert screened(regular, "Nog iets").outcome is Outcome.REFUSE
    with clock.reading(clock.now() + rules.SLOW_GAP):
        assert screened(regular, "Nog iets").outcome is Outcome.PUBLISH


def test_who_is_held_is_looked_at_first(regular):
    restrain(regular, Step.HELD)
    assert codes(screened(regular)) == [WhyHeld.RESTRAINED]


def test_a_restraint_holds_for_everybody_merged_into_one_person(klank, regular):
    double = helper(klank.organisation, "Vast2", merged_into=regular)
    restrain(double, Step.SILENT)
    assert screened(regular).outcome is Outcome.REFUSE


def test_one_organisation_knows_nothing_of_what_is_said_at_another(klank, regular):
    next_door = cast.klankerveen()
    other = helper(next_door.organisation, "Nieuw")
    screened(regular, "Kom allemaal zaterdag naar onze grote braderie op het plein!")
    thread(other)
    assert screened(other, "Kom allemaal zaterdag naar onze grote braderie op het plein!").spam < 0.06


@pytest.mark.parametrize("own", ["010 123 45 67", "vraag@deklank.example", "iemand@deklank.example"])
def test_the_warning_leaves_out_what_is_the_houses_own(klank: DeKlank, own: str):
    found = personal_data_in(f"Bel 06-87654321 of {own}", klank.organisation)
    assert [words for _finding, words in found] == ["06-87654321"]
