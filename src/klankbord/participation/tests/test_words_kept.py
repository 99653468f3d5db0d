"""Whose words are not taken sees them once more, to copy: nobody types the same twice."""

from __future__ import annotations

import re

from klankbord.channels.models import Dispatch
from klankbord.community.actions.ask import ask
from klankbord.community.models import Question
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.moderation.actions.restrain import restrain
from tests.cast import DeKlank, browser, helper, known_browser

WORDS = "Bij ons werkt het pas na twee keer inloggen."


def _question(klank: DeKlank) -> Question:
    return ask(person=helper(klank.organisation), title="Hoe verleng ik een boek?", text="")


def test_a_slowed_down_writer_keeps_the_words(klank: DeKlank) -> None:
    piet = helper(klank.organisation, "Piet")
    visitor, question = known_browser(piet), _question(klank)
    restrain(person=piet, by=klank.tom)
    path = f"/questions/{question.pk}/answer/"
    assert visitor.post(path, {"text": "Probeer de app eens."}).status_code == 302
    page = visitor.post(path, {"text": WORDS})
    said = page.content.decode()
    assert page.status_code == 422
    assert "Je kunt hier weer schrijven vanaf" in said
    assert re.search(rf"<textarea[^>]* readonly[^>]*>\s*{WORDS}</textarea>", said)


def test_who_is_silent_for_a_while_keeps_title_and_text_of_an_idea(klank: DeKlank) -> None:
    piet = helper(klank.organisation, "Piet")
    for _time in range(3):
        restrain(person=piet, by=klank.tom)
    sent = {"title": "Een kluisje bij de deur", "text": WORDS, "looked": "1"}
    said = known_browser(piet).post("/ideas/new/", sent).content.decode()
    assert f"Een kluisje bij de deur\n\n{WORDS}</textarea>" in said


def test_what_a_stranger_confirms_in_vain_is_shown_to_them(klank: DeKlank) -> None:
    visitor, question = (
        browser(klank.organisation),
        _question(klank),
    )
    visitor.post(f"/questions/{question.pk}/answer/", {"text": WORDS, "email": "piet@example.org"})
    hide_publicly(message=question.opening)
    mail = Dispatch.objects.of(klank.organisation).get(recipient="piet@example.org").message["text"]
    link = re.search(r"/confirm/[^/\s]+/", mail)
    assert link
    page = visitor.post(link[0])
    assert page.status_code == 422
    assert f"{WORDS}</textarea>" in page.content.decode()


def test_what_was_written_below_something_that_is_gone_meanwhile_is_shown(klank: DeKlank) -> None:
    piet, question = (
        helper(klank.organisation, "Piet"),
        _question(klank),
    )
    idea = suggest(board=main_board(klank.organisation), person=helper(klank.organisation), title="IJs", text="")
    hide_publicly(message=question.opening)
    hide_publicly(message=idea.opening)
    for path in (f"/questions/{question.pk}/answer/", f"/ideas/{idea.conversation_id}/comment/"):
        page = known_browser(piet).post(path, {"text": WORDS})
        assert page.status_code == 404
        assert f"{WORDS}</textarea>" in page.content.decode()


def test_one_click_is_no_words(klank: DeKlank) -> None:
    page = browser(klank.organisation).post("/ideas/123456789/vote/", {"title": "IJs"})
    assert "what-you-wrote" not in page.content.decode()
