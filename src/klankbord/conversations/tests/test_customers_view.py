"""What a customer may read, by a link that is theirs alone; and one person under several addresses."""

from __future__ import annotations

from typing import Any

from klankbord.conversations.actions.private_link import (
    follow_private_link,
    new_private_link,
    revoke_private_link,
    revoke_private_links,
)
from klankbord.conversations.actions.send_reply import send_reply, take_back_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.models import Conversation, Message, PrivateLink
from klankbord.people.actions import merge_persons, unmerge_person
from klankbord.people.models import Person
from tests import cast


def test_a_customer_reads_no_notes_and_nothing_that_was_taken_back(post: Any) -> None:
    question, jamal = post.question(), post.house.jamal
    write_note(conversation=question, by=jamal, text="Lastig geval.")
    take_back_reply(message=send_reply(conversation=question, by=jamal, text="Nee."), by=jamal)
    send_reply(conversation=question, by=jamal, text="Ja.")
    read = Message.objects.of(post.house.organisation).for_customer().exclude(automatic="acknowledgement").in_order()
    assert [each.text for each in read] == ["Is de bibliotheek zondag open?", "Ja."]


def test_a_link_has_128_bits_is_stored_hashed_and_opens_its_own_conversation_only(post: Any) -> None:
    question, organisation = post.question(), post.house.organisation
    token = new_private_link(conversation=question)
    assert len(token) >= 22
    assert token != new_private_link(conversation=question)
    assert not any(token in row.token_hash for row in PrivateLink.objects.of(organisation))
    assert follow_private_link(organisation=organisation, token=token) == question
    assert follow_private_link(organisation=cast.klankerveen().organisation, token=token) is None
    stored = PrivateLink.objects.of(organisation).first()
    assert stored is not None
    assert follow_private_link(organisation=organisation, token=stored.token_hash) is None


def test_a_link_can_be_closed_by_who_holds_it_and_all_of_them_by_staff(post: Any) -> None:
    question, organisation = post.question(), post.house.organisation
    one, other = new_private_link(conversation=question), new_private_link(conversation=question)
    revoke_private_link(organisation=organisation, token=one)
    assert follow_private_link(organisation=organisation, token=one) is None
    assert follow_private_link(organisation=organisation, token=other) == question
    assert revoke_private_links(conversation=question, by=post.house.jamal) == 2  # the acknowledgement had one too
    assert follow_private_link(organisation=organisation, token=other) is None


def test_an_answer_goes_to_the_address_that_a_merged_person_wrote_from(post: Any) -> None:
    house = post.house
    main = cast.customer(house.organisation, email="thuis@example.org")
    work = cast.customer(house.organisation, email="werk@example.org")
    merge_persons(duplicate=work, into=main, by=house.jamal)
    (said,) = post.bring(post.letter(sender="werk@example.org"))
    reply = send_reply(conversation=said.conversation, by=house.jamal, text="Ja.")
    assert reply.dispatch is not None
    assert reply.dispatch.recipient == "werk@example.org"
    assert post.acknowledgements()[0].recipient == "werk@example.org"
    assert said.conversation in Conversation.objects.of(house.organisation).of_person(main)


def test_what_came_while_two_were_merged_is_whose_it_was_when_they_are_two_again(post: Any) -> None:
    house = post.house
    main = cast.customer(house.organisation, email="thuis@example.org")
    work = cast.customer(house.organisation, email="werk@example.org")
    merge_persons(duplicate=work, into=main, by=house.jamal)
    (said,) = post.bring(post.letter(sender="werk@example.org"))
    unmerge_person(person=Person.objects.of(house.organisation).get(pk=work.pk), by=house.jamal)
    again = Person.objects.of(house.organisation).get(pk=work.pk)
    assert list(Conversation.objects.of(house.organisation).of_person(again)) == [said.conversation]
    assert not Conversation.objects.of(house.organisation).of_person(main).exists()
