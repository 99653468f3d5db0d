"""`klankbord similar`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from klankbord.cli.main import app

TEXTS = [
    {"id": "a", "text": "Boek verlengen\nHoe kan ik een boek verlengen dat ik geleend heb?"},
    {"id": 7, "text": "Zaal huren\nWat kost het om op zaterdag een zaal te huren, en een boek te lenen?"},
    {"id": "7", "text": "Boete betalen\nWaar betaal ik de boete voor een boek dat te laat was?"},
    {"id": 8.5, "text": "Langer lenen\nMijn geleende boeken zijn nog niet uit, kan ik ze verlengen?"},
]


@pytest.fixture
def ask(tmp_path):
    def ask(corpus, queries, *options):
        paths = []
        for name, lines in (("corpus", corpus), ("queries", queries)):
            path = tmp_path / f"{name}.jsonl"
            content = (
                lines if isinstance(lines, bytes) else b"".join(json.dumps(each).encode() + b"\n" for each in lines)
            )
            path.write_bytes(content)
            paths.append(str(path))
        return CliRunner().invoke(app, ["similar", "--corpus", paths[0], "--queries", paths[1], *options])

    return ask


def results(run):
    assert run.exit_code == 0, run.output
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_what_is_about_the_same_comes_first(ask):
    (first,) = results(ask(TEXTS, [{"id": "q", "text": "Ik wil geleende boeken verlengen"}], "--json"))
    assert first["query"] == "q"
    assert {each["id"] for each in first["results"][:2]} == {"a", 8.5}
    scores = [each["score"] for each in first["results"]]
    assert scores == sorted(scores, reverse=True)


def test_a_text_is_no_result_of_itself_and_ids_come_back_as_they_were(ask):
    found = results(ask(TEXTS, TEXTS, "--json"))
    assert [each["query"] for each in found] == ["a", 7, "7", 8.5]
    for each in found:
        assert each["query"] not in [json.loads(json.dumps(one["id"])) for one in each["results"]]
    assert any(one["id"] == 7 and isinstance(one["id"], int) for one in found[2]["results"])


def test_no_more_than_asked_for(ask):
    (first,) = results(ask(TEXTS, [{"id": 1, "text": "boek verlengen boete zaal"}], "--json", "--top", "2"))
    assert len(first["results"]) == 2


def test_an_id_that_stands_there_more_than_once_is_one_result_and_takes_no_place_of_others(ask):
    corpus = [*({"id": "a", "text": "Boek verlengen"} for _ in range(30)), *TEXTS]
    (first,) = results(ask(corpus, [{"id": "q", "text": "boek verlengen"}], "--json", "--top", "3"))
    assert len({each["id"] for each in first["results"]}) == len(first["results"]) == 3


def test_a_query_that_fits_nothing_has_no_results_but_has_its_line(ask):
    found = results(ask(TEXTS, [{"id": 1, "text": ""}, {"id": 2, "text": "xyzzy"}], "--json"))
    assert found == [{"query": 1, "results": []}, {"query": 2, "results": []}]


def test_for_people_it_prints_words(ask):
    run = ask(TEXTS, [{"id": "q", "text": "boeken verlengen"}])
    assert run.exit_code == 0
    assert "Boek verlengen" in run.stdout


def test_what_it_tells_of_its_progress_is_not_among_the_results(ask):
    run = ask(TEXTS, [{"id": 1, "text": "boek"}], "--json")
    assert len(run.stdout.splitlines()) == 1
    assert "4 texts read" in run.stderr


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"nonsense", "not JSON"),
        (b'"words"', "not an object"),
        (b'{"id": 1}', '"text"'),
        (b'{"id": 1, "text": 2}', '"text"'),
        (b'{"text": "words"}', '"id"'),
        (b'{"id": true, "text": "words"}', '"id"'),
        (b'{"id": [1], "text": "words"}', '"id"'),
        (b'{"id": NaN, "text": "words"}', '"id"'),
        (b'{"id": 1e999, "text": "words"}', '"id"'),
        (b'{"id": ' + b"1" * 5_000 + b', "text": "words"}', "not JSON"),
        (b'{"id": 1, "text": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
    ],
)
@pytest.mark.parametrize("where", ["corpus", "queries"])
def test_a_bad_line_is_named(ask, line, why, where):
    good = b'{"id": 1, "text": "words"}\n'
    bad = good + b"\n" + line + b"\n" + good
    run = ask(bad, good, "--json") if where == "corpus" else ask(good, bad, "--json")
    assert run.exit_code == 1
    assert f"{where}.jsonl, line 3: " in run.stderr
    assert why in run.stderr
    assert run.stdout == ""


def test_signs_that_cannot_be_written_break_nothing(ask):
    strange = b'\xef\xbb\xbf{"id": "\\ud800", "text": "boek \\ud800 \\u0000 verlengen"}\r\n'
    (found,) = results(ask(strange, b'{"id": 2, "text": "boek verlengen"}', "--json"))
    assert [each["id"] for each in found["results"]] == ["\ud800"]


def test_a_number_of_many_digits_is_an_id_as_any(ask):
    (found,) = results(ask(TEXTS, [{"id": 10**400, "text": "boek verlengen"}], "--json"))
    assert found["query"] == 10**400


def test_a_file_that_is_not_there_is_named(ask, tmp_path):
    run = CliRunner().invoke(app, ["similar", "--corpus", str(tmp_path / "none"), "--queries", str(tmp_path / "none")])
    assert run.exit_code != 0
    assert isinstance(run.exception, OSError)
