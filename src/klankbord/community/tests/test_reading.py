"""A question's page: what it shows to whom, what it costs, and that nothing old is ever shown."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klankbord import clock
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import edit
from klankbord.community.actions.official import make_official
from klankbord.community.actions.vote import find_useful
from klankbord.community.announcing import CommunityAnnouncements
from klankbord.community.models import Related
from klankbord.community.personal_data import CommunityData
from klankbord.community.tests.conftest import page
from klankbord.conversations.announcing import conversation_topic
from klankbord.conversations.models import Message
from klankbord.conversations.personal_data import ConversationsData
from klankbord.events.base import load
from klankbord.events.models import OutboxEvent
from klankbord.live.shows import HEADER, parse
from klankbord.moderation.actions.official_note import official_note
from klankbord.participation.actions import change_participant
from klankbord.participation.announcing import person_topic
from klankbord.people.models import Membership
from tests import cast


def test_everything_that_changes_shows_at_once_although_pieces_are_kept(scene: SimpleNamespace):
    visitor = cast.browser(scene.here)
    page(visitor, scene.path)
    edit(message=scene.answer.message, by=scene.piet, text="Links *bovenaan*.")
    assert "Links <em>bovenaan</em>." in page(visitor, scene.path)
    find_useful(answer=scene.answer, person=scene.fatima)
    assert "Nuttig · 1" in page(visitor, scene.path)
    change_participant(person=scene.piet, pseudonym="Pieter")
    assert "Pieter" in page(visitor, scene.path)
    comment(message=scene.answer.message, person=scene.ans, text="Gelukt!")
    assert "Gelukt!" in page(visitor, scene.path)
    make_official(answer=scene.answer, by=scene.house.jamal)
    assert "Jamal Haddou" in page(visitor, scene.path)
    Membership.objects.of(scene.here).filter(pk=scene.house.jamal.pk).update(title="Baliemedewerker")
    assert "Baliemedewerker" in page(visitor, scene.path)


def test_what_stands_around_the_words_shows_at_once_as_well(scene: SimpleNamespace, monkeypatch):
    visitor = cast.browser(scene.here)
    assert "Volg deze vraag" in page(visitor, scene.path)
    stranger = cast.browser(scene.here)
    stranger.cookies["language"] = "en"
    assert "Volg deze vraag" not in page(stranger, scene.path)
    for title in ("Hoe vaak mag ik verlengen?", "Kan ik ook bellen om te verlengen?"):
        other = ask(person=scene.fatima, title=title, text="Ik las drie keer.")
        link = Related.objects.create(organisation=scene.here, question=scene.question, other_id=other.pk)
        assert title in page(visitor, scene.path)
    link.delete()
    assert title not in page(visitor, scene.path)
    monkeypatch.setattr("klankbord.community.reading.page.ON_A_PAGE", 1)
    answer(question=scene.question, person=scene.fatima, text="Of bel ons even.")
    assert "Of bel ons even." not in page(visitor, scene.path)
    assert "Of bel ons even." in page(visitor, scene.path, page=2)


def test_a_correction_shows_at_once_and_so_does_its_change(scene: SimpleNamespace):
    visitor = cast.browser(scene.here)
    page(visitor, scene.path)
    words = "Bij gereserveerde boeken kan dit niet."
    note = official_note(message=scene.answer.message, membership=scene.house.tom, text=words)
    assert words in page(visitor, scene.path)
    note.text = "Bij gereserveerde boeken kan dit niet meer."
    note.save()
    assert note.text in page(visitor, scene.path)


def test_yesterday_is_another_day_tomorrow(scene: SimpleNamespace):
    visitor = cast.browser(scene.here)
    noon = clock.now().replace(hour=12)
    Message.objects.of(scene.here).update(said_at=noon)
    with clock.reading(noon + timedelta(hours=2)):
        assert "vandaag" in page(visitor, scene.path)
    with clock.reading(noon + timedelta(hours=24)):
        shown = page(visitor, scene.path)
    assert "gisteren" in shown
    assert "vandaag" not in shown.partition("<main")[2].partition("</main")[0]


def test_erased_words_are_gone_from_the_kept_pieces_as_well(scene: SimpleNamespace):
    from django.db import transaction

    visitor = cast.browser(scene.here)
    assert "Mijn boeken" in page(visitor, scene.path)
    with transaction.atomic():
        for keeper in (CommunityData(), ConversationsData()):
            keeper.erase(organisation_id=scene.here.pk, person_ids=[scene.piet.pk])
    assert "Mijn boeken" not in page(visitor, scene.path)
    assert "Hoe verleng ik een boek?" in page(visitor, scene.path), "what others wrote stays"


def test_a_page_costs_the_same_with_fifty_answers_as_with_one(scene: SimpleNamespace):
    visitor = cast.browser(scene.here)
    page(visitor, scene.path)
    with CaptureQueriesContext(connection) as one:
        page(visitor, scene.path)
    for number in range(49):
        person = cast.helper(scene.here, f"Lezer {number}")
        answer(question=scene.question, person=person, text=f"Antwoord {number}", quiet=True)
    page(visitor, scene.path)
    with CaptureQueriesContext(connection) as fifty:
        shown = page(visitor, scene.path)
    assert shown.count('<article class="said') == 50
    assert len(fifty) == len(one) <= 9


def test_a_signed_out_page_is_kept_until_something_on_it_changes_and_a_known_readers_never(scene: SimpleNamespace):
    kept = parse(cast.browser(scene.here).get(scene.path).headers[HEADER])
    assert kept is not None
    assert {conversation_topic(scene.question.pk), person_topic(scene.piet.pk)} <= kept.topics
    assert kept.until is not None
    for known in (cast.known_browser(scene.fatima), cast.browser(scene.here, scene.house.jamal)):
        assert HEADER not in known.get(scene.path).headers


@pytest.mark.parametrize(
    "name", ["AnswerAccepted", "AnswerMadeOfficial", "QuestionsJoined", "QuestionChanged", "StaffAsked"]
)
def test_every_event_of_the_community_says_which_page_it_changes(name: str):
    fields = {
        "organisation_id": 1, "conversation_id": 7, "message_id": 8, "author_id": 1, "by_id": 1, "membership_id": 1,
        "into_id": 9,
    }  # fmt: skip
    topics = {topic for topic, _kind, _id in CommunityAnnouncements().topics(load(f"community.{name}", fields))}
    assert conversation_topic(7) in topics
    if name == "QuestionsJoined":
        assert conversation_topic(9) in topics


def test_a_page_for_everybody_holds_no_token_and_nothing_of_anybody(scene: SimpleNamespace):
    shown = page(cast.browser(scene.here), scene.path)
    assert "csrfmiddlewaretoken" not in shown
    assert "nonce" not in shown
    assert scene.piet.addresses.get().shown not in shown
    assert "/edit/" not in shown


def test_who_wrote_sees_their_own_tools_and_staff_theirs(scene: SimpleNamespace):
    own = page(cast.known_browser(scene.piet), scene.path)
    assert f"/questions/posts/{scene.answer.pk}/edit/" in own
    assert f"/questions/posts/{scene.question.opening_id}/edit/" not in own
    asker = page(cast.known_browser(scene.ans), scene.path)
    assert f"/questions/answers/{scene.answer.pk}/accept/" in asker
    assert f"/questions/answers/{scene.answer.pk}/accept/" not in own
    staff = page(cast.browser(scene.here, scene.house.tom), scene.path)
    for tool in ("official", "edit"):
        assert f"{scene.answer.pk}/{tool}/" in staff
    for tool in ("close", "join", "to-inbox", "go-private"):
        assert f"{scene.path}{tool}/" in staff
        assert f"{scene.path}{tool}/" not in page(cast.browser(scene.here), scene.path)


def test_what_one_voted_for_shows_as_pressed_for_them_alone(scene: SimpleNamespace):
    find_useful(answer=scene.answer, person=scene.fatima)
    assert 'aria-pressed="true"' in page(cast.known_browser(scene.fatima), scene.path)
    assert 'aria-pressed="true"' not in page(cast.known_browser(scene.ans), scene.path)
    assert 'aria-pressed="true"' not in page(cast.browser(scene.here), scene.path)


def test_search_engines_and_previews_are_told_what_it_is(scene: SimpleNamespace):
    from klankbord.community.actions.accept import accept

    accept(answer=scene.answer, by=scene.ans)
    shown = page(cast.browser(scene.here), scene.path)
    for said in (
        'itemtype="https://schema.org/QAPage"',
        'itemprop="mainEntity"',
        '<meta itemprop="answerCount" content="1">',
        'itemprop="acceptedAnswer"',
        'itemprop="upvoteCount"',
        '<meta property="og:title" content="Hoe verleng ik een boek?">',
        '<meta property="og:description" content="Ik zie geen knop.">',
        '<meta name="twitter:card" content="summary">',
    ):
        assert said in shown, said
    assert re.search(r'<link rel="canonical" href="http[^"]*/questions/\d+/">', shown)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://t.example/pixel.gif)",
        "<img src=x onerror=alert(1)>",
        '[x](https://example.org" onmouseover="alert(1))',
        "# Kop\n\n<iframe src=https://evil.example>",
    ],
)
def test_hostile_words_do_nothing(text: str, scene: SimpleNamespace):
    edit(message=scene.answer.message, by=scene.piet, text=text)
    comment(message=scene.answer.message, person=scene.fatima, text=text)
    shown = page(cast.browser(scene.here), scene.path)
    inside = shown.split('id="answers"', 1)[1].split("<aside", 1)[0]
    for harm in ("<script", "<img", "<iframe", "javascript:", 'onerror="', 'onmouseover="'):
        assert harm not in inside.replace(str(harm.replace("<", "&lt;")), ""), harm
    assert shown.count("<h1") == 1


def test_a_question_that_does_not_exist_or_is_another_organisations_is_not_found(scene: SimpleNamespace):
    assert cast.browser(scene.here).get("/questions/999999/").status_code == 404
    assert cast.browser(cast.klankerveen().organisation).get(scene.path).status_code == 404


def test_the_words_of_the_history_are_escaped(scene: SimpleNamespace):
    edit(message=scene.answer.message, by=scene.piet, text="<b>dik</b> en <script>")
    shown = page(cast.browser(scene.here), f"/history/{scene.answer.pk}/")
    assert "<b>dik" not in shown.split("<main", 1)[1]
    assert "&lt;" in shown


def test_announced_events_are_in_the_outbox_with_ids_only(scene: SimpleNamespace):
    for row in OutboxEvent.objects.all():
        assert all(isinstance(value, int | str | bool | None) for value in row.fields.values())
