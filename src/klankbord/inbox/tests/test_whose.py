"""Nobody sees or changes what is another organisation's: every address and every id in a body."""

from __future__ import annotations

import pytest
from django.core import signing
from django.urls import URLPattern

from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Attachment, Conversation, Draft, Message
from klankbord.inbox import urls
from klankbord.inbox.tests.conftest import receive
from klankbord.inbox.tests.test_files import quarantined
from klankbord.people.models import Person

POSTS = {
    "unreadable_again", "reply", "note", "draft", "give", "done", "reopen", "spam", "undo", "send_again", "addresses",
    "merge", "unmerge", "describe",
}  # fmt: skip
ROUTES = [route for route in urls.urlpatterns if isinstance(route, URLPattern)]
WITH_AN_ID = [route for route in ROUTES if "<row:pk>" in str(route.pattern)]


@pytest.fixture
def theirs(neighbour, picture) -> dict[str, int]:
    """Ids of everything that the neighbour has, by the word in our addresses."""
    receive(neighbour.mail, into=neighbour.conversation, html="<p>x</p>", files=[picture()])
    message = send_reply(conversation=neighbour.conversation, by=neighbour.piet, text="Secret of theirs")
    return {
        "outgoing": message.dispatch_id,
        "unreadable": quarantined(neighbour.house, neighbour.mail).pk,
        "message": message.pk,
        "file": Attachment.objects.of(neighbour.house).get().pk,
        "person": neighbour.conversation.person_id,
        "": neighbour.conversation.pk,
    }


@pytest.mark.parametrize("route", WITH_AN_ID, ids=lambda route: route.name)
def test_another_organisations_id_in_an_address_is_not_found(desk, theirs, neighbour, route):
    pattern = str(route.pattern)
    first = pattern.split("/", maxsplit=1)[0]
    ids = [theirs[first if first in theirs else ""]]
    if route.name == "formatted":
        ids.append(Message.objects.of(neighbour.house).filter(has_html=True).get().pk)
    for number in (*ids, 10**9, 2**63 + 5):
        path = "/inbox/" + pattern.replace("<row:pk>", str(number))
        body = {"text": "hello", "kind": "reply", "to": "me", "duplicate": "1", "name": "x"}
        answer = desk.post(path, body) if route.name in POSTS else desk.get(path)
        assert answer.status_code == 404, path


def test_nothing_of_theirs_was_changed_by_trying(desk, theirs, neighbour, cast):
    before = (
        list(Conversation.objects.of(neighbour.house).values()),
        Message.objects.of(neighbour.house).count(),
        list(Person.objects.of(neighbour.house).values()),
        list(Dispatch.objects.of(neighbour.house).values("state", "attempts")),
        list(Arrival.objects.of(neighbour.house).values("state", "attempts")),
    )
    for route in WITH_AN_ID:
        pattern = str(route.pattern)
        first = pattern.split("/", maxsplit=1)[0]
        path = "/inbox/" + pattern.replace("<row:pk>", str(theirs[first if first in theirs else ""]))
        desk.post(path, {"text": "hello", "kind": "reply", "to": "me", "name": "x"})
    assert before == (
        list(Conversation.objects.of(neighbour.house).values()),
        Message.objects.of(neighbour.house).count(),
        list(Person.objects.of(neighbour.house).values()),
        list(Dispatch.objects.of(neighbour.house).values("state", "attempts")),
        list(Arrival.objects.of(neighbour.house).values("state", "attempts")),
    )
    assert not Draft.objects.of(neighbour.house).exists()


def test_their_ids_in_a_body_are_not_found_either(desk, question, neighbour):
    for to in (f"member-{neighbour.piet.pk}", f"team-{neighbour.team.pk}"):
        assert desk.post(f"/inbox/{question.pk}/give/", {"to": to}).status_code == 404
    duplicate = {"duplicate": neighbour.conversation.person_id}
    assert desk.post(f"/inbox/person/{question.person_id}/merge/", duplicate).status_code == 404
    for view in (f"channel-{neighbour.mail.pk}", f"team-{neighbour.team.pk}"):
        assert desk.get("/inbox/", {"view": view}).status_code == 404
        assert desk.get(f"/inbox/{question.pk}/", {"view": view}).status_code == 404


def test_their_file_does_not_go_along_with_our_reply(cast, desk, question, theirs, neighbour):
    file = Attachment.objects.of(neighbour.house).get().file_id
    token = signing.dumps(["x.png", file, [cast.marlies.pk, question.pk]], salt="inbox.kept-file")
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "Hello", "seen": 10**6, "kept": token})
    assert not Attachment.objects.of(cast.house).exists()


def test_their_words_are_found_by_no_search_and_stand_in_no_list(desk, theirs, neighbour):
    for words in ("Theirs", "theirs@example.org", "Their customer", neighbour.conversation.code):
        assert 'id="row-' not in desk.get("/inbox/", {"q": words}).content.decode()
    for view in ("mine", "unassigned", "waiting", "late", "answered", "done", "spam"):
        assert "Their customer" not in desk.get("/inbox/", {"view": view}).content.decode()
    for path in ("/inbox/today/", "/inbox/outgoing/", "/inbox/unreadable/"):
        page = desk.get(path).content.decode()
        assert "heir customer" not in page
        assert "theirs@example.org" not in page
        assert "nests too deep" not in page


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_visitors_are_let_in_nowhere(client, cast, question, route):
    path = "/inbox/" + str(route.pattern).replace("<row:pk>", str(question.pk))
    send = client.post if route.name in POSTS else client.get
    answer = send(path, headers={"host": cast.house.host})
    assert answer.status_code == 302
    assert "/inbox/" not in answer.url.split("?")[0]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_who_no_longer_works_here_is_let_in_nowhere(cast, desk, question, route):
    cast.marlies.is_active = False
    cast.marlies.save()
    path = "/inbox/" + str(route.pattern).replace("<row:pk>", str(question.pk))
    answer = desk.post(path) if route.name in POSTS else desk.get(path)
    assert answer.status_code in (302, 404)
    assert "Mohamed" not in answer.content.decode()
