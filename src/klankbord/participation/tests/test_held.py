"""What waits for a moderator is still its author's: to see, to say otherwise, to take back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from klankbord.conversations.models import Message
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.models import Case
from klankbord.moderation.rules import WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from klankbord.participation.models import Revision
from klankbord.people.models import Person
from tests.cast import DeKlank, browser, helper, known_browser, thread


@pytest.fixture
def author(klank: DeKlank) -> Person:
    """Piet, who writes for the first time."""
    return helper(klank.organisation, "Piet")


@pytest.fixture
def held(author: Person) -> Message:
    """His question, which a moderator looks at first."""
    message = thread(author, "Hoe verleng ik?", "Bel mij op het oude nummer.", held=True)
    hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    return message


def test_who_wrote_what_is_held_says_it_otherwise_and_nobody_lets_it_pass_unseen(
    klank: DeKlank, author: Person, held: Message
) -> None:
    case, visitor, path = Case.objects.of(klank.organisation).get(), known_browser(author), f"/held/{held.pk}/"
    assert f'href="{path}"' in visitor.get("/me/").content.decode()
    assert "Bel mij op het oude nummer.</textarea>" in visitor.get(path).content.decode()
    assert visitor.post(path, {"title": "", "text": "Anders"}).status_code == 422
    assert visitor.post(path, {"title": "Hoe verleng ik een boek?", "text": "Anders"}).status_code == 302
    anew = Message.objects.of(klank.organisation).select_related("conversation").get(pk=held.pk)
    assert (anew.conversation.subject, anew.text) == ("Hoe verleng ik een boek?", "Anders")
    assert anew.hidden_at is not None
    assert anew.edited_at is None
    assert not Revision.objects.of(klank.organisation).exists(), "what nobody saw is nowhere to be read later"
    waits = Case.objects.of(klank.organisation).waiting().get()
    assert (waits.why, waits.opened_at) == (case.why, case.opened_at)
    judged = browser(klank.organisation, klank.tom).post(
        reverse("moderation:judge", args=[case.pk]), {"judgement": "keep"}
    )
    assert judged.status_code == 404
    assert Case.objects.of(klank.organisation).waiting().exists()


def test_who_wrote_what_is_held_takes_it_back(klank: DeKlank, author: Person, held: Message) -> None:
    page = known_browser(author).post(f"/held/{held.pk}/", {"take-back": "1"}, follow=True)
    assert "Niemand heeft het gezien." in page.content.decode()
    assert not Case.objects.of(klank.organisation).waiting().exists()
    assert "Waar we naar kijken" not in page.content.decode()


def test_nobody_else_changes_what_is_held(klank: DeKlank, held: Message) -> None:
    words, path = {"title": "Weg", "text": "Weg", "take-back": "1"}, f"/held/{held.pk}/"
    assert known_browser(helper(klank.organisation, "Ans")).post(path, words).status_code == 404
    browser(klank.organisation).post(path, words)
    browser(klank.organisation, klank.tom).post(path, words)
    anew = Message.objects.of(klank.organisation).get(pk=held.pk)
    assert (anew.text, anew.withdrawn_at) == ("Bel mij op het oude nummer.", None)
