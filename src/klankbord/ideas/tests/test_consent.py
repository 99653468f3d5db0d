"""A customer agrees that their mail becomes an idea, perhaps in other words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.conversations.models import Conversation
from klankbord.events.reacting import react_to_everything
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.grow import agree, consent_hash, decline, request_with
from klankbord.ideas.models import ConsentRequest, Idea
from klankbord.moderation.models import Case
from klankbord.participation.contract import NoLongerThere
from tests import cast
from tests.visitor import Page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [("Graag op zondag.", True), ("Koop nu goedkoop bij kwaad.example en win!", False)],
    ids=["as it was made ready", "in words that no colleague read"],
)
def test_words_that_no_colleague_read_are_held_to_what_every_post_is(text: str, is_shown: bool):
    house = cast.de_klank()
    asked = ConsentRequest.objects.create(
        organisation=house.organisation,
        conversation=cast.conversation(cast.customer(house.organisation), house.mailbox),
        board=main_board(house.organisation),
        title="Langer open",
        text="Graag op zondag.",
        asked_by=house.jamal,
        token_hash=consent_hash("ja"),
    )
    answered = cast.browser(house.organisation).post("/ideas/consent/ja/", {"title": asked.title, "text": text})
    idea = Idea.objects.of(house.organisation).select_related("conversation").get()
    assert (idea.conversation.hidden_at is None) is is_shown
    assert Case.objects.of(house.organisation).exists() is not is_shown
    assert (f"/ideas/{idea.conversation_id}/" == answered.headers["Location"]) is is_shown


def a_mail(klank: cast.DeKlank) -> Conversation:
    return cast.conversation(cast.customer(klank.organisation, "Truus", email="truus@example.org"), klank.mailbox)


def ask(klank: cast.DeKlank, conversation: Conversation, **words: str) -> Any:
    filled = {"title": "Langer open", "text": "Graag op zondag.\r\n\r\nTot vijf uur."} | words
    return cast.browser(klank.organisation, klank.jamal).post(f"/ideas/from/{conversation.pk}/", filled)


def link_of(conversation: Conversation) -> str:
    request = ConsentRequest.objects.of(conversation.organisation_id).open().get(conversation=conversation)
    ConsentRequest.objects.of(conversation.organisation_id).filter(pk=request.pk).update(
        token_hash=consent_hash(f"ja{request.pk}")
    )
    return f"/ideas/consent/ja{request.pk}/"


def test_what_a_browser_sends_back_as_it_was_shown_is_not_held(klank: cast.DeKlank):
    conversation = a_mail(klank)
    ask(klank, conversation)
    link = link_of(conversation)
    shown = Page(200, link, cast.browser(klank.organisation).get(link).content.decode()).form("text")
    as_browsers_do = {name: value.replace("\n", "\r\n") for name, value in shown.items() if name != "no"}
    cast.browser(klank.organisation).post(link, as_browsers_do)
    idea = Idea.objects.of(klank.organisation).select_related("conversation", "opening").get()
    assert idea.conversation.hidden_at is None
    assert idea.opening.text == "Graag op zondag.\n\nTot vijf uur."


def test_after_a_yes_nobody_is_asked_again_and_after_a_no_they_may_be(klank: cast.DeKlank):
    conversation = a_mail(klank)
    ask(klank, conversation)
    assert ask(klank, conversation).status_code == 422
    cast.browser(klank.organisation).post(link_of(conversation), {"no": "1"})
    page = cast.browser(klank.organisation, klank.jamal).get(f"/ideas/from/{conversation.pk}/").content.decode()
    assert "De klant zei nee." in page
    assert ask(klank, conversation, title="Op zondag open").status_code == 302
    cast.browser(klank.organisation).post(link_of(conversation), {"title": "Op zondag open", "text": "Graag."})
    assert ask(klank, conversation).status_code == 422
    assert Idea.objects.of(klank.organisation).count() == 1


def test_who_does_not_answer_may_be_asked_anew_after_a_month_or_when_it_is_taken_back(klank: cast.DeKlank):
    conversation = a_mail(klank)
    ask(klank, conversation)
    link = link_of(conversation)
    stopped = cast.browser(klank.organisation, klank.jamal).post(f"/ideas/from/{conversation.pk}/", {"stop": "1"})
    assert stopped.status_code == 302
    assert cast.browser(klank.organisation).post(link, {"title": "Ja", "text": "Ja."}).status_code == 404
    assert ask(klank, conversation).status_code == 302
    with clock.reading(clock.now() + timedelta(days=31)):
        assert ask(klank, conversation).status_code == 302
    assert ConsentRequest.objects.of(klank.organisation).count() == 1


@pytest.mark.parametrize(
    "words", [{"title": " "}, {"title": "x" * 301}, {"text": "x" * 200_001}, {"text": "Mijn BSN is 111222333."}]
)
def test_what_could_not_stand_there_is_not_asked(klank: cast.DeKlank, words: dict[str, str]):
    assert ask(klank, a_mail(klank), **words).status_code == 422
    assert not ConsentRequest.objects.of(klank.organisation).exists()


def test_who_said_no_in_one_window_says_no_yes_in_another(klank: cast.DeKlank):
    conversation = a_mail(klank)
    ask(klank, conversation)
    request = request_with(organisation=klank.organisation, token=link_of(conversation).split("/")[-2])
    assert request is not None
    decline(request=request)
    with pytest.raises(NoLongerThere):
        agree(request=request, title="Langer open", text="", name="", wants_credit=False)


PHONE = "Bel mij op 06-12345678."
TICK = "Ik weet wat er staat, en het mag openbaar"


def test_a_colleague_is_asked_about_what_is_personal_before_the_customer_is(klank: cast.DeKlank):
    conversation = a_mail(klank)
    asked = ask(klank, conversation, text=PHONE)
    assert asked.status_code == 422
    assert TICK in asked.content.decode()
    assert "een telefoonnummer" in asked.content.decode()
    assert not ConsentRequest.objects.of(klank.organisation).exists()
    assert ask(klank, conversation, text=PHONE, anyway="on").status_code == 302


def test_the_mail_says_whether_something_about_the_customer_stands_in_it(klank: cast.DeKlank):
    conversation = a_mail(klank)
    for words, said, unsaid in (
        ({"text": PHONE, "anyway": "on"}, "Kijk er goed naar: er staat een telefoonnummer in.", "lieten we weg"),
        ({"text": "Graag op zondag."}, "Wat over jou gaat, lieten we weg.", "Kijk er goed naar"),
    ):
        ask(klank, conversation, **words)
        react_to_everything()
        mail = Dispatch.objects.of(klank.organisation).latest("pk").message["text"]
        assert said in mail
        assert unsaid not in mail
        ConsentRequest.objects.of(klank.organisation).delete()


def test_the_customer_shares_what_is_personal_only_when_they_say_that_they_know(klank: cast.DeKlank):
    conversation = a_mail(klank)
    ask(klank, conversation, text=PHONE, anyway="on")
    link, customer = link_of(conversation), cast.browser(klank.organisation)
    assert TICK in customer.get(link).content.decode()
    sent = {"title": "Langer open", "text": PHONE}
    refused = customer.post(link, sent)
    assert refused.status_code == 422
    assert TICK in refused.content.decode()
    assert not Idea.objects.of(klank.organisation).exists()
    assert customer.post(link, {**sent, "anyway": "on"}).status_code == 302
    assert Idea.objects.of(klank.organisation).count() == 1
