"""For all tests of the community: De Klank, its pictures in a folder of their own, and nothing kept from before."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.models import Question
from klankbord.events.reacting import react_to_everything
from klankbord.people.models import Person
from klankbord.reputation.actions import award
from klankbord.reputation.rules import Rule
from tests import cast


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def de_klank(db: None) -> cast.DeKlank:
    return cast.de_klank()


@pytest.fixture
def somebody(de_klank: cast.DeKlank) -> Any:
    """Makes people who have helped before, so that what they write is shown at once."""

    def make(name: str = "Fatima") -> Person:
        person = cast.helper(de_klank.organisation, name)
        giver = cast.helper(de_klank.organisation, "Gever")
        award(person=person, rule=Rule.ANSWER_ACCEPTED, cause=f"earlier:{person.pk}", giver=giver)
        return person

    return make


@pytest.fixture
def scene(de_klank: cast.DeKlank, somebody: Any) -> SimpleNamespace:
    """Ans asked, Piet answered, Fatima reads along; each in a browser that knows them."""
    ans, piet, fatima = somebody("Ans"), somebody("Piet"), somebody("Fatima")
    question = ask(person=ans, title="Hoe verleng ik een boek?", text="Ik zie geen knop.")
    given = answer(question=question, person=piet, text="Onder *Mijn boeken*, bij elk boek.")
    react_to_everything()
    return SimpleNamespace(
        house=de_klank,
        here=de_klank.organisation,
        ans=ans,
        piet=piet,
        fatima=fatima,
        question=question,
        answer=given,
        path=f"/questions/{question.pk}/",
    )


def anew(question: Question) -> Question:
    """The question as it stands in the database now."""
    rows = Question.objects.of(question.organisation_id).select_related("conversation", "opening", "joined_into")
    return rows.get(pk=question.pk)


def page(client: Any, path: str, **data: Any) -> str:
    """What a page says."""
    return client.get(path, data).content.decode()
