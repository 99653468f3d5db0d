"""Votes count once, whoever sends them however often."""

from __future__ import annotations

from klankbord.participation.actions import (
    cast_vote,
    distinct_votes,
    revise,
    tag,
    voted_for,
    withdraw_vote,
)
from klankbord.participation.models import Revision, Tagging, Topic
from klankbord.people.actions import merge_persons, unmerge_person
from tests.cast import DeKlank, helper, thread


def test_a_vote_counts_once_and_can_be_taken_back(klank: DeKlank) -> None:
    asker, voter = helper(klank.organisation), helper(klank.organisation, "Piet")
    message = thread(asker)
    assert cast_vote(message=message, person=voter)
    assert not cast_vote(message=message, person=voter)
    assert voted_for(person=voter, organisation_id=klank.organisation.pk, message_ids=[message.pk]) == {message.pk}
    assert withdraw_vote(message=message, person=voter)
    assert not withdraw_vote(message=message, person=voter)
    assert not voted_for(person=voter, organisation_id=klank.organisation.pk, message_ids=[message.pk])


def test_of_two_merged_persons_one_vote_counts_and_both_again_when_they_are_unmerged(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation))
    one, other = helper(klank.organisation, "Piet"), helper(klank.organisation, "Piet thuis")
    cast_vote(message=message, person=one)
    cast_vote(message=message, person=other)
    merge_persons(duplicate=other, into=one, by=klank.marlies)
    count = distinct_votes(organisation_id=klank.organisation.pk, message_ids=[message.pk])
    assert set(count) == {one.pk}
    other.refresh_from_db()
    assert not cast_vote(message=message, person=other)
    unmerge_person(person=other, by=klank.marlies)
    assert len(distinct_votes(organisation_id=klank.organisation.pk, message_ids=[message.pk])) == 2


def test_a_thread_is_about_exactly_the_topics_that_were_chosen_last(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation))
    topics = [
        Topic.objects.create(organisation=klank.organisation, name=name, slug=name.lower()) for name in ("A", "B", "C")
    ]
    assert tag(conversation=message.conversation, topics=topics[:2])
    assert tag(conversation=message.conversation, topics=topics[1:])
    assert not tag(conversation=message.conversation, topics=topics[1:])
    rows = Tagging.objects.of(klank.organisation).values_list("topic__name", flat=True)
    assert sorted(rows) == ["B", "C"]


def test_what_stood_there_before_an_edition_stays_to_be_seen(klank: DeKlank) -> None:
    asker = helper(klank.organisation)
    message = thread(asker, "Verlengen?", "Hoe verleng ik")
    assert revise(message=message, by=asker, text="Hoe verleng ik een boek?", subject="Een boek verlengen")
    assert revise(message=message, by=asker, text="Hoe verleng ik een boek?", subject="Een boek verlengen") is None
    kept = Revision.objects.of(klank.organisation).get()
    assert (kept.subject, kept.text) == ("Verlengen?", "Hoe verleng ik")
    message.conversation.refresh_from_db()
    message.refresh_from_db()
    assert (message.conversation.subject, message.text) == ("Een boek verlengen", "Hoe verleng ik een boek?")
