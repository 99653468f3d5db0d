"""Who plays in the tests of ideas."""

from __future__ import annotations

import pytest

from klankbord.ideas.actions import vote_together
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.models import Idea
from klankbord.people.models import Person
from tests.cast import DeKlank, de_klank, helper, thread


@pytest.fixture
def klank(db: None) -> DeKlank:
    """Bibliotheek De Klank, whose mailbox has a way out."""
    house = de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    # No idea has the number of its conversation: who takes one for the other is seen.
    before = thread(helper(house.organisation, "Voorganger"))
    before.conversation.delete()
    Person.objects.of(house.organisation).filter(pk=before.person_id).delete()
    return house


@pytest.fixture
def fatima(klank: DeKlank) -> Person:
    """Fatima, who thinks along."""
    return helper(klank.organisation, "Fatima", "fatima@example.org")


@pytest.fixture
def idea(fatima: Person) -> Idea:
    """Her idea, on the organisation's own board."""
    return suggest(
        board=main_board(fatima.organisation),
        person=fatima,
        title="Laat zien of een e-book nu te leen is",
        text="Ik zie pas na drie keer klikken dat het uitgeleend is.",
    )


def anew(idea: Idea) -> Idea:
    """The idea as it stands in the database now."""
    return Idea.objects.of(idea.organisation_id).select_related("conversation", "board").get(pk=idea.pk)


@pytest.fixture(autouse=True)
def _no_writer_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that counts votes keeps its connection: each test begins one of its own."""
    monkeypatch.setattr(vote_together, "_running", None)
