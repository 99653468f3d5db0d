"""Private questions that are shown to everybody after their asker says yes, and public ones that go on in private."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from klankbord.channels.models import Dispatch
from klankbord.community.actions.make_private import make_private
from klankbord.community.actions.publish import ask_to_publish
from klankbord.community.models import Publication, Question
from klankbord.community.refusals import AlreadyAsked, NoMailAddress
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.models import Conversation, ConversationState, Promise
from klankbord.events.reacting import react_to_everything
from klankbord.participation.privacy import TooPersonal
from klankbord.people.models import Person
from tests import cast

PRIVATE = "Ik ben Ans de Vries, mijn nummer is 06 12345678. Hoe verleng ik een boek?"


@pytest.fixture
def private(scene: SimpleNamespace) -> SimpleNamespace:
    """A private conversation with an answer, and a mailbox that sends."""
    scene.house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    scene.house.mailbox.save()
    customer = cast.customer(scene.here, "Ans de Vries", "ans.de.vries@example.org")
    scene.conversation = cast.conversation(customer, scene.house.mailbox, subject="Boek", text=PRIVATE)
    cast.outbound(scene.conversation, scene.house.jamal, "Onder Mijn boeken, Ans.")
    scene.staff = cast.browser(scene.here, scene.house.jamal)
    scene.place = f"/questions/publish/{scene.conversation.pk}/"
    return scene


def letter_to(scene: SimpleNamespace, address: str) -> str:
    return str(Dispatch.objects.of(scene.here).filter(recipient=address).latest("pk").message["text"])


def consent_link(scene: SimpleNamespace) -> str:
    found = re.search(r"/questions/consent/\S+/", letter_to(scene, "ans.de.vries@example.org"))
    assert found is not None
    return found[0]


def ask_them(scene: SimpleNamespace, **words: str) -> None:
    fields = {"title": "Hoe verleng ik een boek?", "text": "Waar vind ik de knop?", "answer": "Onder Mijn boeken."}
    assert scene.staff.post(scene.place, {**fields, **words}).status_code == 302


def test_a_title_that_does_not_fit_is_said_at_its_field_and_stays(private: SimpleNamespace):
    long = "Hoe verleng ik een boek? " * 13
    answered = private.staff.post(private.place, {"title": long, "text": "Waar?", "answer": ""})
    shown = answered.content.decode()
    assert answered.status_code == 422
    assert long in shown
    assert "Er passen er 300." in shown
    assert "maxlength" not in shown


def test_what_is_personal_is_taken_out_before_the_agent_reads_it_over(private: SimpleNamespace):
    proposed = page(private.staff, private.place)
    assert "06 12345678" not in proposed
    assert "Vries" not in proposed.split("<form", 1)[1]
    assert "[naam]" in proposed
    assert "[naam] [naam]" not in proposed, "of a whole name one word is left"
    assert "Hoe verleng ik een boek?" in proposed
    assert page(private.staff, f"/inbox/{private.conversation.pk}/").count(private.place)


def test_nothing_is_public_before_they_say_yes_and_then_a_new_conversation_is(private: SimpleNamespace):
    ask_them(private)
    react_to_everything()
    mail = letter_to(private, "ans.de.vries@example.org")
    assert "Waar vind ik de knop?" in mail
    assert "Onder Mijn boeken." in mail
    before = Question.objects.of(private.here).count()
    customer = cast.browser(private.here)
    assert "Waar vind ik de knop?" in page(customer, consent_link(private))
    assert Question.objects.of(private.here).count() == before, "looking is not agreeing"

    done = customer.post(consent_link(private), {"answer": "yes", "name": "Ans"})
    question = Question.objects.of(private.here).select_related("conversation").latest("pk")
    assert done.headers["Location"] == f"/questions/{question.pk}/"
    assert question.conversation.grew_from == private.conversation
    shown = page(customer, f"/questions/{question.pk}/")
    assert "Waar vind ik de knop?" in shown
    assert "06 12345678" not in shown
    assert "Jamal Haddou" in shown
    private.conversation.refresh_from_db()
    assert not private.conversation.is_public


def test_only_the_first_word_counts_and_no_is_no(private: SimpleNamespace):
    ask_them(private)
    link, customer = consent_link(private), cast.browser(private.here)
    customer.post(link, {"answer": "no"})
    customer.post(link, {"answer": "yes"})
    assert Publication.objects.of(private.here).get().became is None
    assert not Question.objects.of(private.here).filter(conversation__grew_from=private.conversation).exists()


def test_a_second_yes_publishes_nothing_more(private: SimpleNamespace):
    ask_them(private)
    link, customer = consent_link(private), cast.browser(private.here)
    first, second = (customer.post(link, {"answer": "yes"}).headers["Location"] for _ in range(2))
    assert first == second
    assert Question.objects.of(private.here).filter(conversation__grew_from=private.conversation).count() == 1


def test_a_request_can_be_taken_back_and_is_asked_once_at_a_time(private: SimpleNamespace):
    ask_them(private)
    with pytest.raises(AlreadyAsked):
        ask_to_publish(conversation=private.conversation, by=private.house.jamal, title="Nog eens?", text="")
    link = consent_link(private)
    private.staff.post(private.place, {"stop": "1"})
    cast.browser(private.here).post(link, {"answer": "yes"})
    assert not Question.objects.of(private.here).filter(conversation__grew_from=private.conversation).exists()


def test_a_citizen_number_is_never_proposed_to_the_customer(private: SimpleNamespace):
    with pytest.raises(TooPersonal):
        ask_to_publish(
            conversation=private.conversation, by=private.house.jamal, title="Klopt mijn BSN 111222333?", text=""
        )


def test_the_consent_page_of_another_organisation_opens_nothing(private: SimpleNamespace):
    ask_them(private)
    assert cast.browser(cast.klankerveen().organisation).get(consent_link(private)).status_code == 404


def test_a_public_question_goes_on_in_private_and_its_asker_is_told(private: SimpleNamespace):
    scene = private
    done = scene.staff.post(f"/questions/{scene.question.pk}/go-private/")
    react_to_everything()
    new = Conversation.objects.of(scene.here).get(grew_from_id=scene.question.pk)
    assert done.headers["Location"] == f"/inbox/{new.pk}/"
    assert not new.is_public
    assert (new.state, new.person, new.is_waiting) == (ConversationState.OPEN, scene.ans, True)
    assert Promise.objects.of(scene.here).filter(conversation=new).exists()
    assert new.messages.get().text == "Ik zie geen knop."
    address = scene.ans.addresses.get().shown
    assert "/g/" in letter_to(scene, address)
    gone = cast.browser(scene.here).get(scene.path)
    assert gone.status_code == 410
    assert "Hoe verleng ik een boek?" not in gone.content.decode()
    assert "Hoe verleng ik een boek?" not in page(cast.browser(scene.here), "/questions/")


def test_who_waited_already_goes_on_waiting_from_then_and_twice_is_once(private: SimpleNamespace):
    scene = private
    scene.staff.post(f"/questions/{scene.question.pk}/to-inbox/")
    since = Conversation.objects.of(scene.here).get(pk=scene.question.pk).waiting_since
    first = make_private(question=anew(scene.question), by=scene.house.jamal)
    second = make_private(question=anew(scene.question), by=scene.house.jamal)
    assert (first.pk, first.waiting_since) == (second.pk, since)
    public = Conversation.objects.of(scene.here).get(pk=scene.question.pk)
    assert not public.is_waiting
    running = Promise.objects.of(scene.here).filter(answered_at=None, dropped_at=None, conversation=first)
    assert running.count() == 1


def test_who_cannot_be_told_is_not_moved(private: SimpleNamespace):
    nobody = Person.objects.create(organisation=private.here, pseudonym="Elders")
    Conversation.objects.of(private.here).filter(pk=private.question.pk).update(person=nobody)
    private.question.opening.person = nobody
    private.question.opening.save()
    with pytest.raises(NoMailAddress):
        make_private(question=anew(private.question), by=private.house.jamal)


def test_what_is_personal_is_asked_about_first_and_then_the_customer_shares_it_knowingly(private: SimpleNamespace):
    tick = "Ik weet wat er staat, en het mag openbaar"
    words = {"title": "Wie belt mij?", "text": "Bel mij op 06-12345678.", "answer": ""}
    refused = private.staff.post(private.place, words)
    assert refused.status_code == 422
    assert tick in refused.content.decode()
    assert not Publication.objects.of(private.here).exists()
    assert private.staff.post(private.place, {**words, "anyway": "on"}).status_code == 302
    mail = letter_to(private, "ans.de.vries@example.org")
    assert "Kijk er goed naar: er staat een telefoonnummer in." in mail
    assert "lieten we weg" not in mail
    link, customer = consent_link(private), cast.browser(private.here)
    assert tick in page(customer, link)
    assert "Je mag nee zeggen." in page(customer, link), "there is no text to change on that page"
    assert customer.post(link, {"answer": "yes"}).status_code == 422
    assert Publication.objects.of(private.here).get().became is None
    assert customer.post(link, {"answer": "yes", "anyway": "on"}).status_code == 302
    assert Publication.objects.of(private.here).get().became is not None
