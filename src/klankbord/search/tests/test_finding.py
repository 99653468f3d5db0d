"""What the site asks the index: the same question of the same commit is looked for once."""

from __future__ import annotations

import pytest

from klankbord.search import finding, words
from klankbord.search.contract import Audience, Document
from klankbord.search.index import Index

KINDS = ("question",)


@pytest.fixture
def index(tmp_path, monkeypatch):
    monkeypatch.setattr(finding, "index_folder", lambda: tmp_path)
    return Index(tmp_path)


@pytest.fixture
def looked_for(monkeypatch):
    """Every text that was looked for in the index itself."""
    texts: list[str] = []
    find = words.find

    def noted(index, text, **among):
        texts.append(text)
        return find(index, text, **among)

    monkeypatch.setattr(words, "find", noted)
    return texts


def write(index: Index, id_: int, title: str) -> None:
    writer = index.writer()
    writer.replace("question", [id_], [Document("question", id_, id_, 1, Audience.PUBLIC, title, "")])
    writer.commit()
    writer.close()


def found(text: str, *, house: int = 1, **among: object) -> list[int]:
    hits, _words = finding.find_as_meant(text, organisation_id=house, kinds=KINDS, **among)  # type: ignore[arg-type]
    return [each.about_id for each in hits]


def test_the_same_words_are_looked_for_once_until_the_index_says_something_else(index, looked_for):
    write(index, 1, "Boek verlengen")
    assert [found("verlengen"), found("verlengen")] == [[1], [1]]
    assert looked_for == ["verlengen"]
    write(index, 2, "Tablet verlengen")
    assert sorted(found("verlengen")) == [1, 2]
    assert looked_for == ["verlengen"] * 2


def test_who_asks_for_something_else_is_not_given_what_another_asked_for(index):
    write(index, 1, "Boek verlengen")
    write(index, 2, "Tablet verlengen")
    assert sorted(found("verlengen")) == [1, 2]
    assert found("verlengen", house=2) == []
    assert len(found("verlengen", limit=1)) == 1
    assert found("verlengen", labels=("board:1",)) == []
    ask = {"organisation_id": 1, "kinds": KINDS, "audience": Audience.PUBLIC}
    assert len(finding.find("verlengen boek tablet", **ask)) == 2
    assert finding.find("verlengen boek tablet", strictly=True, **ask) == []
