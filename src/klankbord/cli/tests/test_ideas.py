"""`klankbord ideas`: what it says, writes and ends with."""

from __future__ import annotations

from pathlib import Path

import pytest

from klankbord.ideas.interchange.formats import FORMATS
from tests.cast import DeKlank, de_klank, klankerveen
from tests.command import invoke

ROWS = (
    "number,title,description,created_at,created_by,votes_count,comments_count,status,"
    "responded_by,responded_at,response,original_number,original_title,tags\n"
    '1,Een bankje buiten,,2020-01-01T00:00:00Z,Ans,12,3,open,,,,,,"buiten, zitten"\n'
    "2,Later dicht,,2020-02-01T00:00:00Z,Piet,4,0,misschien,,,,,,\n"
)


@pytest.fixture
def klank(db: None) -> DeKlank:
    return de_klank()


def test_a_file_goes_in_names_its_bad_row_and_comes_out_as_it_was(klank: DeKlank, tmp_path: Path):
    file, out = tmp_path / "fider.csv", tmp_path / "out.csv"
    file.write_text(ROWS, encoding="utf-8")
    done = invoke("ideas", "import", file, "--json")
    told = done.told()
    assert (done.code, told["format"], told["new"], told["known"]) == (1, "fider", 1, 0)
    assert told["broken"] == ["Line 3: “misschien” is no status that we know."]
    file.write_text(ROWS.replace("misschien", "planned"), encoding="utf-8")
    again = invoke("ideas", "import", file)
    assert (again.code, again.said.strip().endswith("1 new, 1 known, 0 rows with a problem.")) == (0, True)
    assert invoke("ideas", "export", out).code == 0
    assert out.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_a_file_that_is_there_is_written_over_only_when_told_to(klank: DeKlank, tmp_path: Path):
    out = tmp_path / "out.csv"
    out.write_text("van iemand", encoding="utf-8")
    assert "--force" in invoke("ideas", "export", out).sentence(2)
    assert out.read_text(encoding="utf-8") == "van iemand"
    assert invoke("ideas", "export", out, "--force").code == 0
    assert out.read_text(encoding="utf-8").startswith("number,")


def test_nor_are_the_files_of_a_community(klank: DeKlank, tmp_path: Path):
    there = tmp_path / "Posts.xml"
    there.write_text("<posts/>", encoding="utf-8")
    assert "--force" in invoke("community", "export", "stackexchange", tmp_path).sentence(2)
    assert there.read_text(encoding="utf-8") == "<posts/>"
    assert invoke("community", "export", "stackexchange", tmp_path, "--force").code == 0


def test_of_several_organisations_one_is_named(klank: DeKlank, tmp_path: Path):
    klankerveen()
    file = tmp_path / "fider.csv"
    file.write_text(ROWS, encoding="utf-8")
    assert "--organisation" in invoke("ideas", "import", file).sentence(2)
    assert invoke("ideas", "import", file, "--organisation", klank.organisation.host).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "other.csv"),
        ("import", "nothing.csv"),
        ("import", "other.csv", "--organisation", "nobody.example"),
        ("import", "other.csv", "--board", "niets"),
        ("export", "out.csv", "--format", "canny"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(klank: DeKlank, tmp_path: Path, arguments: tuple[str, ...]):
    (tmp_path / "other.csv").write_text("naam,adres\nAns,Dorp\n", encoding="utf-8")
    verb, file, *more = arguments
    assert invoke("ideas", verb, tmp_path / file, *more).sentence(2)


def test_help_lists_the_columns_that_a_file_needs():
    said = " ".join(invoke("ideas", "import", "--help").said.replace("│", " ").split())
    for form in FORMATS.values():
        assert all(each in said for each in form.needed), form.name
