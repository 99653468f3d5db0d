"""Who hears the live stream of the inbox, asked as the front asks it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from klankbord.live.views import QUESTION
from klankbord.office.actions.members import deactivate_member
from tests import cast

pytestmark = pytest.mark.django_db


def _asks(browser, stream: str = "inbox") -> int:
    return browser.get(f"/live/{stream}", **{QUESTION: True}).status_code


def test_the_right_to_hear_ends_with_the_work_the_account_and_the_session():
    house = cast.de_klank()
    jamal, noor, tom = (cast.browser(house.organisation, each) for each in (house.jamal, house.noor, house.tom))
    assert [_asks(each) for each in (jamal, noor, tom)] == [200] * 3
    deactivate_member(member=house.jamal, by=house.marlies)
    get_user_model().objects.filter(pk=house.noor.user_id).update(is_active=False)
    tom.post("/account/logout/")
    assert [_asks(each) for each in (jamal, noor, tom)] == [404] * 3


def test_a_moderator_who_becomes_an_agent_hears_no_longer_what_waits_to_be_judged():
    house = cast.de_klank()
    tom = cast.browser(house.organisation, house.tom)
    assert _asks(tom, "moderation") == 200
    house.tom.role = "agent"
    house.tom.save()
    assert _asks(tom, "moderation") == 404


@pytest.mark.parametrize("number", ["²", "٣", "9" * 19, "-1", "1/2"])
def test_what_is_no_conversations_number_is_no_stream(number: str):
    house = cast.de_klank()
    assert _asks(cast.browser(house.organisation, house.jamal), f"inbox/{number}") == 404


def test_another_organisations_conversation_is_no_stream():
    house, other = cast.de_klank(), cast.klankerveen()
    theirs = cast.conversation(cast.customer(other.organisation), other.mailbox)
    assert _asks(cast.browser(house.organisation, house.jamal), f"inbox/{theirs.pk}") == 404
