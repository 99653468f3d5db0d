"""Who hears what, how often, and how it stops."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.speak_publicly import hide_publicly, say_publicly
from klankbord.conversations.models import Message
from klankbord.participation.actions import change_participant, follow, participant_of, tag
from klankbord.participation.leaving import unsubscribe_url
from klankbord.participation.models import Follow, Notice, Rhythm, Topic
from klankbord.participation.telling import mail_notices, next_mail, tell_followers
from klankbord.people.models import Person
from tests.cast import DeKlank, browser, helper, known_browser, thread


def _mails(klank: DeKlank, person: Person) -> list[dict[str, str]]:
    rows = Dispatch.objects.of(klank.organisation).filter(recipient=person.addresses.get().value)
    return [row.message for row in rows.order_by("pk")]


def _eager(klank: DeKlank, name: str) -> Person:
    person = helper(klank.organisation, name)
    change_participant(person=person, rhythm=Rhythm.AT_ONCE)
    return person


def test_a_follower_gets_one_mail_to_which_they_can_answer(klank: DeKlank) -> None:
    asker, helping = _eager(klank, "Fatima"), helper(klank.organisation, "Piet")
    opening = thread(asker, "Een boek verlengen")
    follow(person=asker, conversation=opening.conversation)
    follow(person=helping, conversation=opening.conversation)
    answer = say_publicly(conversation=opening.conversation, person=helping, text="Klik op **Mijn boeken**.")
    for _twice in range(2):
        tell_followers(conversation=opening.conversation, message=answer, why="answer", except_person=helping)
    with clock.reading(clock.now() + timedelta(minutes=2)):
        mail_notices()
        mail_notices()
    (mail,) = _mails(klank, asker)
    assert "Klik op Mijn boeken." in mail["text"]
    assert "Piet" in mail["text"]
    assert "+k" in mail["reply_to"]
    assert "Iedereen kan je antwoord dan lezen" in mail["text"], "nobody publishes by mail without knowing it"
    assert not _mails(klank, helping), "nobody hears of what they did themselves"


def test_once_a_day_is_one_mail_with_all_of_it(klank: DeKlank) -> None:
    reader, helping = helper(klank.organisation, "Ans"), helper(klank.organisation, "Piet")
    threads = [thread(helper(klank.organisation), f"Vraag {number}") for number in range(3)]
    for opening in threads:
        follow(person=reader, conversation=opening.conversation)
        answer = say_publicly(conversation=opening.conversation, person=helping, text="Zo.")
        tell_followers(conversation=opening.conversation, message=answer, why="answer")
    mail_notices()
    assert not _mails(klank, reader)
    with clock.reading(clock.now() + timedelta(days=2)):
        mail_notices()
    (mail,) = _mails(klank, reader)
    assert all(f"Vraag {number}" in mail["text"] for number in range(3))


def test_what_was_hidden_meanwhile_is_not_mailed(klank: DeKlank) -> None:
    asker = _eager(klank, "Fatima")
    opening = thread(asker)
    follow(person=asker, conversation=opening.conversation)
    answer = say_publicly(conversation=opening.conversation, person=helper(klank.organisation, "X"), text="Koop dit!")
    tell_followers(conversation=opening.conversation, message=answer, why="answer")
    hide_publicly(message=answer)
    with clock.reading(clock.now() + timedelta(minutes=2)):
        mail_notices()
    assert not _mails(klank, asker)
    assert not Notice.objects.of(klank.organisation).filter(told_at__isnull=True).exists()


def test_topics_persons_and_areas_can_be_followed_too(klank: DeKlank) -> None:
    writer = helper(klank.organisation, "Piet")
    topic = Topic.objects.create(organisation=klank.organisation, name="E-books", slug="e-books")
    by_topic, by_person, by_area = (helper(klank.organisation, name) for name in ("A", "B", "C"))
    follow(person=by_topic, topic=topic)
    follow(person=by_person, whom=writer)
    follow(person=by_area, area="questions")
    opening = thread(writer)
    tag(conversation=opening.conversation, topics=[topic])
    told = tell_followers(conversation=opening.conversation, message=opening, why="question", areas=["questions"])
    assert told == 3


def test_one_click_ends_the_mail_about_one_thread_also_from_a_mail_program(klank: DeKlank) -> None:
    asker = _eager(klank, "Fatima")
    opening = thread(asker)
    follow(person=asker, conversation=opening.conversation)
    answer = say_publicly(conversation=opening.conversation, person=helper(klank.organisation, "X"), text="Zo.")
    tell_followers(conversation=opening.conversation, message=answer, why="answer")
    with clock.reading(clock.now() + timedelta(minutes=2)):
        mail_notices()
    found = re.search(r"(/unsubscribe/.+/)$", _mails(klank, asker)[0]["unsubscribe_url"])
    assert found
    visitor = browser(klank.organisation)
    assert visitor.get(found[1]).status_code == 200
    assert Follow.objects.of(klank.organisation).exists(), "opening the page ends nothing"
    done = visitor.post(found[1], "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert done.status_code == 200
    assert not Follow.objects.of(klank.organisation).exists()
    assert visitor.post("/unsubscribe/1.0:vals/").status_code == 404


def _told(klank: DeKlank, opening: Message, why: str = "question") -> None:
    tell_followers(conversation=opening.conversation, message=opening, why=why, areas=["questions"])


def _mailed(klank: DeKlank, person: Person) -> list[dict[str, str]]:
    with clock.reading(clock.now() + timedelta(minutes=2)):
        mail_notices()
    return _mails(klank, person)


def _ends(klank: DeKlank, mail: dict[str, str]) -> str:
    """Press the button of the mail program; what the page that comes back says."""
    path = re.search(r"(/unsubscribe/.+/)$", mail["unsubscribe_url"])
    assert path
    return browser(klank.organisation).post(path[1], {"List-Unsubscribe": "One-Click"}).content.decode()


def test_one_click_ends_what_the_mail_came_by_a_topic_a_person_or_an_area(klank: DeKlank) -> None:
    writer, others = helper(klank.organisation, "Piet"), helper(klank.organisation, "Ans")
    topic = Topic.objects.create(organisation=klank.organisation, name="E-books", slug="e-books")
    by_topic, by_person, by_area = (_eager(klank, name) for name in ("A", "B", "C"))
    follow(person=by_topic, topic=topic)
    follow(person=by_person, whom=writer)
    follow(person=by_area, area="questions")
    also = thread(others)
    for reader in (by_topic, by_person, by_area):
        follow(person=reader, conversation=also.conversation)
    opening = thread(writer)
    tag(conversation=opening.conversation, topics=[topic])
    _told(klank, opening)
    for reader, name in ((by_topic, "E-books"), (by_person, "Piet"), (by_area, "alle nieuwe vragen")):
        (mail,) = _mailed(klank, reader)
        assert f"omdat je {name} volgt" in mail["text"].replace("“", "").replace("”", "")
        assert name in _ends(klank, mail)
    _told(klank, opening, "answer")
    for reader in (by_topic, by_person, by_area):
        assert len(_mailed(klank, reader)) == 1, "they asked for no more of it"
        assert Follow.objects.of(klank.organisation).get(person=reader).conversation == also.conversation


def test_who_follows_a_thread_in_more_ways_is_rid_of_it_with_one_click(klank: DeKlank) -> None:
    writer, reader = helper(klank.organisation, "Piet"), _eager(klank, "Ans")
    duplicate, opening = thread(writer), thread(writer)
    follow(person=reader, whom=writer)
    follow(person=reader, conversation=duplicate.conversation)
    there = opening.conversation
    tell_followers(conversation=there, message=opening, why="answer", joined=[duplicate.conversation_id])
    (mail,) = _mailed(klank, reader)
    _ends(klank, mail)
    tell_followers(conversation=there, message=opening, why="comment", joined=[duplicate.conversation_id])
    assert len(_mailed(klank, reader)) == 1


def test_a_mail_with_all_sorts_of_things_ends_all_mail_and_says_so(klank: DeKlank) -> None:
    reader, writer = _eager(klank, "Ans"), helper(klank.organisation, "Piet")
    threads = [thread(writer, f"Vraag {number}") for number in range(2)]
    for opening in threads:
        follow(person=reader, conversation=opening.conversation)
        _told(klank, opening)
    (mail,) = _mailed(klank, reader)
    assert "Geen mail meer over alles wat ik volg" in mail["text"]
    _ends(klank, mail)
    _told(klank, threads[0], "answer")
    assert len(_mailed(klank, reader)) == 1


def _undo(klank: DeKlank, address: str, page: str) -> str:
    carried = re.search(r'name="undo" value="([^"]+)"', page)
    assert carried is not None
    path = address[address.index("/unsubscribe/") :]
    return browser(klank.organisation).post(path, {"undo": carried[1]}).content.decode()


def test_who_ended_the_mail_about_one_thing_by_mistake_undoes_it_there(klank: DeKlank) -> None:
    reader, opening = _eager(klank, "Ans"), thread(helper(klank.organisation))
    follow(person=reader, conversation=opening.conversation, rhythm=Rhythm.WEEKLY)
    address = unsubscribe_url(klank.organisation, reader, [str(opening.conversation_id)])
    said = _ends(klank, {"unsubscribe_url": address})
    assert "Ongedaan gemaakt" in _undo(klank, address, said)
    again = Follow.objects.of(klank.organisation).get()
    assert (again.conversation_id, again.rhythm) == (opening.conversation_id, Rhythm.WEEKLY)


def test_who_ended_all_mail_by_mistake_hears_as_often_as_before(klank: DeKlank) -> None:
    reader = _eager(klank, "Ans")
    change_participant(person=reader, rhythm=Rhythm.DAILY)
    address = unsubscribe_url(klank.organisation, reader)
    said = _ends(klank, {"unsubscribe_url": address})
    assert participant_of(reader).rhythm == Rhythm.NEVER
    assert 'name="undo"' not in _ends(klank, {"unsubscribe_url": address}), "nothing changed the second time"
    _undo(klank, address, said)
    assert participant_of(reader).rhythm == Rhythm.DAILY


def test_what_undoes_one_address_undoes_no_other(klank: DeKlank) -> None:
    reader, other = _eager(klank, "Ans"), _eager(klank, "Piet")
    said = _ends(klank, {"unsubscribe_url": unsubscribe_url(klank.organisation, reader)})
    theirs = unsubscribe_url(klank.organisation, other)
    _ends(klank, {"unsubscribe_url": theirs})
    _undo(klank, theirs, said)
    assert participant_of(other).rhythm == Rhythm.NEVER


def test_an_address_to_unsubscribe_from_an_older_mail_still_works(klank: DeKlank) -> None:
    reader, opening = _eager(klank, "Ans"), thread(helper(klank.organisation))
    follow(person=reader, conversation=opening.conversation)
    address = unsubscribe_url(klank.organisation, reader, [str(opening.conversation_id)])
    assert opening.conversation.subject in _ends(klank, {"unsubscribe_url": address})
    assert not Follow.objects.of(klank.organisation).exists()


def test_of_what_is_followed_in_more_ways_the_soonest_counts_and_never_is_never(klank: DeKlank) -> None:
    writer, reader = helper(klank.organisation, "Piet"), helper(klank.organisation, "Ans")
    opening = thread(writer)
    follow(person=reader, whom=writer, rhythm=Rhythm.WEEKLY)
    follow(person=reader, conversation=opening.conversation, rhythm=Rhythm.AT_ONCE)
    _told(klank, opening)
    assert len(_mailed(klank, reader)) == 1
    change_participant(person=reader, rhythm=Rhythm.NEVER)
    _told(klank, opening, "answer")
    assert len(_mailed(klank, reader)) == 1


def test_for_one_thing_one_chooses_how_often_on_ones_own_page(klank: DeKlank) -> None:
    reader, opening = helper(klank.organisation, "Ans"), thread(helper(klank.organisation, "Piet"))
    follow(person=reader, conversation=opening.conversation)
    row = Follow.objects.of(klank.organisation).get()
    visitor, place = known_browser(reader), f"/me/follows/{row.pk}/how-often/"
    assert place in visitor.get("/me/").content.decode()
    visitor.post(place, {"rhythm": "at_once"})
    _told(klank, opening)
    assert len(_mailed(klank, reader)) == 1
    follow(person=reader, conversation=opening.conversation)
    row.refresh_from_db(from_queryset=Follow.objects.of(klank.organisation))
    assert row.rhythm == Rhythm.AT_ONCE, "to take part once more changes nothing of it"
    visitor.post(place, {"rhythm": "never"})
    visitor.post(place, {"rhythm": ""})
    row.refresh_from_db(from_queryset=Follow.objects.of(klank.organisation))
    assert row.rhythm == ""
    assert known_browser(helper(klank.organisation, "Vreemd")).post(place, {"rhythm": "weekly"}).status_code == 404


def test_mail_goes_out_at_eight_in_the_organisations_own_time(klank: DeKlank) -> None:
    zone = klank.organisation.zone
    sunday = datetime(2026, 3, 29, 1, 30, tzinfo=zone)
    assert next_mail(Rhythm.DAILY, sunday, klank.organisation) == datetime(2026, 3, 29, 8, tzinfo=zone)
    noon = datetime(2026, 3, 25, 12, tzinfo=zone)
    assert next_mail(Rhythm.DAILY, noon, klank.organisation) == datetime(2026, 3, 26, 8, tzinfo=zone)
    assert next_mail(Rhythm.WEEKLY, noon, klank.organisation) == datetime(2026, 3, 30, 8, tzinfo=zone)
