"""The hub: who hears what, and what a page in memory may still be called."""

from __future__ import annotations

from klankbord.live.contract import Announcement
from klankbord.live.hub import Hub

INBOX, HOME = "organisation:1:inbox", "organisation:1:home"


def message(number: int, topic: str = INBOX) -> Announcement:
    return Announcement(topic, "message", number)


def test_a_screen_hears_its_topics_and_no_others():
    hub = Hub()
    woken: list[int] = []
    screen = hub.subscribe([INBOX], wake=lambda: woken.append(1))
    hub.hear("0-1", [message(1), message(1, HOME)])
    hub.hear("0-2", [message(2, HOME)])
    assert screen.take() == ("0-2", [message(1)], False)
    assert screen.take() == ("0-2", [], False)
    assert len(woken) == 1


def test_the_same_thing_twice_is_told_once():
    hub = Hub()
    screen = hub.subscribe([INBOX])
    hub.hear("0-1", [message(1)])
    hub.hear("0-2", [message(1), message(2)])
    assert screen.take()[1] == [message(1), message(2)]


def test_a_screen_too_far_behind_is_told_to_reload():
    hub = Hub(pending=3)
    screen = hub.subscribe([INBOX])
    for number in range(10):
        hub.hear(f"0-{number}", [message(number)])
    assert screen.take() == ("0-9", [], True)
    hub.hear("0-10", [message(10)])
    assert screen.take() == ("0-10", [message(10)], False)


def test_a_closed_subscription_hears_nothing_and_leaves_nothing_behind():
    hub = Hub()
    screen = hub.subscribe([INBOX], recheck_on=["user:1:rights"])
    screen.close()
    screen.close()
    hub.hear("0-1", [message(1)])
    assert screen.take()[1] == []
    assert not hub._listening


def test_a_screen_that_comes_back_gets_what_it_missed_in_order():
    hub = Hub()
    hub.start_at("0-0")
    for number in range(1, 5):
        hub.hear(f"0-{number}", [message(number), message(number, HOME)])
    assert hub.subscribe([INBOX], since="0-2").take() == ("0-4", [message(3), message(4)], False)
    assert hub.subscribe([INBOX], since="0-4").take() == ("0-4", [], False)
    assert hub.subscribe([INBOX], since="0-0").take()[1] == [message(number) for number in (1, 2, 3, 4)]


def test_a_screen_that_was_away_too_long_or_lies_about_it_reloads():
    hub = Hub(remember=2)
    for number in range(1, 5):
        hub.hear(f"0-{number}", [message(number)])
    assert hub.subscribe([INBOX], since="0-1").take()[2] is True
    assert hub.subscribe([INBOX], since="nonsense").take()[2] is True


def test_a_change_of_rights_is_noticed_but_not_told():
    hub = Hub()
    screen = hub.subscribe([INBOX], recheck_on=["user:1:rights"])
    hub.hear("0-1", [Announcement("user:1:rights", "rights", 1)])
    assert screen.must_recheck
    assert screen.take()[1] == []


def test_only_what_was_announced_later_makes_a_page_old():
    hub = Hub()
    hub.hear("0-1", [message(1, HOME)])
    before = hub.sequence
    assert not hub.changed_since(before, [HOME])
    hub.hear("0-2", [message(1)])
    assert not hub.changed_since(before, [HOME])
    hub.hear("0-3", [message(2, HOME)])
    assert hub.changed_since(before, [HOME, "other"])


def test_a_topic_that_was_forgotten_for_want_of_room_counts_as_changed():
    hub = Hub(topics=2)
    hub.hear("0-1", [message(1, HOME)])
    for number in range(2, 5):
        hub.hear(f"0-{number}", [message(1, f"conversation:{number}")])
    assert hub.changed_since(0, [HOME])
    assert len(hub._heard) == 2


def test_when_something_may_have_been_missed_all_is_old_and_all_reload():
    hub = Hub()
    screen = hub.subscribe([INBOX, HOME])
    before = hub.sequence
    hub.forget()
    assert hub.changed_since(before, ["anything"])
    assert not hub.changed_since(hub.sequence, ["anything"])
    assert screen.take()[2] is True
