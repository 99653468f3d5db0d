"""Acknowledgements to several people are printed once and filled in for each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection

from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival
from klankbord.conversations.models import Conversation, Message
from klankbord.people.models import OpeningSpan, Person
from tests import cast


def by_recipient(post: Any) -> dict[str, dict[str, Any]]:
    return {each.recipient: each.message for each in post.acknowledgements()}


def test_everybody_reads_their_own_name_subject_code_and_link(post: Any) -> None:
    names = {"ans@example.org": "Ans", "bob@example.org": "Bob", "cor@example.org": "Cor"}
    post.bring(
        *(
            post.letter(name, From=f"{name} <{address}>", Subject=f"Vraag van {name}", sender=address)
            for address, name in names.items()
        )
    )
    sent = by_recipient(post)
    links = set()
    for address, name in names.items():
        conversation = Conversation.objects.of(post.house.organisation).get(subject=f"Vraag van {name}")
        code = f"{conversation.code[:3]} {conversation.code[3:]}"
        for part in (sent[address]["text"], sent[address]["html"]):
            assert f"Dag {name}," in part
            assert code in part
            assert not [other for other in names.values() if other != name and other in part]
        assert sent[address]["subject"] == f"Re: Vraag van {name}"
        links |= set(re.findall(r"/g/[\w-]{22}/", sent[address]["text"] + sent[address]["html"]))
        said = Message.objects.of(post.house.organisation).get(conversation=conversation, automatic="acknowledgement")
        assert said.text.startswith(f"Dag {name},")
    assert len(links) == 3


def test_what_a_subject_says_is_shown_and_never_read_as_markup(post: Any) -> None:
    post.bring(post.letter(Subject="<script>*hallo*</script> \ue000link\ue001 & [klik](http://x.example)"))
    (sent,) = post.acknowledgements()
    html = sent.message["html"]
    shown = "&lt;script&gt;*hallo*&lt;/script&gt; \ue000link\ue001 &amp; [klik](http://x.example)"
    assert f"<title>Re: {shown}</title>" in html
    assert "<em>hallo" not in html


def test_each_is_written_to_in_their_own_language(post: Any) -> None:
    post.bring(post.letter("a", sender="joan@example.org", From="Joan <joan@example.org>"))
    Person.objects.of(post.house.organisation).filter(name="Joan").update(language="en")
    post.bring(
        post.letter("b", sender="joan@example.org", From="Joan <joan@example.org>"),
        post.letter("c", sender="bob@example.org", From="Bob <bob@example.org>"),
        post.letter("d", sender="joan@example.org", From="Joan <joan@example.org>"),
    )
    said = [each.message["text"].split(",")[0] for each in post.acknowledgements()]
    assert said == ["Dag Joan", "Hello Joan", "Dag Bob", "Hello Joan"]
    assert [each.message["language"] for each in post.acknowledgements()] == ["nl", "en", "nl", "en"]


def test_a_house_that_never_opens_promises_no_moment(post: Any) -> None:
    post.bring(post.letter("a"))
    OpeningSpan.objects.of(post.house.organisation).delete()
    post.bring(post.letter("b"))
    opened, never_opens = (each.message["html"] for each in post.acknowledgements())
    assert "vóór" in opened
    assert "vóór" not in never_opens


_LOOKED_THROUGH = re.compile(
    r"SCAN (conversations|people_address|people_person|channels_arrival|channels_dispatch|channels_tombstone)"
    r"|SEARCH (conversations_\w+|people_address|channels_arrival|channels_dispatch|channels_tombstone) USING"
    r" (COVERING )?INDEX \w+ \(organisation_id=\?( AND (kind=\?|created_at>\?))?\)"
)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_receiving_reads_only_the_rows_it_is_about_however_many_there_are(post: Any) -> None:
    steps: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "UPDATE")):
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql.replace('%s', '?')}", params)
            steps.extend(row[3] for row in plan)
        return execute(sql, params, many, context)

    letters = [post.letter(str(each), sender=f"klant{each}@example.org") for each in range(40)]
    with connection.execute_wrapper(explain):
        store_arrivals([NewArrival(post.house.mailbox, Arrival.Source.SMTP, each) for each in letters])
        post.receive()
    assert len(post.acknowledgements()) == 40
    assert steps
    assert [step for step in steps if _LOOKED_THROUGH.search(step)] == []


@pytest.mark.parametrize("together", [True, False])
def test_a_mail_to_two_of_our_mailboxes_is_acknowledged_once(post: Any, together: bool) -> None:
    second = cast.channel(post.house.organisation, address="kinderen@deklank.example")
    letter = post.letter(To="vraag@deklank.example, kinderen@deklank.example")
    if together:
        store_arrivals([NewArrival(second, Arrival.Source.SMTP, letter, {"sender": "ans@example.org"})])
        post.bring(letter)
    else:
        post.bring(letter)
        post.bring(letter, door=second)
    assert Message.objects.of(post.house.organisation).filter(direction="inbound").count() == 2
    assert len(post.acknowledgements()) == 1
    # Another mail under the same id is another mail.
    post.bring(post.letter(text="Iets heel anders."), door=second)
    assert len(post.acknowledgements()) == 2
