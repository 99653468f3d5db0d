"""The lists of questions, their feeds, what is found, and what is said when there is nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klankbord import clock
from klankbord.community.actions.accept import accept
from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.vote import find_useful, was_helped_too
from klankbord.community.models import Question
from klankbord.community.reading.lists import ACTIVE, LISTS, MOST_HELPED, NEWEST, read_page
from klankbord.community.searching import QuestionDocuments
from klankbord.community.tests.conftest import page
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.events.reacting import react_to_everything
from klankbord.participation.models import Notice, Topic
from klankbord.search import finding
from klankbord.search.keeping import open_index
from tests import cast

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def many(de_klank: cast.DeKlank) -> SimpleNamespace:
    """Thirty questions, an hour apart, the last ones in pairs at the same moment."""
    here, ans = de_klank.organisation, cast.helper(de_klank.organisation, "Ans")
    began = clock.now() - timedelta(days=3)
    questions = [
        ask(person=ans, title=f"Vraag {n}", text="", said_at=began + timedelta(hours=n // 2), quiet=True)
        for n in range(30)
    ]
    return SimpleNamespace(here=here, house=de_klank, ans=ans, questions=questions)


@pytest.mark.parametrize("chosen", LISTS, ids=lambda each: each.slug or "newest")
def test_paging_shows_every_question_once_also_at_equal_moments(chosen, many: SimpleNamespace):
    seen: list[int] = []
    cursor = ""
    while True:
        found = read_page(chosen, many.here, cursor=cursor, most=7)
        seen += [row.id for row in found.rows]
        cursor = found.next_cursor
        if not cursor:
            break
    assert sorted(seen) == [each.pk for each in many.questions]


def test_the_order_of_each_list(many: SimpleNamespace):
    first, second = many.questions[0], many.questions[1]
    answer(question=first, person=many.ans, text="Zo.")
    was_helped_too(question=second, person=cast.helper(many.here, "Piet"))
    assert read_page(NEWEST, many.here).rows[0].id == many.questions[-1].pk
    assert read_page(ACTIVE, many.here).rows[0].id == first.pk
    assert read_page(MOST_HELPED, many.here).rows[0].id == second.pk
    unanswered = page(cast.browser(many.here), "/questions/unanswered/")
    assert f'href="/questions/{first.pk}/"' not in unanswered


def test_a_row_says_what_the_number_means_and_nothing_that_is_zero(many: SimpleNamespace):
    answered, asked = many.questions[-1], many.questions[-2]
    answer(question=answered, person=many.ans, text="Zo.")
    for question in (answered, asked):
        was_helped_too(question=question, person=cast.helper(many.here, "Piet"))
    listed = page(cast.browser(many.here), "/questions/")
    assert listed.count("hielp 1 keer") == 1
    assert listed.count("1 persoon wil dit ook weten") == 1
    assert "nog geen antwoord" in listed
    assert "<b>0</b>" not in listed
    quiet = page(cast.browser(many.here), f"/questions/{many.questions[-3].pk}/")
    assert "<b>0</b>" not in quiet
    assert 'aria-label="Dit wil ik ook weten"' in quiet


@pytest.mark.parametrize("cursor", ["x", "1_2_3", "9" * 40 + "_1", "_", "-5_1", "1_" + "9" * 30, "99999999999999999_1"])
def test_a_cursor_that_somebody_made_up_breaks_nothing(cursor: str, many: SimpleNamespace):
    for chosen in LISTS:
        read_page(chosen, many.here, cursor=cursor)


def test_a_page_asks_the_database_little_however_many_questions_there_are(many: SimpleNamespace):
    browser = cast.browser(many.here)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(browser, "/questions/")
    for number in range(30, 60):
        ask(person=many.ans, title=f"Vraag {number}", text="", quiet=True)
    with CaptureQueriesContext(connection) as more:
        page(browser, "/questions/")
    assert len(more) == len(few) <= 11


def test_a_topic_shows_its_questions_and_those_of_topics_below_it(many: SimpleNamespace):
    above = Topic.objects.create(organisation=many.here, name="Digitaal", slug="digitaal")
    below = Topic.objects.create(organisation=many.here, name="E-books", slug="e-books", parent=above)
    asked = ask(person=many.ans, title="Opent mijn e-book niet?", text="", topics=[below])
    for slug in ("digitaal", "e-books"):
        shown = page(cast.browser(many.here), f"/questions/topics/{slug}/")
        assert re.findall(r'href="/questions/(\d+)/" tabindex', shown) == [str(asked.pk)]
    assert "E-books" in page(cast.browser(many.here), "/questions/topics/")
    assert cast.browser(many.here).get("/questions/topics/bestaat-niet/").status_code == 404


def test_hidden_questions_and_those_of_other_organisations_are_in_no_list(many: SimpleNamespace):
    hide_publicly(message=many.questions[-1].opening)
    shown = page(cast.browser(many.here), "/questions/")
    assert f'href="/questions/{many.questions[-1].pk}/"' not in shown
    next_door = cast.klankerveen().organisation
    assert "Vraag 2" not in page(cast.browser(next_door), "/questions/")


def test_an_empty_list_invites(de_klank: cast.DeKlank):
    for path in ("/questions/", "/questions/unanswered/", "/questions/active/", "/questions/most-helped/"):
        shown = page(cast.browser(de_klank.organisation), path)
        assert shown.count('href="/questions/ask/"') >= 2, path


@pytest.mark.parametrize("slug", ["newest", "unanswered", "active", "most-helped"])
def test_every_list_has_a_feed(slug: str, many: SimpleNamespace):
    answered = cast.browser(many.here).get(f"/questions/feeds/{slug}/")
    feed = ET.fromstring(answered.content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert len(titles) == 30
    assert answered.headers["Content-Type"].startswith("application/atom+xml")
    listed = page(cast.browser(many.here), f"/questions/{'' if slug == 'newest' else slug + '/'}")
    assert 'type="application/atom+xml" title="' in listed
    assert f"/questions/feeds/{slug}/" in listed


def test_the_feed_of_a_topic_holds_its_questions_only(many: SimpleNamespace):
    topic = Topic.objects.create(organisation=many.here, name="E-books", slug="e-books")
    ask(person=many.ans, title="Opent mijn e-book niet?", text="**Help**", topics=[topic])
    feed = ET.fromstring(cast.browser(many.here).get("/questions/feeds/newest/", {"topic": "e-books"}).content)
    alternate = next(each.get("href") for each in feed.findall(f"{ATOM}link") if each.get("rel") == "alternate")
    assert str(alternate).endswith("/questions/topics/e-books/"), "a reader leads to the same list"
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}content") == "<p><strong>Help</strong></p>\n"


def test_the_answers_to_one_question_have_a_feed_without_what_is_held_or_hidden(scene: SimpleNamespace):
    answer(question=scene.question, person=scene.fatima, text="Wacht op een oordeel.", held=True)
    path = f"/questions/{scene.question.pk}/feed/"
    feed = ET.fromstring(cast.browser(scene.here).get(path).content)
    (entry,) = feed.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Antwoord van Piet"
    assert f"#m{scene.answer.pk}" in str(entry.findtext(f"{ATOM}id"))
    assert f'href="{path}"' in page(cast.browser(scene.here), scene.path)
    hide_publicly(message=scene.question.opening)
    assert cast.browser(scene.here).get(path).status_code == 404


def test_questions_are_found_by_title_text_and_answers_and_their_duplicates_words(scene: SimpleNamespace):
    from klankbord.community.actions.join import join

    other = ask(person=scene.fatima, title="Boek langer houden", text="Ik lees traag.")
    join(question=other, into=scene.question, by=scene.house.tom)
    documents = list(QuestionDocuments().documents([scene.question.pk, other.pk]))
    (found,) = documents
    assert found.about_id == scene.question.pk
    assert "Hoe verleng ik een boek?" in found.title
    assert "Boek langer houden" in found.title
    for words in ("Ik zie geen knop.", "Mijn boeken", "Ik lees traag."):
        assert words in found.text


def test_what_is_hidden_or_withdrawn_is_not_found(scene: SimpleNamespace):
    hide_publicly(message=scene.answer.message)
    (found,) = QuestionDocuments().documents([scene.question.pk])
    assert "Mijn boeken" not in found.text
    hide_publicly(message=scene.question.opening)
    assert list(QuestionDocuments().documents([scene.question.pk])) == []


def test_an_answer_that_helped_who_asked_and_others_is_said_in_one(scene: SimpleNamespace):
    accept(answer=scene.answer, by=scene.ans)
    assert '<span class="good">hielp</span>' in page(cast.browser(scene.here), "/questions/")
    find_useful(answer=scene.answer, person=scene.fatima)
    was_helped_too(question=scene.question, person=cast.helper(scene.here, "Noud"))
    listed = page(cast.browser(scene.here), "/questions/")
    assert '<span class="good">hielp de vrager, en nog 2 keer</span>' in listed
    assert listed.count("keer") == 1
    assert "wil dit ook weten" not in listed


def test_every_event_about_a_thread_has_it_indexed_again(scene: SimpleNamespace):
    from klankbord.events.base import load
    from klankbord.events.models import OutboxEvent

    touched = QuestionDocuments().touched
    row = OutboxEvent.objects.filter(name="conversations.PublicMessagePosted").latest("pk")
    assert list(touched(load(row.name, row.fields))) == [scene.question.pk]


def test_who_wants_to_hear_of_every_new_question_says_so_on_the_list(scene: SimpleNamespace):
    noor = cast.helper(scene.here, "Noud")
    visitor = cast.known_browser(noor)
    form = re.search(r'<form[^>]*action="(/follow/)".*?name="area" value="(\w+)"', page(visitor, "/questions/"))
    assert form
    visitor.post(form[1], {"area": form[2], "next": "/questions/"})
    asked = ask(person=scene.ans, title="Mag mijn hond mee?", text="")
    react_to_everything()
    told = Notice.objects.of(scene.here).filter(person=noor, conversation=asked.conversation)
    assert list(told.values_list("why", flat=True)) == ["question"]
    assert 'action="/follow/"' not in page(visitor, "/questions/?q=hond")


def test_questions_stand_in_the_sitemap(scene: SimpleNamespace):
    assert scene.path in page(cast.browser(scene.here), "/sitemap-0.xml")


def test_a_question_without_answers_that_was_taken_back_is_in_no_list(many: SimpleNamespace):
    from klankbord.community.actions.edit import withdraw

    withdraw(message=many.questions[-1].opening, by=many.ans)
    assert many.questions[-1].pk not in [row.id for row in read_page(NEWEST, many.here).rows]
    assert Question.objects.of(many.here).filter(pk=many.questions[-1].pk).exists()


@pytest.mark.parametrize(
    ("words", "leads"),
    [
        ("zondag open", "Openingstijden en contact"),
        ("Jamal Hadou", "Openingstijden en contact"),
        ("boek kwijt", "Zoek in alles"),
    ],
)
def test_the_box_leads_to_the_one_that_looks_in_everything(words, leads, de_klank: cast.DeKlank, tmp_path, monkeypatch):
    ans = cast.helper(de_klank.organisation, "Ans")
    titles = ("De app is open maar leeg", "Ik ben mijn boek kwijt")
    asked = [ask(person=ans, title=each, text="", quiet=True) for each in titles]
    index = open_index(tmp_path)
    monkeypatch.setattr(finding, "index_folder", lambda: tmp_path)
    writer = index.writer()
    writer.replace("question", (), QuestionDocuments().documents([each.pk for each in asked]))
    writer.commit()
    writer.close()
    shown = cast.browser(de_klank.organisation).get("/questions/", {"q": words}).content.decode()
    link = re.search(r'href="(/search/\?q=[^"]+)"[^>]*>([^<]*)<', shown)
    assert link
    assert link[1] == "/search/?q=" + words.replace(" ", "+")
    assert leads in link[2]
    assert "De app is open" not in shown, "it has not all the words"
    assert ("Ik ben mijn boek kwijt" in shown) == (words == "boek kwijt")
    assert "Niemand vroeg dit eerder" not in shown, "nobody is told to ask in public when we are there"
