"""For each of the community's reactions, something that happened after which it has work to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klankbord.community import reactions
from klankbord.community.actions.accept import accept, accept_no_longer
from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import edit
from klankbord.community.actions.join import join
from klankbord.community.actions.official import make_official, make_unofficial
from klankbord.community.actions.vote import find_no_longer_useful, find_useful
from klankbord.community.by_mail import take_in_by_mail
from klankbord.community.models import Answer, Question
from klankbord.conversations.actions.change_state import mark_spam
from klankbord.conversations.actions.speak_publicly import hide_publicly, say_publicly, show_publicly
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Direction, Message
from klankbord.events.base import Event
from klankbord.moderation.events import HeldPostShown
from klankbord.participation.actions import follow
from klankbord.participation.models import Vote
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from tests import cast
from tests.reacting import last


def _scene(house: cast.DeKlank) -> tuple[Question, Answer, Person, Person]:
    """A question by Ans with an answer by Piet, read by Fatima, who follows it."""
    ans, piet, fatima = (cast.helper(house.organisation, name) for name in ("Ans", "Piet", "Fatima"))
    question = ask(person=ans, title="Hoe verleng ik een boek?", text="Ik zie geen knop.")
    given = answer(question=question, person=piet, text="Onder Mijn boeken.")
    follow(person=fatima, conversation=question.conversation)
    return question, given, ans, fatima


def _posted(house: cast.DeKlank) -> Event:
    _scene(house)
    return last("conversations.PublicMessagePosted")


def _held_shown(house: cast.DeKlank) -> Event:
    question, _given, _ans, fatima = _scene(house)
    held = answer(question=question, person=fatima, text="Of bel even.", held=True)
    show_publicly(message=held.message)
    return HeldPostShown(organisation_id=house.organisation.pk, conversation_id=question.pk, message_id=held.pk)


def _hidden(house: cast.DeKlank) -> Event:
    _question, given, _ans, _fatima = _scene(house)
    hide_publicly(message=given.message)
    return last("conversations.PublicMessageChanged")


def _vote(house: cast.DeKlank) -> Event:
    _question, given, _ans, fatima = _scene(house)
    find_useful(answer=given, person=fatima)
    return last("participation.VoteCast")


def _vote_taken_back(house: cast.DeKlank) -> Event:
    _question, given, _ans, fatima = _scene(house)
    find_useful(answer=given, person=fatima)
    reactions.reward_vote(last("participation.VoteCast"))
    find_no_longer_useful(answer=given, person=fatima)
    return last("participation.VoteWithdrawn")


def _accepted(house: cast.DeKlank) -> Event:
    _question, given, ans, _fatima = _scene(house)
    accept(answer=given, by=ans)
    return last("community.AnswerAccepted")


def _no_longer_accepted(house: cast.DeKlank) -> Event:
    _question, given, ans, _fatima = _scene(house)
    accept(answer=given, by=ans)
    reactions.reward_accepted(last("community.AnswerAccepted"))
    accept_no_longer(answer=given, by=ans)
    return last("community.AnswerNoLongerAccepted")


def _official(house: cast.DeKlank) -> Event:
    _question, given, _ans, _fatima = _scene(house)
    make_official(answer=given, by=house.jamal)
    return last("community.AnswerMadeOfficial")


def _no_longer_official(house: cast.DeKlank) -> Event:
    _question, given, _ans, _fatima = _scene(house)
    make_official(answer=given, by=house.jamal)
    reactions.reward_official(last("community.AnswerMadeOfficial"))
    make_unofficial(answer=given, by=house.jamal)
    return last("community.AnswerNoLongerOfficial")


def _edited(house: cast.DeKlank) -> Event:
    _question, given, _ans, fatima = _scene(house)
    edit(message=given.message, by=fatima, membership=house.tom, text="Onder *Mijn boeken*, rechts.")
    return last("participation.Revised")


def _joined(house: cast.DeKlank) -> Event:
    question, _given, ans, _fatima = _scene(house)
    other = ask(person=ans, title="Boek verlengen?", text="")
    join(question=question, into=other, by=house.tom)
    return last("community.QuestionsJoined")


def _merged(house: cast.DeKlank) -> Event:
    _question, given, _ans, fatima = _scene(house)
    double = cast.helper(house.organisation, "Fatima")
    for person in (fatima, double):
        find_useful(answer=given, person=person)
    merge_persons(duplicate=double, into=fatima, by=house.jamal)
    return last("people.PersonsMerged")


def _unmerged(house: cast.DeKlank) -> Event:
    merged = _merged(house)
    reactions.count_votes_of_merged_persons(merged)
    double = Person.objects.of(house.organisation).get(pk=merged.person_id)  # type: ignore[attr-defined]  # the same
    assert Vote.objects.of(house.organisation).filter(person=double).exists()
    unmerge_person(person=double, by=house.jamal)
    return last("people.PersonUnmerged")


def _spam(house: cast.DeKlank) -> Event:
    question, *_others = _scene(house)
    mark_spam(conversation=question.conversation, by=house.jamal)
    return last("conversations.ConversationStateChanged")


def _mailed(house: cast.DeKlank) -> Event:
    question, _given, _ans, fatima = _scene(house)
    said = say_publicly(conversation=question.conversation, person=fatima, text="Bij mij staat hij links.", held=True)
    Message.objects.of(house.organisation).filter(pk=said.pk).update(direction=Direction.INBOUND)
    return MessageReceived(
        organisation_id=house.organisation.pk, conversation_id=question.pk, message_id=said.pk, opened=False
    )


SITUATIONS: dict[Callable[[Any], None], Callable[[cast.DeKlank], Event]] = {
    reactions.tell_of_post: _posted,
    reactions.count_and_tell_shown: _held_shown,
    reactions.count_anew: _hidden,
    reactions.reward_vote: _vote,
    reactions.take_back_vote: _vote_taken_back,
    reactions.reward_accepted: _accepted,
    reactions.take_back_accepted: _no_longer_accepted,
    reactions.reward_official: _official,
    reactions.take_back_official: _no_longer_official,
    reactions.reward_edit: _edited,
    reactions.tell_of_join: _joined,
    reactions.count_votes_of_merged_persons: _merged,
    reactions.count_votes_of_parted_persons: _unmerged,
    reactions.hide_spam: _spam,
    take_in_by_mail: _mailed,
}
