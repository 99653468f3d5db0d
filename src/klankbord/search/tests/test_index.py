"""Finding words in the index, and keeping it in step with the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest

from klankbord.events.base import Event
from klankbord.events.follower import Follower, Position
from klankbord.events.publish import publish
from klankbord.search import keeping
from klankbord.search.contract import Audience, Document
from klankbord.search.index import Index, IndexInUse, read_position, scope

OURS = scope(1, "conversation", Audience.STAFF)


def document(id_: int, text: str, *, title: str = "", organisation: int = 1, about: int | None = None) -> Document:
    return Document("conversation", id_, about or id_, organisation, Audience.STAFF, title, text)


@pytest.fixture
def index(tmp_path):
    return Index(tmp_path / "index")


def fill(index: Index, *documents: Document) -> None:
    writer = index.writer()
    writer.replace("conversation", [each.id for each in documents], documents)
    writer.commit(Position(0, 1))
    writer.close()


def found(index: Index, text: str, scopes: tuple[str, ...] = (OURS,)) -> list[int]:
    return [each.about_id for each in index.find(text, scopes=scopes, limit=10)]


def test_dutch_inflection_does_not_matter(index):
    fill(index, document(1, "Ik heb mijn boeken ingeleverd"), document(2, "De zaal is te koud"))
    assert found(index, "boek") == [1]
    assert found(index, "koude zalen") == [2]


def test_accents_and_capitals_do_not_matter(index):
    fill(index, document(1, "Het CAFÉ is gesloten"))
    assert found(index, "cafe") == [1]


def test_what_is_still_being_typed_is_found(index):
    fill(index, document(1, "luisterboek stopt halverwege"))
    assert found(index, "luister") == [1]


def test_a_word_in_the_subject_counts_more(index):
    fill(index, document(1, "over boetes en meer boetes"), document(2, "een vraag", title="boetes"))
    assert found(index, "boetes")[0] == 2


def test_a_conversation_with_many_hits_is_found_once(index):
    fill(index, document(1, "boete", about=7), document(2, "boete", about=7), document(3, "boete", about=8))
    assert sorted(found(index, "boete")) == [7, 8]


def test_another_organisations_words_are_never_found(index):
    fill(index, document(1, "geheim", organisation=2))
    assert found(index, "geheim") == []
    assert found(index, "geheim", (scope(2, "conversation", Audience.STAFF),)) == [1]


@pytest.mark.parametrize("text", ["", '"', "a AND (", "title:x^", "**", "scope:1", "-", "\x00", "a" * 5000, "OR OR"])
def test_nothing_that_is_typed_breaks_it(index, text):
    fill(index, document(1, "woorden"))
    assert isinstance(found(index, text), list)


def test_replacing_twice_is_once_and_nothing_removes(index):
    fill(index, document(1, "oud woord"))
    fill(index, document(1, "nieuw woord"))
    assert found(index, "oud") == []
    assert found(index, "nieuw") == [1]
    assert index.size() == 1


def test_a_second_writer_is_refused(index):
    writer = index.writer()
    with pytest.raises(IndexInUse):
        Index(index.folder).writer()
    writer.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Event):
    """Something was said, in these tests only."""

    message_id: int


class Words:
    """A searchable that tests fill by hand."""

    kind = "conversation"

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}

    def touched(self, event) -> Iterable[int]:
        return [event.message_id]

    def documents(self, ids: Iterable[int]) -> Iterator[Document]:
        return (document(id_, self.texts[id_]) for id_ in ids if id_ in self.texts)

    def all_ids(self) -> Iterator[int]:
        return iter(sorted(self.texts))


@pytest.mark.django_db
def test_it_follows_the_outbox_and_forgets_what_is_gone(index):
    words = Words()
    words.texts = {1: "zaal huren", 2: "boete"}
    writer = index.writer()
    follower = Follower(keeping.rebuild(writer, [words]))
    assert found(index, "boete") == [2]
    words.texts = {1: "zaal huren", 3: "luisterboek"}
    for message in (2, 3):
        publish(Said(organisation_id=1, message_id=message))
    assert keeping.catch_up(writer, follower, [words]) == 2
    writer.close()
    assert found(index, "boete") == []
    assert found(index, "luisterboek") == [3]
    assert read_position(index.folder) == follower.position
