"""How fast a question's page and the search page are, as a ratio against fixed bytes from the same server.

`python bench/community.py [--seconds N] [--json]` makes an installation in a folder of its own with one question that
has 50 answers and 20 comments and 30 others, starts one server process, and loads it by turns: 20 kB of fixed bytes;
the question's page as it stands in memory, asked for as browsers do (compressed) and as a plain client does; and built
anew for each request (as for a reader who is known: their cookie bypasses the memory); the same two of a search that
finds 20 things, and one with other words each time, that nobody asked for before (`search_words`). The aims: at least
0.5 unchanged and 0.03 anew. A ratio is of requests per second, measured
by turns so that other work on the machine hits all; `cpu_ratio` is of the server's processor time per request, which
it hardly touches. Then somebody answers, and it is measured how long this process and a second one on the same
database still show the page of before.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

from loading.client import HOST, by_turns, load, page, pages
from loading.processes import Server, serving
from loading.telling import tell

_ROUNDS = 7
_SEARCH = "/search/?q=boek+verlengen"
_WORDS = "boek verlengen gereserveerd boeken knop achter elk daar kijk lees vraag mijn hoe staat"
_BROWSER = "accept-encoding: gzip, deflate, br\r\n"
_KNOWN = "cookie: reader=1\r\n"
"""A cookie that the front does not know: the page is built by Django."""


def measure(seconds: float) -> dict[str, float]:
    """All figures, against one server process and, for freshness, a second one beside it."""
    with tempfile.TemporaryDirectory() as name, serving(__file__, Path(name), "--make", log_level="WARNING") as made:
        path = str(made.told["path"])
        figures = rates(made, path, seconds)
        with serving(__file__, Path(name), log_level="WARNING") as other:
            return figures | freshness(made.port, other.port, path)


def rates(made: Server, path: str, seconds: float) -> dict[str, float]:
    """Rates, ratios, and the size of the page."""
    requests = {
        "fixed": page("/fixed"),
        "unchanged": page(path, _BROWSER),
        "plain": page(path),
        "anew": page(path, _KNOWN),
        "search": page(_SEARCH),
        "search_anew": page(_SEARCH, _KNOWN),
        "search_words": pages(_other_words(), _KNOWN),
    }
    for request in requests.values():  # warm
        load(made.port, request, 0.5)
    figures = by_turns(made, requests, seconds=seconds, rounds=_ROUNDS)
    status, body = fetch(made.port, path)
    assert status == 200
    return figures | {"page_kb": len(body) / 1000}


def _other_words() -> Iterator[str]:
    """Searches for four words of the questions, each one once."""
    words = permutations(_WORDS.split(), 4)
    return (f"/search/?q={'+'.join(each)}" for each in words)


def freshness(port: int, other: int, path: str) -> dict[str, float]:
    """Seconds until an answer that was posted at one process shows there and at the other."""
    for each in (port, other):
        fetch(each, path)
    here, there = [], []
    for number in range(5):
        words = f"Antwoord dat net kwam, {number}"
        assert fetch(port, f"/say?words={number}") == (200, b"said")
        began = time.perf_counter()
        here.append(until(port, path, words, began))
        there.append(until(other, path, words, began))
    return {"seconds_until_seen_here": max(here), "seconds_until_seen_elsewhere": max(there)}


def until(port: int, path: str, words: str, began: float) -> float:
    """Seconds since `began` until an answer that was asked for then shows these words."""
    while True:
        asked = time.perf_counter() - began
        if words in fetch(port, path)[1].decode():
            return asked
        assert asked < 10, "it is never shown"


def fetch(port: int, path: str) -> tuple[int, bytes]:
    """One page."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("GET", path, headers={"Host": HOST, "Accept-Language": "nl"})
    answer = link.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        link.close()


def serve(folder: Path, *, make: bool) -> None:
    """The server process: the whole house behind its front, with the baseline beside it."""
    # Django must have its settings before anything of it is imported.
    # ruff: noqa: PLC0415
    import django

    django.setup()
    from asgiref.sync import sync_to_async
    from django.core.management import call_command

    from klankbord.cli.serve import Serving, run_server
    from klankbord.config.asgi import make_front
    from klankbord.search.finding import index_folder
    from klankbord.search.keeping import open_index, rebuild
    from klankbord.wiring.tables import SEARCHABLES
    from loading.beside import Beside, fixed, saying

    path = ""
    if make:
        call_command("migrate", verbosity=0)
        path = make_question()
        writer = open_index(index_folder()).writer()
        rebuild(writer, SEARCHABLES)
        writer.close()

    async def answer_anew(scope: Any, receive: Any, send: Any) -> None:
        number = scope["query_string"].decode().rpartition("=")[2]
        await sync_to_async(say)(f"Antwoord dat net kwam, {number}")
        await saying(b"said")(scope, receive, send)

    def front(readiness: Any) -> Any:
        return Beside(make_front(readiness), {"/fixed": fixed(), "/say": answer_anew})

    def tell(found: Mapping[str, object]) -> None:
        print(json.dumps({"port": found["port"], "path": path}), flush=True)

    # The second process stands for another machine on the same database: it does not take the folder for its own.
    run_server(Serving(make_front=front, port=0, own_folder=folder if make else None, on_listening=tell))


def make_question() -> str:
    """A library with one question, 50 answers and 20 comments, and 30 more to be found; the path of its page."""
    from klankbord.community.actions.answer import answer, comment
    from klankbord.community.actions.ask import ask
    from klankbord.people.models import Organisation, Person

    house = Organisation.objects.create(name="Bench", host=HOST, phone="010 123 45 67")
    people = [Person.objects.create(organisation=house, pseudonym=f"Lezer {number}") for number in range(51)]
    words = (
        "Kijk bij *Mijn boeken*: daar staat een knop achter elk boek. Of [lees dit](https://example.org/verlengen).\n\n"
    )
    question = ask(person=people[0], title="Hoe verleng ik een boek dat gereserveerd is?", text=words * 2)
    given = [answer(question=question, person=each, text=words * 2) for each in people[1:]]
    for number, each in enumerate(given[:20]):
        comment(message=each.message, person=people[-number - 1], text="Dat werkte bij mij ook.")
    for number, each in enumerate(people[:30]):
        ask(person=each, title=f"Vraag {number}: mijn boek verlengen", text=f"Dit is keer {number}. {words}")
    return f"/questions/{question.pk}/"


def say(words: str) -> None:
    """Somebody answers."""
    from klankbord.community.actions.answer import answer
    from klankbord.community.models import Question
    from klankbord.people.models import Organisation, Person

    house = Organisation.objects.get()
    person = Person.objects.of(house).order_by("pk").first()
    assert person is not None
    question = Question.objects.of(house).select_related("conversation").order_by("pk").first()
    assert question is not None
    answer(question=question, person=person, text=words)


def main() -> None:
    """Read the options and measure, or serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=7.0, help="how long each load lasts in all")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve, make=chosen.make)
        return
    tell(measure(chosen.seconds), as_json=chosen.json)


if __name__ == "__main__":
    main()
