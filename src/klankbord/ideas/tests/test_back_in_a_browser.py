"""The browser's Back after a change was told."""

from __future__ import annotations

import pytest

from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.models import Change
from tests import cast
from tests.browser import OpenPage, click_through


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_back_after_telling_a_change_leads_to_a_page_and_tells_nothing_twice(open_page: OpenPage) -> None:
    house = cast.de_klank()
    idea = suggest(board=main_board(house.organisation), person=cast.helper(house.organisation), title="IJs", text="")
    page = open_page(house.organisation, house.noor)
    page.goto(f"/changes/new/?idea={idea.conversation_id}")
    page.fill("[name=title]", "Zondag open")
    page.fill("[name=text]", "Van 12 tot 17 uur.")
    click_through(page, "form.because button")
    click_through(page, "button[name=agreed]")
    page.wait_for_url("**/changes/*/")
    page.go_back()
    assert page.is_visible("form.because [name=title]")
    assert page.is_hidden("button[name=agreed]")
    assert Change.objects.of(house.organisation).count() == 1
