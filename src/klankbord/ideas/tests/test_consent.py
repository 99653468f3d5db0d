"""A customer agrees that their mail becomes an idea, perhaps in other words."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.grow import consent_hash
from klankbord.ideas.models import ConsentRequest, Idea
from klankbord.moderation.models import Case
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [("Graag op zondag.", True), ("Koop nu goedkoop bij kwaad.example en win!", False)],
    ids=["as it was made ready", "in words that no colleague read"],
)
def test_words_that_no_colleague_read_are_held_to_what_every_post_is(text: str, is_shown: bool):
    cache.clear()
    house = cast.de_klank()
    asked = ConsentRequest.objects.create(
        organisation=house.organisation,
        conversation=cast.conversation(cast.customer(house.organisation), house.mailbox),
        board=main_board(house.organisation),
        title="Langer open",
        text="Graag op zondag.",
        asked_by=house.jamal,
        token_hash=consent_hash("ja"),
    )
    answered = cast.browser(house.organisation).post("/ideas/consent/ja/", {"title": asked.title, "text": text})
    idea = Idea.objects.of(house.organisation).select_related("conversation").get()
    assert (idea.conversation.hidden_at is None) is is_shown
    assert Case.objects.of(house.organisation).exists() is not is_shown
    assert (f"/ideas/{idea.conversation_id}/" == answered.headers["Location"]) is is_shown
