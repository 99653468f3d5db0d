"""Two people change the same words at the same time."""

from __future__ import annotations

import re

import pytest

from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import edit
from klankbord.conversations.models import Message
from klankbord.participation.models import Revision
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> Message:
    house = cast.de_klank()
    question = ask(person=cast.helper(house.organisation, "Ans"), title="Hoe laat?", text="")
    return answer(question=question, person=cast.helper(house.organisation, "Piet"), text="Om negen uur.").message


def test_nobody_writes_over_words_that_they_did_not_see(said: Message):
    visitor = cast.known_browser(said.person)
    place = f"/questions/posts/{said.pk}/edit/"
    opened = re.search(r'name="edition" value="(\w+)"', visitor.get(place).content.decode())
    edit(message=said, by=said.person, text="Om tien uur, en zondag om elf.")
    answered = visitor.post(place, {"text": "Om half tien.", "edition": opened[1]})
    page = answered.content.decode()
    assert answered.status_code == 422
    assert "Om tien uur, en zondag om elf." in page, "what stands there now"
    assert "Om half tien." in page, "and nothing that was written is lost"
    again = re.search(r'name="edition" value="(\w+)"', page)
    assert visitor.post(place, {"text": "Om half tien.", "edition": again[1]}).status_code == 302


def test_what_another_wrote_in_that_very_moment_stays_to_be_seen(said: Message):
    same = Message.objects.of(said.organisation_id).select_related("conversation").get(pk=said.pk)
    edit(message=said, by=said.person, text="Om tien uur.")
    edit(message=same, by=said.person, text="Om half tien.")
    kept = Revision.objects.of(said.organisation_id).order_by("pk").values_list("text", flat=True)
    assert list(kept) == ["Om negen uur.", "Om tien uur."]
