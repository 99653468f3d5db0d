"""The public log: what was decided, without anybody's name or words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from klankbord import clock
from klankbord.conversations.score import percents
from klankbord.live.shows import parse
from klankbord.moderation import rules
from klankbord.moderation.actions.decide import decide, undo
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.actions.objecting import judge_objection, object_to
from klankbord.moderation.announcing import ModerationAnnouncements, log_topic
from klankbord.moderation.events import DecisionMade
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Decision
from klankbord.moderation.reading.log import read_figures, read_lines
from klankbord.moderation.rules import Judgement, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from tests import cast
from tests.cast import DeKlank, browser, helper, thread


def decided(klank: DeKlank, judgement: Judgement = Judgement.HIDE) -> Decision:
    message = thread(helper(klank.organisation, "Nel de Wit"), "Geheim onderwerp", "Geheime woorden", held=True)
    case = hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    return decide(
        case=case, judgement=judgement, by=klank.tom, reason=reasons(klank.organisation)[1], words="Tsja, nee"
    )


def later() -> Any:
    return clock.reading(clock.now() + rules.TELL_AFTER + timedelta(seconds=1))


def test_it_says_what_and_why_but_not_who_nor_what_they_said(klank):
    decision = decided(klank)
    with later():
        html = browser(klank.organisation).get("/log/").content.decode()
    assert decision.reason in html
    assert decision.get_judgement_display() in html
    for secret in ("Nel de", "Geheim", "Tsja, nee", klank.tom.user.name):
        assert secret not in html


def test_what_can_still_be_undone_unnoticed_or_was_undone_is_not_in_it(klank):
    decision = decided(klank)
    assert read_lines(klank.organisation, before=None) == ([], None)
    undo(decision=decision, by=klank.tom)
    with later():
        assert read_lines(klank.organisation, before=None) == ([], None)
        assert read_figures(klank.organisation).decided == 0


def test_its_feed_tells_no_more_than_the_log_and_no_sooner(klank):
    decision, reader = decided(klank), browser(klank.organisation)
    assert "<entry>" not in reader.get("/log/feed/").content.decode()
    with later():
        feed = reader.get("/log/feed/").content.decode()
        assert 'href="/log/feed/"' in reader.get("/log/").content.decode()
    assert decision.reason in feed
    assert f'/log/#d{decision.pk}"' in feed
    assert decision.at.isoformat() not in feed
    for secret in ("Nel de", "Geheim", "Tsja, nee", klank.tom.user.name):
        assert secret not in feed


def test_it_counts_by_decision_and_by_reason(klank):
    for judgement in (Judgement.HIDE, Judgement.HIDE, Judgement.KEEP):
        decided(klank, judgement)
    with later():
        found = read_figures(klank.organisation)
    assert (found.decided, found.kept) == (3, 1)
    assert dict(found.judgements)[str(Judgement.HIDE.label)] == 2
    assert found.reasons == [(reasons(klank.organisation)[1].name, 2)]


@pytest.mark.parametrize(("objections", "share", "indicative"), [(9, None, False), (10, 30, True), (30, 10, False)])
def test_the_share_of_objections_granted_is_only_told_when_there_are_enough(klank, objections, share, indicative):
    for number in range(objections):
        objection = object_to(decision=decided(klank), words="Nee")
        judge_objection(objection=objection, granted=number < 3, by=klank.noor)
    with later():
        found = read_figures(klank.organisation)
        html = browser(klank.organisation).get("/log/").content.decode()
    assert (found.objections, found.granted, found.share, found.is_indicative) == (objections, 3, share, indicative)
    if share is not None:
        assert f"{share}%" in html


def test_the_interval_is_wilsons():
    assert percents(3, 10) == (10, 61)
    assert percents(0, 10) == (0, 28)
    assert percents(0, 0) == (0, 100)


def test_it_goes_on_page_by_page(klank, monkeypatch):
    monkeypatch.setattr("klankbord.moderation.reading.log.A_PAGE", 2)
    made = [decided(klank).pk for _each in range(5)]
    with later():
        seen, before = [], None
        while True:
            lines, before = read_lines(klank.organisation, before=before)
            seen += [line.id for line in lines]
            if before is None:
                break
    assert seen == made[::-1]


def test_it_is_kept_in_memory_until_something_is_decided(klank):
    shown = parse(browser(klank.organisation).get("/log/").headers["Klankbord-Shows"])
    assert log_topic(klank.organisation.pk) in shown.topics
    event = DecisionMade(organisation_id=klank.organisation.pk, decision_id=1, conversation_id=1, message_id=1)
    assert log_topic(klank.organisation.pk) in [topic for topic, _kind, _id in ModerationAnnouncements().topics(event)]


def test_another_organisation_has_its_own(klank):
    decided(klank)
    with later():
        assert read_lines(cast.klankerveen().organisation, before=None) == ([], None)
