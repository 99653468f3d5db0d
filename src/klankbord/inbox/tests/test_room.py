"""In a real browser: nothing stands upon what one needs, and words have room, on every width."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from klankbord import clock
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Promise
from klankbord.inbox.tests.conftest import receive
from klankbord.people.models import Organisation

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("unhurried")]

MEETING = """(names) => {
    const boxes = names.map((name) => document.querySelector(name).getBoundingClientRect());
    const [one, other] = boxes;
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}"""


@pytest.fixture
def at_noon():
    """Real time: a browser counts its own seconds."""
    return


@pytest.mark.parametrize("width", [1280, 900, 320])
def test_taking_back_is_offered_beside_the_menu_and_what_it_stands_on_can_be_scrolled_clear(
    cast, open_page, question, width
):
    page = open_page(cast.house, cast.marlies, viewport={"width": width, "height": 640})
    page.goto(f"/inbox/{question.pk}/")
    page.fill("#reply-text", "We will look for it.")
    page.click("text=Send and wait")
    page.wait_for_selector("#undo")
    page.goto("/inbox/today/")
    page.wait_for_selector("#undo")
    if width == 1280:
        page.evaluate("document.querySelector('.views').scrollTo(0, 9999)")
        assert not page.evaluate(MEETING, ["#undo", ".ways-out"])
    page.evaluate(
        "for (const each of [document.scrollingElement, document.querySelector('.talk')]) each.scrollTo(0, 9999)"
    )
    assert not page.evaluate(MEETING, ["#undo", "#today > :last-child > :last-child > :last-child"])


def test_a_figure_has_room_on_a_narrow_screen(cast, open_page):
    for number in range(10):
        asked = receive(cast.mail, address=f"f{number}@example.org")
        send_reply(conversation=asked, by=cast.marlies, text="Yes")
    Promise.objects.of(cast.house).update(due_at=clock.now())
    cache.clear()
    Organisation.objects.filter(pk=cast.house.pk).update(language="nl")  # whose words are longer
    page = open_page(cast.house, cast.marlies, viewport={"width": 320, "height": 640})
    page.goto("/inbox/today/")
    height = "document.querySelector('#today dl.facts > dd').getBoundingClientRect().height"
    assert page.evaluate(height) < 30
