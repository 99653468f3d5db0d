"""Finding words in the index, and keeping it in step with the outbox."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.db import connection

from klankbord import clock
from klankbord.events.base import Event
from klankbord.events.follower import Follower
from klankbord.events.publish import publish
from klankbord.search import keeping
from klankbord.search import likeness as likeness_module
from klankbord.search import words as words_module
from klankbord.search.contract import Audience, Document
from klankbord.search.forgetting import Forgetting
from klankbord.search.index import Index, IndexInUse, Within
from klankbord.search.likeness import Likeness
from klankbord.search.position import read_position
from klankbord.search.spelling import did_you_mean
from klankbord.search.words import find

OURS = Within(organisation_id=1, kinds=["conversation"], audience=Audience.STAFF)
THEIRS = replace(OURS, organisation_id=2)


def document(id_: int, text: str, *, title: str = "", organisation: int = 1, about: int | None = None) -> Document:
    return Document("conversation", id_, about or id_, organisation, Audience.STAFF, title, text)


@pytest.fixture
def index(tmp_path):
    return Index(tmp_path / "index")


def fill(index: Index, *documents: Document) -> None:
    writer = index.writer()
    writer.replace("conversation", [each.id for each in documents], documents)
    writer.commit()
    writer.close()


def found(index: Index, text: str, within: Within = OURS) -> list[int]:
    return [each.about_id for each in find(index, text, within=within, limit=10)]


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
    assert found(index, "geheim", THEIRS) == [1]


def test_several_kinds_come_in_one_ranking_each_with_its_own_id(index):
    fill(index, document(5, "boete"), replace(document(5, "boete betalen"), kind="question", about_id=9))
    both = replace(OURS, kinds=["conversation", "question"])
    assert {(each.kind, each.about_id) for each in find(index, "boete", within=both, limit=10)} == {
        ("conversation", 5),
        ("question", 9),
    }
    assert found(index, "boete") == [5]


def test_staff_find_what_is_public_and_the_public_nothing_of_the_staff(index):
    fill(index, replace(document(1, "boete"), audience=Audience.PUBLIC), document(2, "boete"))
    assert sorted(found(index, "boete")) == [1, 2]
    assert found(index, "boete", replace(OURS, audience=Audience.PUBLIC)) == [1]


def test_a_search_can_insist_on_labels(index):
    fill(index, replace(document(1, "boete"), labels=("board:12", "tag:geld")), document(2, "boete"))
    assert found(index, "boete", replace(OURS, labels=["board:12"])) == [1]
    assert found(index, "boete", replace(OURS, labels=["board:12", "tag:tijd"])) == []


def test_a_shared_document_is_found_by_those_it_is_shared_with(index):
    fill(index, replace(document(1, "boete"), also_for=(2, 3)))
    assert found(index, "boete", THEIRS) == [1]
    assert found(index, "boete") == [1]
    assert found(index, "boete", replace(OURS, organisation_id=4)) == []


def test_a_paragraph_finds_what_is_about_the_same_and_not_itself(index):
    fill(
        index,
        document(1, "Kan ik mijn boeken langer houden? Ik wil ze graag verlengen."),
        document(2, "Is de zaal te huur op zaterdag?"),
        document(3, "Ik wil een boek verlengen, hoe doe ik dat?"),
    )
    typed = "Goedemiddag, ik heb een boek geleend en ik wil het graag nog drie weken verlengen. Hoe doe ik dat?"
    like = Likeness(index).similar(typed, within=OURS, exclude={("conversation", 1)}, limit=5)
    assert like[0].about_id == 3
    assert 1 not in {each.about_id for each in like}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("inleveren", "Ik lever mijn boek in"),
        ("ingeleverd", "Waar kan ik inleveren?"),
        ("lever in", "De boeken zijn ingeleverd"),
        ("boekenleveren", "boeken leveren"),
        ("kaart", "Mijn leeskaart is weg"),
        ("leeskaarten", "Een nieuwe leeskaart"),
        ("verleng", "Is het verlengd?"),
        ("boekjes", "Een boek"),
        ("renewed books", "How do I renew my book?"),
        ("traduction", "Les traductions sont utiles"),
        ("Bücher", "Das Buch ist hier"),
    ],
)
def test_words_are_found_in_other_forms(index, asked, said):
    fill(index, document(1, said), document(2, "De zaal is te koud"))
    assert found(index, asked) == [1]


def test_what_has_all_words_comes_before_what_has_some(index):
    fill(
        index,
        document(1, "boete boete boete boete", title="boete"),
        document(2, f"over een boete {'en iets anders ' * 50} en de zaal"),
    )
    assert found(index, "boete zaal") == [2, 1]


def test_what_very_many_have_is_looked_for_in_titles_first_and_nothing_is_lost(index, monkeypatch):
    monkeypatch.setattr(words_module, "MOST_READ", 1)
    fill(
        index,
        document(1, "boete boete boete"),
        document(2, f"boete {'en iets anders ' * 50}", title="Boete betalen"),
        document(3, "boete betalen"),
        document(4, "betalen"),
    )
    assert found(index, "boete") == [2, 1, 3]
    assert found(index, "boete betalen")[:2] == [2, 3]
    hits = find(index, "boete betalen", within=OURS, limit=10)
    assert [each.score for each in hits] == sorted((each.score for each in hits), reverse=True)


def _many(index: Index) -> None:
    words = ["boete", "boetes", "zaal", "zalen", "leeszaal", "boeteregeling", "huren", "fiets"]
    draw = random.Random(3)
    fill(
        index,
        *(
            document(
                number,
                " ".join(draw.choices(words, k=draw.randint(3, 12)) + ["viool"] * (number % 9 == 0)),
                title=" ".join(draw.choices(words, k=2)),
            )
            for number in range(1, 80)
        ),
    )


@pytest.mark.parametrize("text", ["viool boete", "zaal viool boete ", "boete zaal huren viool", "viool boe"])
def test_common_words_are_looked_for_beside_a_rare_one_and_the_same_is_found(index, monkeypatch, text):
    _many(index)
    with monkeypatch.context() as each_read_whole:
        each_read_whole.setattr(words_module, "MOST_READ_TOGETHER", 0)
        before = find(index, text, within=OURS, limit=5)
    monkeypatch.setattr(words_module, "MOST_READ", 20)
    after = find(index, text, within=OURS, limit=5)
    assert [each.about_id for each in after] == [each.about_id for each in before]
    assert [each.score for each in after] == pytest.approx([each.score for each in before])


@pytest.mark.parametrize("text", ["boete", "boete zaal", "viool zaal", "boe", "boeteregeling zal"])
def test_when_all_of_it_is_too_much_to_read_what_has_the_words_is_found_all_the_same(index, monkeypatch, text):
    _many(index)
    everything = {each.about_id for each in find(index, text, within=OURS, limit=100) if each.has_all}
    monkeypatch.setattr(words_module, "MOST_READ", 1)
    monkeypatch.setattr(words_module, "MOST_READ_TOGETHER", 1)
    few = find(index, text, within=OURS, limit=5)
    assert len(few) == 5
    assert all(each.has_all and each.about_id in everything for each in few)
    assert everything <= {each.about_id for each in find(index, text, within=OURS, limit=100)}


def test_a_common_word_that_is_still_being_typed_is_looked_for_in_titles_too(index, monkeypatch):
    fill(
        index,
        document(1, "bedrijf bedrijf bedrijf"),
        document(2, f"het gaat {'om iets anders ' * 50}", title="Bedrijven"),
        document(3, "een bedrijf"),
    )
    monkeypatch.setattr(words_module, "MOST_READ", 1)
    assert found(index, "bedr")[0] == 2


def test_what_was_written_since_is_seen_by_who_looked_before(index):
    fill(index, document(1, "boete"))
    other = Index(index.folder)
    assert found(other, "boete") == [1]
    fill(index, document(2, "boete"))
    assert sorted(found(other, "boete")) == [1, 2]
    fill(index, document(1, "zaal"))
    assert found(other, "boete") == [2]


def test_a_text_without_telling_words_finds_the_same_words(index):
    fill(index, document(1, "hoe dan"), document(2, "zaal"))
    assert found(index, "hoe") == [1]
    like = Likeness(index).similar("hoe dan?", within=OURS, limit=5)
    assert [each.about_id for each in like] == [1]


def test_small_words_alone_are_nothing_in_common(index):
    fill(
        index,
        document(1, "Dan kan ik even zitten.", title="Een bankje bij de ingang"),
        document(2, "Dan kan ik langer blijven.", title="In de avond open"),
    )
    likeness = Likeness(index)

    def shared(title: str) -> list[int]:
        return [hit.about_id for hit in likeness.sharing("", title=title, within=OURS, limit=5)]

    assert shared("Koffie bij de kassa in de hal") == []
    assert shared("De bankjes bij de deur") == [1]
    assert shared("Hoe en waar kan ik dan") != [], "a text of nothing but small words keeps what it found"


def test_a_telling_word_as_it_is_written_is_something_in_common_whatever_language_it_was_read_in(index):
    fill(index, document(1, "Where do I bring boeken that are over the time?"), document(2, "De zaal is te koud"))
    like = Likeness(index).sharing("Waar moet ik de boeken naartoe brengen?", within=OURS, limit=5)
    assert [each.about_id for each in like] == [1]


def test_a_text_is_found_by_words_that_became_common_since(index, monkeypatch):
    monkeypatch.setattr(likeness_module, "_COMMON", 2)
    fill(index, *(document(number, f"zaal huren {number}") for number in range(1, 20)))
    likeness = Likeness(index)
    assert likeness.similar("viool in de zaal", within=OURS, limit=30)
    fill(index, document(50, "viool in de zaal"))
    assert likeness.similar("viool in de zaal", within=OURS, limit=5)[0].about_id == 50


def test_one_word_in_common_with_a_text_about_something_else_is_not_alike(index):
    fill(
        index,
        document(1, "Zetten jullie meer stopcontacten bij de tafels?", title="Stopcontacten bij de leestafel"),
        document(2, "Mijn opa zet elke ochtend koffie en leest dan de krant.", title="Koffie bij de krant"),
        *(document(id_, f"Is zaal {id_} vrij voor een feest, en wat kost dat?", title="Zaal") for id_ in range(3, 20)),
    )
    likeness = Likeness(index)

    def shown(title: str, text: str = "") -> list[int]:
        return [hit.about_id for hit in likeness.sharing(text, title=title, within=OURS, limit=5)]

    assert shown("Meer stopcontacten graag") == [1]
    other = (
        "Is er iemand met een goed recept voor appeltaart zonder suiker? Mijn opa kan daar niet tegen. Alvast bedankt!"
    )
    assert shown("Appeltaart van vroeger", other) == []
    assert likeness.similar(other, title="Appeltaart van vroeger", within=OURS, limit=5), "ranking sifts nothing"


def test_the_same_text_is_as_like_as_can_be_and_another_is_hardly(index):
    text = "Kan ik mijn geleende boeken nog drie weken verlengen zonder boete te betalen?"
    fill(index, document(1, text), document(2, "Is de zaal op zaterdag te huur, en kan ik betalen met een bon?"))
    same, other = Likeness(index).similar(text, within=OURS, limit=5)
    assert (same.about_id, other.about_id) == (1, 2)
    assert same.score > 0.7
    assert other.score < 0.3


def test_an_index_that_grows_keeps_learning(index):
    fill(index, document(1, "boete betalen"))
    likeness = Likeness(index)
    assert likeness.similar("boete", within=OURS, limit=5)
    fill(index, *(document(id_, f"zaal nummer {id_} huren") for id_ in range(2, 40)))
    assert likeness.similar("zaal huren", within=OURS, limit=5)


def test_strictly_found_has_all_words_and_no_mere_part_of_one(index):
    fill(
        index,
        document(1, "De openingstijden van de zaal"),
        document(2, "Mijn boek is over tijd, en de opening is mooi"),
        document(3, "de openingstijden"),
    )
    assert set(found(index, "openingstijden")) == {1, 2, 3}
    strict = find(index, "openingstijden", within=OURS, limit=10, strictly=True)
    assert {each.about_id for each in strict} == {1, 3}
    assert [each.about_id for each in find(index, "openingstijden zaal", within=OURS, limit=10, strictly=True)] == [1]


def test_it_is_told_whether_what_is_found_has_all_words(index):
    fill(index, document(1, "een boek verlengen"), document(2, "een boek"))
    hits = find(index, "boek verlengen", within=OURS, limit=10)
    assert [(each.about_id, each.has_all) for each in hits] == [(1, True), (2, False)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("verlegnen", "verlengen"),
        ("verlegnen zaall", "verlengen zaal"),
        ("een zaall", "een zaal"),
        ("boeete", "boete"),
        ("boete", None),
        ("qqqqqqqq", None),
        ("verlnggen", "verlengen"),
        ("vrlngen", None),
        ("taal", None),
    ],
)
def test_a_better_spelling_is_offered(index, typed, meant):
    fill(index, document(1, "Verlengen van boeken, en een zaal huren. Boete?"))
    assert did_you_mean(index, typed, within=OURS) == meant


def test_a_word_that_is_still_being_typed_is_let_be(index):
    fill(index, document(1, "Verlengingen"), document(2, "Zaal, ver lengen", organisation=2))
    assert did_you_mean(index, "zaaal verlengin", within=OURS) is None
    assert did_you_mean(index, "verlengingne", within=OURS) == "verlengingen"


def test_words_of_others_are_never_offered(index):
    fill(index, document(1, "geheimpje", organisation=2), replace(document(2, "verborgen"), audience=Audience.STAFF))
    assert did_you_mean(index, "geheimpj", within=OURS) is None
    assert did_you_mean(index, "vebrorgen", within=replace(OURS, audience=Audience.PUBLIC)) is None
    assert did_you_mean(index, "vebrorgen", within=OURS) == "verborgen"


@pytest.mark.parametrize("text", ["", '"', "a AND (", "title:x^", "**", "scope:1", "-", "\x00", "a" * 5000, "OR OR"])
def test_nothing_that_is_typed_breaks_it(index, text):
    fill(index, document(1, "woorden"))
    assert isinstance(found(index, text), list)
    assert isinstance(Likeness(index).similar(text, title=text, within=OURS, limit=5), list)
    assert did_you_mean(index, text, within=OURS) is None


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


in_one_transaction = pytest.mark.skipif(
    connection.vendor == "postgresql",
    reason="There a follower reads what is committed (events/tests/test_follower.py), and this test is one transaction",
)


@pytest.mark.django_db
@in_one_transaction
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


@pytest.mark.django_db
@in_one_transaction
def test_erased_words_leave_the_files_within_a_day_while_new_ones_are_found(index):
    words = Words()
    words.texts = {number: f"gewone tekst {number}" for number in range(900)} | {5000: "xylofoongeheim"}
    writer = index.writer()
    follower = Follower(keeping.rebuild(writer, [words]))
    del words.texts[5000]
    publish(Said(organisation_id=1, message_id=5000))
    keeping.catch_up(writer, follower, [words])
    assert found(index, "xylofoongeheim") == []
    assert in_the_files(index, "xylofoongeheim")
    assert not Forgetting(index.folder).is_due()
    with clock.reading(clock.now() + timedelta(hours=12)):
        assert Forgetting(index.folder).is_due()
        for _ in keeping.forget(writer, [words]):
            words.texts[6000] = "splinternieuw"
            publish(Said(organisation_id=1, message_id=6000))
            keeping.catch_up(writer, follower, [words])
            assert found(index, "splinternieuw") == [6000]
        assert not Forgetting(index.folder)._begun.exists()
    writer.close()
    assert not in_the_files(index, "xylofoongeheim")
    assert index.size() == 901


@pytest.mark.django_db
def test_forgetting_that_was_broken_off_goes_on(index):
    words = Words()
    words.texts = {number: f"gewone tekst {number}" for number in range(900)}
    writer = index.writer()
    keeping.rebuild(writer, [words])
    next(keeping.forget(writer, [words]))
    assert not Forgetting(index.folder).is_due()
    Forgetting(index.folder).note()
    broken_off = keeping.forget(writer, [words])
    next(broken_off)
    broken_off.close()
    assert Forgetting(index.folder).is_due()
    list(keeping.forget(writer, [words]))
    assert not Forgetting(index.folder).is_due()
    writer.close()


@pytest.mark.django_db
def test_what_nobody_knows_any_more_is_forgotten_too(index):
    words = Words()
    words.texts = {1: "xylofoongeheim", 2: "boete"}
    writer = index.writer()
    keeping.rebuild(writer, [words])
    del words.texts[1]  # Without an event: a bug, or a row that was removed by hand.
    writer.replace("conversation", [2], [document(2, "boete betaald")])
    list(keeping.forget(writer, [words]))
    writer.close()
    assert found(index, "xylofoongeheim") == []
    assert not in_the_files(index, "xylofoongeheim")


def in_the_files(index: Index, word: str) -> bool:
    """Whether a segment's list of words has it, removed or not."""
    return index.searcher().doc_freq("word", word) > 0
