"""From a question to its accepted answer, through the pages, by somebody who is known in this browser."""

from __future__ import annotations

from django.core.cache import cache

from klankbord.community.models import Answer, Question
from tests import cast


def test_a_question_is_asked_answered_found_useful_and_accepted(de_klank: cast.DeKlank, somebody):
    here = de_klank.organisation
    ans, piet, fatima = (somebody(name) for name in ("Ans", "Piet", "Fatima"))
    asks, answers, reads = cast.known_browser(ans), cast.known_browser(piet), cast.known_browser(fatima)

    asked = asks.post("/questions/ask/", {"title": "Hoe verleng ik een boek?", "text": "Ik vind de knop niet."})
    question = Question.objects.of(here).get()
    assert asked.headers["Location"] == f"/questions/{question.pk}/"

    given = answers.post(f"/questions/{question.pk}/answer/", {"text": "Onder *Mijn boeken*, bij elk boek."})
    answer = Answer.objects.of(here).get()
    assert given.headers["Location"] == f"/questions/{question.pk}/#m{answer.pk}"

    reads.post(f"/questions/answers/{answer.pk}/useful/")
    reads.post(f"/questions/{question.pk}/me-too/")
    asks.post(f"/questions/answers/{answer.pk}/accept/")

    cache.clear()
    page = cast.browser(here).get(f"/questions/{question.pk}/").content.decode()
    assert "<em>Mijn boeken</em>" in page
    assert "Nuttig · 1" in page
    assert 'itemprop="acceptedAnswer"' in page
    question.refresh_from_db(from_queryset=Question.objects.of(here))
    assert (question.answers, question.accepted, question.me_too, question.helped) == (1, 1, 1, 2)
    listed = cast.browser(here).get("/questions/").content.decode()
    assert "Hoe verleng ik een boek?" in listed
