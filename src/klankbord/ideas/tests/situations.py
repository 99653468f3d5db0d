"""For each reaction to what happens with ideas, something that happened after which it has work to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import hide_publicly, show_publicly
from klankbord.conversations.events import MessageReceived
from klankbord.events.base import Event
from klankbord.ideas import reactions, telling
from klankbord.ideas.actions.boards import main_board, make_board
from klankbord.ideas.actions.changes import publish_change
from klankbord.ideas.actions.decide import set_status
from klankbord.ideas.actions.grow import ask_consent
from klankbord.ideas.actions.merge import merge
from klankbord.ideas.actions.panels import invite_to_panel
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.useful import find_useful
from klankbord.ideas.actions.vote import unvote, vote
from klankbord.ideas.by_mail import take_in_by_mail
from klankbord.ideas.models import Idea, Status
from klankbord.moderation.events import HeldPostShown
from klankbord.participation.actions import follow
from klankbord.participation.models import Area
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from tests import cast
from tests.reacting import last


def _scene(house: cast.DeKlank) -> tuple[Idea, Person]:
    """An idea of Fatima's, which Piet supports and follows as he follows all ideas."""
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    fatima, piet = (cast.helper(house.organisation, name) for name in ("Fatima", "Piet"))
    follow(person=piet, area=Area.IDEAS)
    idea = suggest(board=main_board(house.organisation), person=fatima, title="Langer open op zondag", text="Graag.")
    vote(idea=idea, person=piet)
    follow(person=piet, conversation=idea.conversation)
    return idea, piet


def _posted(house: cast.DeKlank) -> Event:
    _scene(house)
    return last("ideas.IdeaPosted")


def _reacted(house: cast.DeKlank) -> Event:
    idea, _piet = _scene(house)
    react(idea=idea, person=cast.helper(house.organisation, "Ans"), text="Ook in de avond.")
    _forget_counts(idea)
    return last("conversations.PublicMessagePosted")


def _hidden(house: cast.DeKlank) -> Event:
    idea, _piet = _scene(house)
    message = react(idea=idea, person=cast.helper(house.organisation, "Ans"), text="Onzin!")
    hide_publicly(message=message)
    return last("conversations.PublicMessageChanged")


def _held_shown(house: cast.DeKlank) -> Event:
    idea, _piet = _scene(house)
    held = react(idea=idea, person=cast.helper(house.organisation, "Ans"), text="Zie mijn site.", held=True)
    show_publicly(message=held)
    return HeldPostShown(
        organisation_id=house.organisation.pk, conversation_id=idea.conversation_id, message_id=held.pk
    )


def _voted(house: cast.DeKlank) -> Event:
    _scene(house)
    return last("participation.VoteCast")


def _found_useful(house: cast.DeKlank) -> Event:
    idea, piet = _scene(house)
    said = react(idea=idea, person=cast.helper(house.organisation, "Ans"), text="Ook in de avond.")
    find_useful(idea=idea, reaction=said, person=piet)
    return last("participation.VoteCast")


def _vote_withdrawn(house: cast.DeKlank) -> Event:
    idea, piet = _scene(house)
    reactions.reward_supporter(last("participation.VoteCast"))
    unvote(idea=idea, person=piet)
    return last("participation.VoteWithdrawn")


def _decided(house: cast.DeKlank) -> Event:
    idea, _piet = _scene(house)
    set_status(idea=idea, status=Status.DONE, sentence="Vanaf nu.", by=house.marlies)
    return last("ideas.IdeaStatusSet")


def _merged(house: cast.DeKlank) -> Event:
    idea, piet = _scene(house)
    other = suggest(board=idea.board, person=piet, title="Ook op zondag", text="")
    merge(idea=idea, into=other, by=house.marlies)
    return last("ideas.IdeasMerged")


def _persons_merged(house: cast.DeKlank) -> Event:
    idea, piet = _scene(house)
    merge_persons(duplicate=piet, into=idea.conversation.person, by=house.jamal)
    return last("people.PersonsMerged")


def _person_parted(house: cast.DeKlank) -> Event:
    event = _persons_merged(house)
    reactions.count_votes_of_merged_persons(event)
    piet = Person.objects.of(house.organisation).get(pk=event.person_id)  # type: ignore[attr-defined]  # as above
    unmerge_person(person=piet, by=house.jamal)
    return last("people.PersonUnmerged")


def _consent_asked(house: cast.DeKlank) -> Event:
    idea, _piet = _scene(house)
    conversation = cast.conversation(cast.customer(house.organisation), house.mailbox)
    ask_consent(conversation=conversation, board=idea.board, title="Langer open", text="", by=house.jamal)
    return last("ideas.ConsentAsked")


def _invited(house: cast.DeKlank) -> Event:
    _scene(house)
    board = make_board(by=house.noor, name="Panel", is_private=True)
    invite_to_panel(board=board, by=house.noor, email="lezer@example.org")
    return last("ideas.PanelInvited")


def _changed(house: cast.DeKlank) -> Event:
    idea, _piet = _scene(house)
    publish_change(by=house.noor, title="Open op zondag", text="Ja.", changed_on=clock.now().date(), ideas=[idea])
    return last("ideas.ChangePublished")


def _mailed(house: cast.DeKlank) -> Event:
    idea, piet = _scene(house)
    mail = cast.inbound(idea.conversation, "Graag ook in juli.", person=piet, hidden_at=clock.now())
    return MessageReceived(
        organisation_id=house.organisation.pk, conversation_id=idea.conversation_id, message_id=mail.pk, opened=False
    )


def _forget_counts(idea: Idea) -> None:
    """As if the reaction had come in by mail, past the action that counts it."""
    Idea.objects.of(idea.organisation_id).filter(pk=idea.pk).update(comments=0)


SITUATIONS: dict[Callable[[Any], None], Callable[[cast.DeKlank], Event]] = {
    reactions.tell_of_idea: _posted,
    reactions.tell_of_step: _decided,
    reactions.reward_taken_up: _decided,
    reactions.tell_of_merge: _merged,
    reactions.count_and_tell_reaction: _reacted,
    reactions.count_reactions_anew: _hidden,
    reactions.count_and_tell_shown: _held_shown,
    reactions.reward_supporter: _voted,
    reactions.reward_useful: _found_useful,
    reactions.take_back_support: _vote_withdrawn,
    reactions.count_votes_of_merged_persons: _persons_merged,
    reactions.count_votes_of_parted_persons: _person_parted,
    take_in_by_mail: _mailed,
    telling.mail_consent: _consent_asked,
    telling.mail_panel_invitation: _invited,
    telling.note_who_hears: _changed,
}
"""What each reaction answers to."""
