"""Who follows new ideas, or all that we change: from the page, in their own rhythm, each thing once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.test import Client

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.events.reacting import react_to_everything
from klankbord.ideas import changes
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.changes import publish_change, revise_change
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.actions.vote import vote
from klankbord.ideas.models import Change, Idea
from klankbord.ideas.telling import how_many_hear, tell_of_changes
from klankbord.participation.actions import change_participant, follow
from klankbord.participation.models import Area, Follow, Notice, Rhythm
from klankbord.people.actions import merge_persons
from klankbord.people.models import Person
from klankbord.people.visitors import person_of_member
from tests.cast import DeKlank, browser, helper, known_browser

TODAY = date(2026, 3, 2)


def _mails(klank: DeKlank, person: Person) -> list[dict[str, Any]]:
    rows = Dispatch.objects.of(klank.organisation).filter(recipient=person.addresses.get().value)
    return [row.message for row in rows.order_by("pk")]


def _follower(klank: DeKlank, name: str, rhythm: Rhythm = Rhythm.AT_ONCE) -> Person:
    person = helper(klank.organisation, name, f"{name.lower()}@example.org")
    follow(person=person, area=Area.CHANGES, rhythm=rhythm)
    return person


def _changed(klank: DeKlank, title: str, ideas: Iterable[Idea] = ()) -> Change:
    return publish_change(by=klank.noor, title=title, text="Aan de **knop**.", changed_on=TODAY, ideas=list(ideas))


def _tell(*, later: timedelta = timedelta(minutes=2)) -> None:
    """What the runner does by then; a second time adds nothing."""
    react_to_everything()
    with clock.reading(clock.now() + later):
        for _twice in range(2):
            tell_of_changes()


def _press(visitor: Client, path: str) -> None:
    page = visitor.get(path).content.decode()
    form = re.search(r'<form[^>]*action="(/follow/)".*?name="area" value="(\w+)".*?name="next" value="([^"]+)"', page)
    assert form
    assert visitor.post(form[1], {"area": form[2], "next": form[3]}).url == path


def test_who_wants_to_hear_of_every_new_idea_says_so_on_the_list(klank, fatima):
    noud = helper(klank.organisation, "Noud")
    _press(known_browser(noud), "/ideas/")
    suggested = suggest(board=main_board(klank.organisation), person=fatima, title="Een ruilkast voor zaden", text="")
    react_to_everything()
    told = Notice.objects.of(klank.organisation).filter(person=noud, conversation=suggested.conversation)
    assert list(told.values_list("why", flat=True)) == ["idea"]
    assert 'action="/follow/"' not in browser(klank.organisation).get("/ideas/?status=done").content.decode()


def test_who_follows_what_we_change_hears_of_each_change_once_and_is_asked_nothing(klank, idea):
    noud = helper(klank.organisation, "Noud", "noud@example.org")
    _press(known_browser(noud), "/changes/")
    change_participant(person=noud, rhythm=Rhythm.AT_ONCE)
    change = _changed(klank, "Je ziet het nu", [idea])
    _tell()
    (mail,) = _mails(klank, noud)
    assert mail["subject"] == "Jullie zeiden, wij deden: Je ziet het nu"
    assert "Aan de knop." in mail["text"]
    assert f"/changes/{change.pk}/" in mail["text"]
    assert "/changes/better/" not in mail["text"]
    assert changes.figures(change).asked == 1, "Fatima, whose idea it was"
    assert not changes.was_told(change, noud)
    revise_change(change=change, by=klank.noor, title="Anders gezegd", text="Zo.", changed_on=TODAY, ideas=[idea])
    _tell()
    assert len(_mails(klank, noud)) == 1


def test_one_click_in_that_mail_ends_mail_about_changes_and_nothing_else(klank):
    noud = _follower(klank, "Noud")
    follow(person=noud, area=Area.IDEAS)
    _changed(klank, "Eerst")
    _tell()
    (mail,) = _mails(klank, noud)
    address = re.search(r"/unsubscribe/[^/]+/", mail["unsubscribe_url"])
    assert address
    browser(klank.organisation).post(address[0], {"List-Unsubscribe": "One-Click"})
    assert list(Follow.objects.of(klank.organisation).filter(person=noud).values_list("area", flat=True)) == ["ideas"]
    _changed(klank, "Later")
    _tell()
    assert len(_mails(klank, noud)) == 1


def test_who_asked_for_a_change_and_follows_all_of_them_hears_of_it_once(klank, idea, fatima):
    voter = _follower(klank, "Stem")
    follow(person=fatima, area=Area.CHANGES)
    vote(idea=idea, person=voter)
    react_to_everything()
    assert how_many_hear(klank.noor, [idea]) == 2
    _changed(klank, "Je ziet het nu", [idea])
    _tell()
    for each in (voter, fatima):
        (mail,) = [found for found in _mails(klank, each) if "Je ziet het nu" in found["subject"]]
        assert "/changes/better/" in mail["text"], "who asked for it is asked"


def test_changes_of_one_day_come_in_one_mail_to_who_wants_it_daily_and_never_is_never(klank):
    daily, never = _follower(klank, "Dag", Rhythm.DAILY), _follower(klank, "Nooit")
    change_participant(person=never, rhythm=Rhythm.NEVER)
    assert how_many_hear(klank.noor, []) == 1
    for title in ("Een", "Twee"):
        _changed(klank, title)
    _tell()
    assert not _mails(klank, daily)
    _tell(later=timedelta(days=1, hours=1))
    (mail,) = _mails(klank, daily)
    assert "Een" in mail["text"]
    assert "Twee" in mail["text"]
    assert not _mails(klank, never)


def test_who_waits_as_a_follower_is_asked_once_their_idea_is_named(klank, idea):
    voter = _follower(klank, "Stem", Rhythm.WEEKLY)
    vote(idea=idea, person=voter)
    change = _changed(klank, "Anders")
    react_to_everything()
    assert not changes.was_told(change, voter)
    revise_change(change=change, by=klank.noor, title="Anders", text="Nu.", changed_on=TODAY, ideas=[idea])
    _tell()
    (mail,) = _mails(klank, voter)
    assert "/changes/better/" in mail["text"]
    _tell(later=timedelta(days=9))
    assert len(_mails(klank, voter)) == 1


def test_two_who_turned_out_to_be_one_hear_of_a_change_once(klank):
    one, two = _follower(klank, "Een"), _follower(klank, "Twee")
    _changed(klank, "Anders")
    react_to_everything()
    merge_persons(duplicate=two, into=one, by=klank.jamal)
    _tell()
    assert len(_mails(klank, one)) + len(_mails(klank, two)) == 1


def test_nobody_hears_of_a_change_of_before_they_followed_or_of_their_own(klank):
    follow(person=person_of_member(membership=klank.noor), area=Area.CHANGES)
    change = _changed(klank, "Anders")
    react_to_everything()
    with clock.reading(clock.now() + timedelta(days=2)):
        late = _follower(klank, "Laat")
        revise_change(change=change, by=klank.noor, title="Anders gezegd", text="Nu.", changed_on=TODAY, ideas=[])
        assert how_many_hear(klank.noor, [], change) == 0
    _tell(later=timedelta(days=4))
    assert not _mails(klank, late)
    assert not change.told.exists()
