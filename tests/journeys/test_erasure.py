"""Who took part in everything takes everything along, and leaves no word behind: in no table, and on no page."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from klankbord import clock
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import edit
from klankbord.conversations.models import Message
from klankbord.events.models import OutboxEvent
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import react as react_to_idea
from klankbord.ideas.actions.suggest import suggest
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import ask_for_judgement
from klankbord.moderation.rules import FlagReason
from klankbord.participation.actions import change_participant, follow
from klankbord.participation.confirming import ask_confirmation
from klankbord.participation.models import Area, Follow, Notice, Vote
from klankbord.people.models import Person
from klankbord.people.visitors import visitor_with
from klankbord.posts.actions import give_tip
from klankbord.reputation.models import Perk
from klankbord.reputation.perks import grant_perk
from klankbord.reputation.thanks import thank
from tests import cast

pytestmark = pytest.mark.django_db
MARK = "zonnebloem"
"""In every word of hers, so that it can be looked for everywhere."""


@pytest.fixture
def house(settings, tmp_path) -> cast.DeKlank:
    settings.MEDIA_ROOT = tmp_path
    house = cast.de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    return house


@pytest.fixture
def she(house: cast.DeKlank) -> Person:
    """Somebody who did everything that a visitor can do."""
    here = house.organisation
    she = cast.helper(here, f"Zus {MARK}", f"{MARK}@example.org", name=f"Zus van {MARK}", face=MARK)
    other = cast.helper(here, "Piet")
    change_participant(person=she, about=f"Houdt van een {MARK}")
    asked = ask(person=she, title=f"Waar is de {MARK}?", text=f"De gele {MARK}.")
    edit(message=asked.opening, by=she, text=f"De grote {MARK}.", title=f"Waar is mijn {MARK}?", reason=f"een {MARK}")
    others = ask(person=other, title="Hoe laat gaat het open?", text="Vandaag.")
    given = answer(question=others, person=she, text=f"Om negen uur, zegt de {MARK}.")
    comment(message=others.opening, person=she, text=f"Ook op {MARK}dag.")
    follow(person=she, area=Area.IDEAS)
    follow(person=other, whom=she)
    board = main_board(here)
    suggest(board=board, person=she, title=f"Een tuin voor de {MARK}", text=f"Met {MARK}.", place="haar-netwerk")
    react_to_idea(idea=suggest(board=board, person=other, title="Stoelen", text=""), person=she, text=f"Geen {MARK}.")
    give_tip(person=she, title=f"Het {MARK}boek", text=f"Over een {MARK}.")
    thank(to=other, by=she, words=f"Dank namens de {MARK}")
    thank(to=she, by=other, words=f"Graag gedaan, {MARK}", about=given.message)
    grant_perk(perk=Perk.objects.create(organisation=here, name="Koffie"), person=she, code=f"{MARK}-1")
    flag(message=others.opening, person=she, reason=FlagReason.UNKIND, words=f"Niet lief voor de {MARK}")
    ask_for_judgement(message=given.message, by=house.jamal)
    now = clock.now()
    Notice.objects.create(
        organisation=here, person=she, conversation=others.conversation, message=given.message, why="answer",
        made_at=now, due_at=now,
    )  # fmt: skip
    for address in (f"{MARK}@example.org", f"{MARK.upper()}@example.org"):
        payload = {"title": f"Nog een {MARK}", "text": "", "topics": [], "pictures": []}
        ask_confirmation(organisation=here, kind="question", payload=payload, email=address, name=MARK)
    cast.conversation(she, house.mailbox, subject=f"Mijn {MARK}", text=f"Waar blijft mijn {MARK}?")
    return she


def erase(house: cast.DeKlank, person: Person) -> None:
    answered = cast.browser(house.organisation, house.noor).post(f"/office/persons/{person.pk}/data/", {"sure": "on"})
    assert answered.status_code == 302


def tables_with(word: str) -> Iterator[str]:
    """Every table of the installation in which the word stands."""
    for model in apps.get_models():
        if word in json.dumps(list(model._base_manager.values()), default=str).lower():
            yield model._meta.label


def pages_with(browser: Client, word: str, *places: str) -> Iterator[str]:
    for place in places:
        if word in browser.get(place, {"q": word[:-1]} if "search" in place else {}).content.decode().lower():
            yield place


def test_who_took_part_in_everything_leaves_no_word_in_any_table(house: cast.DeKlank, she: Person):
    assert len(list(tables_with(MARK))) > 9, "it is looked for where it stands"
    erase(house, she)
    assert list(tables_with(MARK)) == []
    erase(house, she)
    assert list(tables_with(MARK)) == []


def test_no_browser_knows_who_was_erased(house: cast.DeKlank, she: Person):
    browser = cast.known_browser(she)
    erase(house, she)
    assert visitor_with(organisation=house.organisation, token=browser.cookies["visitor"].value) is None
    assert not Follow.objects.of(house.organisation).filter(whom=she).exists()
    assert Vote.objects.of(house.organisation).filter(person=she).values_list("place", flat=True).distinct().get() == ""


def test_who_was_erased_is_on_no_page_while_what_others_said_stays(house: cast.DeKlank, she: Person):
    visitor = cast.browser(house.organisation)
    messages = Message.objects.of(house.organisation).filter(person=she, conversation__is_public=True)
    threads = list(messages.values_list("conversation_id", "conversation__kind", "pk"))
    tip = next(pk for pk, kind, _ in threads if kind == "tip")
    addresses = {"question": "/questions/{}/", "idea": "/ideas/{}/", "tip": "/tips/{}/", "thanks": "/thanks/{}/"}
    places = [addresses[kind].format(pk) for pk, kind, _ in threads]
    places += [f"/history/{pk}/" for *_, pk in threads]
    places += [f"/people/{she.pk}/", "/", "/questions/", "/questions/feeds/newest/", "/ideas/", "/ideas/feed/"]
    places += ["/tips/", "/tips/feed.atom", "/thanks/", "/standing/"]
    assert len(list(pages_with(visitor, MARK, *places))) > 12
    erase(house, she)
    assert list(pages_with(visitor, MARK, *places)) == []
    assert f"/tips/{tip}/" not in visitor.get("/").content.decode(), "not even without words"
    assert "Hoe laat gaat het open?" in visitor.get("/questions/").content.decode()
    assert "Piet" in visitor.get("/questions/").content.decode()


def test_pages_in_memory_hear_that_somebody_was_erased(house: cast.DeKlank, she: Person):
    public = Message.objects.of(house.organisation).filter(person=she, conversation__is_public=True)
    said = dict(public.values_list("pk", "conversation_id"))
    OutboxEvent.objects.all().delete()
    erase(house, she)
    told = OutboxEvent.objects.filter(name="conversations.PublicMessageChanged").values_list("fields", flat=True)
    assert {each["message_id"]: each["conversation_id"] for each in told} == said


def test_a_person_takes_everything_along(house: cast.DeKlank, she: Person):
    answered = cast.browser(house.organisation, house.noor).post(f"/office/persons/{she.pk}/export/")
    archive = zipfile.ZipFile(io.BytesIO(answered.content))
    parts: dict[str, Any] = {name: archive.read(name).decode() for name in archive.namelist()}
    wanted = {
        "person.json": (f"Zus {MARK}", f"Zus van {MARK}", "browsers"),
        "taking_part.json": (f"Houdt van een {MARK}", f"De gele {MARK}.", f"een {MARK}", f"Nog een {MARK}", "ideas"),
        "standing.json": (f"Dank namens de {MARK}", f"Graag gedaan, {MARK}", f"{MARK}-1", "thanked"),
        "moderation.json": (f"Niet lief voor de {MARK}",),
        "conversations.json": (f"Om negen uur, zegt de {MARK}.", f"Ook op {MARK}dag.", f"Waar blijft mijn {MARK}?"),
    }
    missing = [(name, words) for name, all_of in wanted.items() for words in all_of if words not in parts[name]]
    assert missing == []
