"""Ideas from Fider and UserVoice, and out again without a loss."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from klankbord.events.models import OutboxEvent
from klankbord.events.reacting import react_to_everything
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.decide import set_status
from klankbord.ideas.actions.merge import merge, unmerge
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.actions.vote import vote
from klankbord.ideas.interchange.bringing_in import Report, bring_in
from klankbord.ideas.interchange.formats import FIDER, FORMATS, USERVOICE
from klankbord.ideas.interchange.reading import NotOurs, read_ideas, read_sheet
from klankbord.ideas.interchange.writing import write_sheet
from klankbord.ideas.models import Idea, ImportedIdea, Status
from klankbord.participation.models import Notice, Vote
from klankbord.people.models import Person
from tests.cast import DeKlank, helper

FILES = Path(__file__).parent / "files"
FIDER_FILE, USERVOICE_FILE = ((FILES / f"{name}.csv").read_text(encoding="utf-8") for name in ("fider", "uservoice"))


def bring(klank: DeKlank, content: str | bytes, folder: Path) -> Report:
    file = folder / "ideas.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    sheet = read_sheet(file)
    ideas, broken = read_ideas(sheet)
    report = bring_in(board=main_board(klank.organisation), form=sheet.format, ideas=ideas)
    report.broken[:0] = broken
    return report


def written(klank: DeKlank, form: str, folder: Path) -> list[dict[str, str]]:
    file = folder / "out.csv"
    write_sheet(organisation=klank.organisation, form=FORMATS[form], path=file)
    return rows_of(file.read_text(encoding="utf-8"))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def by_number(rows: Sequence[dict[str, str]], column: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def idea_at(klank: DeKlank, number: str) -> Idea:
    row = ImportedIdea.objects.of(klank.organisation).select_related("idea__conversation__person").get(number=number)
    return row.idea


def test_ideas_from_fider_come_with_votes_status_answer_and_who_had_them(klank, tmp_path):
    report = bring(klank, FIDER_FILE, tmp_path)
    assert (report.found, report.new, report.known, report.broken) == (4, 4, 0, [])
    declined, open_one = idea_at(klank, "10"), idea_at(klank, "15")
    assert declined.status == Status.DECLINED
    assert declined.sentence == "Er is geen plek."
    assert declined.conversation.person.pseudonym == "Marijke"
    assert declined.opening.text == 'In de zomer\nzit iedereen "binnen".'
    assert declined.created_at.isoformat() == "2018-03-23T19:33:22+00:00"
    assert sorted(each.topic.name for each in declined.conversation.taggings.all()) == ["makkelijk", "zomer"]
    step = declined.road.get()
    assert (step.by_name, step.by) == ("John Snow", None)
    assert (open_one.votes, open_one.anonymous, open_one.score) == (0, 214, 214), "a number, and no invented voters"


def test_a_duplicate_goes_on_as_its_original_whose_votes_held_its_own_already(klank, tmp_path):
    bring(klank, FIDER_FILE, tmp_path)
    duplicate, original = idea_at(klank, "20"), idea_at(klank, "15")
    assert duplicate.merged_into == original
    assert not duplicate.in_lists
    assert (original.score, original.absorbed) == (214, 1)
    unmerge(idea=duplicate, by=klank.marlies)
    assert idea_at(klank, "20").in_lists


@pytest.mark.parametrize(("form", "content"), [("fider", FIDER_FILE), ("uservoice", USERVOICE_FILE)])
def test_what_came_in_goes_out_as_it_was(klank, tmp_path, form, content):
    bring(klank, content, tmp_path)
    header = list(rows_of(content)[0])
    assert [[row[name] for name in header] for row in written(klank, form, tmp_path)] == [
        [row[name] for name in header] for row in rows_of(content)
    ]


ODD = (
    "", " ", "  spaces around  ", 'a "quoted" word', '"', "a line\nbreak", "of Windows\r\ntoo", "a bare\rreturn",
    "comma, semi; tab\t", "👩\u200d👩\u200d👧 and é", "\u2028", "=1+1", "-", "0", "the end\n",
)  # fmt: skip


@pytest.mark.parametrize("form", ["fider", "uservoice"])
def test_odd_contents_go_out_as_they_came_too(klank, tmp_path, form):
    columns = FORMATS[form].columns
    header = [*columns.values(), " a column of their own ", "", "empty"]
    odd = {"title", "text", "author", "answer"}
    rows = []
    for number, text in enumerate(ODD, start=1):
        plain = {"number": str(number), "created_at": "2020-01-01T00:00:00Z", "status": "planned"}
        cells = plain | dict.fromkeys(odd & set(columns), text) | {"title": f"Idea {number}{text}"}
        rows.append([*(cells.get(field, "") for field in columns), text, text, ""])
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([header, *rows])
    report = bring(klank, out.getvalue().encode("utf-8-sig"), tmp_path)
    assert (report.new, report.broken) == (len(ODD), [])
    write_sheet(organisation=klank.organisation, form=FORMATS[form], path=tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode() == out.getvalue()


def test_a_name_that_only_a_later_row_has_changes_nothing_in_the_earlier_ones(klank, tmp_path):
    content = (
        "Idea ID,Idea Title,Idea Creator Email Address,Idea Creator Name,Created Timestamp\n"
        "1,Een,ans@example.org,,2020-01-01 00:00:00\n2,Twee,ans@example.org,Ans,2020-01-02 00:00:00\n"
    )
    bring(klank, content, tmp_path)
    assert [row["Idea Creator Name"] for row in written(klank, "uservoice", tmp_path)] == ["", "Ans"]
    assert idea_at(klank, "1").conversation.person.pseudonym == "Ans"


@pytest.mark.parametrize("name", ["title", "Thema", ""])
def test_two_columns_of_one_name_are_refused_as_one_of_them_would_be_lost(klank, tmp_path, name):
    lines = [f"{line},{name if number == 0 else 'x'},{name if number == 0 else 'y'}" for number, line in enumerate(
        ["number,title,created_at,created_by,status", "1,Titel,2020-01-01,Ans,open"])]  # fmt: skip
    with pytest.raises(NotOurs, match="more than one column"):
        bring(klank, "\n".join(lines), tmp_path)


@pytest.mark.parametrize(("form", "content"), [("fider", FIDER_FILE), ("uservoice", USERVOICE_FILE)])
def test_a_second_import_adds_nothing(klank, tmp_path, form, content):
    def everything() -> list[int]:
        return [kind.objects.across_organisations("counted").count() for kind in (Idea, Person, Vote, ImportedIdea)]

    bring(klank, content, tmp_path)
    once = everything()
    again = bring(klank, content, tmp_path)
    assert (again.new, again.known) == (0, again.found)
    assert everything() == once
    write_sheet(organisation=klank.organisation, form=FORMATS[form], path=tmp_path / "out.csv")
    bring(klank, (tmp_path / "out.csv").read_bytes(), tmp_path)
    assert everything() == once, "not from its own export either"


def test_what_changed_here_since_goes_out_changed_and_the_rest_as_it_came(klank, tmp_path):
    bring(klank, FIDER_FILE, tmp_path)
    vote(idea=idea_at(klank, "15"), person=helper(klank.organisation, "Ans"))
    set_status(idea=idea_at(klank, "15"), status=Status.STARTED, sentence="We proberen het.", by=klank.marlies)
    before = by_number(rows_of(FIDER_FILE), "number")["15"][0]
    after = by_number(written(klank, "fider", tmp_path), "number")["15"][0]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"votes_count", "status", "response", "responded_by", "responded_at"}
    assert (after["votes_count"], after["status"], after["response"]) == ("215", "started", "We proberen het.")


def test_our_own_ideas_go_out_in_both_formats_and_come_in_elsewhere(klank, idea, fatima, tmp_path):
    set_status(idea=idea, status=Status.DECLINED, sentence="Het kan niet.", by=klank.marlies)
    own = written(klank, "fider", tmp_path)[0]
    assert (own["title"], own["created_by"], own["votes_count"]) == (idea.conversation.subject, "Fatima", "1")
    assert (own["status"], own["response"], own["responded_by"]) == (
        "declined",
        "Het kan niet.",
        klank.marlies.user.name,
    )
    voiced = written(klank, "uservoice", tmp_path)[0]
    assert (voiced["Idea Title"], voiced["Public Status Name"]) == (idea.conversation.subject, "declined")
    for form in ("fider", "uservoice"):
        written(klank, form, tmp_path)
        sheet = read_sheet(tmp_path / "out.csv")
        ideas, broken = read_ideas(sheet)
        assert (sheet.format.name, len(ideas), broken) == (form, 1, [])


@pytest.mark.parametrize("form", ["fider", "uservoice"])
def test_many_ideas_are_written_with_the_queries_of_a_few(klank, fatima, tmp_path, form):
    bring(klank, USERVOICE_FILE, tmp_path)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            write_sheet(organisation=klank.organisation, form=FORMATS[form], path=tmp_path / "out.csv")
        return len(asked)

    own = suggest(board=main_board(klank.organisation), person=fatima, title="Langer open", text="")
    few = queries()
    for number in range(20):
        more = suggest(board=own.board, person=helper(klank.organisation), title=f"Idee {number}", text="")
        set_status(idea=more, status=Status.DONE, sentence="Vanaf nu is het zo.", by=klank.marlies)
        if number % 5 == 0:
            merge(idea=more, into=own, by=klank.marlies)
    assert queries() == few


def test_our_number_never_stands_for_two_ideas(klank, fatima, tmp_path):
    first = suggest(board=main_board(klank.organisation), person=fatima, title="Eerst", text="")
    bring(klank, FIDER_FILE.replace("\n10,", f"\n{first.conversation_id},"), tmp_path)
    numbers = [row["number"] for row in written(klank, "fider", tmp_path)]
    assert len(numbers) == len(set(numbers)) == 5


def test_voters_who_are_named_vote_on_their_dates_and_the_others_are_a_number(klank, tmp_path):
    bring(klank, USERVOICE_FILE, tmp_path)
    idea = idea_at(klank, "77")
    assert (idea.votes, idea.anonymous, idea.score) == (2, 3, 5)
    dates = {vote.person.addresses.get().value: vote.at.isoformat() for vote in Vote.objects.of(klank.organisation)}
    assert dates["bert@example.org"] == "2025-07-25T12:00:00+00:00"
    bert = Person.objects.of(klank.organisation).get(addresses__value="bert@example.org")
    assert bert.pseudonym == "", "who only voted is not shown by name"


def test_the_analysis_export_with_dotted_names_is_known_as_well(klank, tmp_path):
    content = (
        "suggestion.id,suggestion.title,suggestion.body,suggestion.status.name,suggestion.created_timestamp,"
        "suggestion.labels.name,suggestion.forum.name\n"
        "5,Een titel,Woorden,under review,2020-01-02T03:04:05Z,,Algemeen\n"
    )
    assert bring(klank, content, tmp_path).new == 1
    assert idea_at(klank, "5").status == Status.REVIEW
    header = content.splitlines()[0].split(",")
    assert [written(klank, "uservoice", tmp_path)[0][name] for name in header] == content.splitlines()[1].split(",")


def test_bad_rows_are_named_with_their_line_and_the_others_come_in(klank, tmp_path):
    header, good = FIDER_FILE.splitlines()[0], '1,"Goed\nover twee regels",,2020-01-01T00:00:00Z,A,1,0,open,,,,,,'
    bad = [
        "2,,,2020-01-01T00:00:00Z,A,1,0,open,,,,,,",
        "3,Titel,,gisteren,A,1,0,open,,,,,,",
        "4,Titel,,2020-01-01T00:00:00Z,A,veel,0,open,,,,,,",
        "5,Titel,,2020-01-01T00:00:00Z,A,1,0,misschien,,,,,,",
        "6,Titel,,2020-01-01T00:00:00Z,A,1",
        "1,Nog eens,,2020-01-01T00:00:00Z,A,1,0,open,,,,,,",
        f"7,{'x' * 301},,2020-01-01T00:00:00Z,A,1,0,open,,,,,,",
        "abc,Titel,,2020-01-01T00:00:00Z,A,1,0,open,,,,,,",
        "9,Titel,,2020-01-01T00:00:00Z,A,1,0,duplicate,,,,9,Titel,",
        "8,Titel,,2020-01-01T00:00:00Z,A,1,0,duplicate,,,,99,Weg,",
    ]
    report = bring(klank, "\n".join([header, good, *bad]) + "\n", tmp_path)
    assert (report.found, report.new) == (2, 2)
    assert [line.split(":")[0] for line in report.broken] == [f"Line {number}" for number in range(4, 14)]
    said = ("no title", "gisteren", "veel", "misschien", "6 columns", "already", "300", "abc", "itself", "99")
    for words, line in zip(said, report.broken, strict=True):
        assert words in line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_whatever_wrote_it(klank, tmp_path, encoding):
    content = FIDER_FILE.replace("Een leestafel", "Café: een leestafel")
    bring(klank, content.encode(encoding), tmp_path)
    assert idea_at(klank, "10").conversation.subject.startswith("Café")


def test_semicolons_of_a_dutch_spreadsheet_are_read_too(klank, tmp_path):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(csv.reader(io.StringIO(FIDER_FILE, newline="")))
    assert bring(klank, out.getvalue(), tmp_path).new == 4


@pytest.mark.parametrize("content", ["", "naam,adres\nAns,Dorp\n", "\x00\x01\x02", '"open'])
def test_a_file_of_something_else_is_refused_with_what_it_has(klank, tmp_path, content):
    with pytest.raises(NotOurs):
        bring(klank, content, tmp_path)


def test_a_file_with_unknown_columns_is_told_which_ones_it_needs(klank, tmp_path):
    with pytest.raises(NotOurs) as refused:
        bring(klank, "naam,adres\nAns,Dorp\n", tmp_path)
    for form in (FIDER, USERVOICE):
        assert f"{form.title} needs: {', '.join(form.needed)}." in str(refused.value)
    assert FIDER.needed == ["number", "title", "created_at", "created_by", "status"]


@pytest.mark.parametrize("below", ["", "98,Onder de fout,,2020-01-01T00:00:00Z,A,1,0,open,,,,,,\n"])
def test_a_quotation_mark_that_never_closes_takes_only_its_own_line_along(klank, tmp_path, below):
    lines = FIDER_FILE.count("\n") + 1
    report = bring(klank, FIDER_FILE + '99,"open,woorden\n' + below, tmp_path)
    assert [line.partition(" (")[0] for line in report.broken] == [f"Line {lines}: it cannot be read"]
    assert report.new == (5 if below else 4)


def test_a_file_of_nothing_but_open_quotation_marks_has_an_end(klank, tmp_path):
    report = bring(klank, FIDER_FILE + '"a"b\n' * 2000, tmp_path)
    assert report.new == 4
    assert "nothing is read from here on" in report.broken[-1]


def test_nobody_is_told_of_what_was_brought_in_and_nothing_is_earned(klank, tmp_path):
    bring(klank, FIDER_FILE, tmp_path)
    react_to_everything()
    assert not Notice.objects.of(klank.organisation).exists()
    assert not OutboxEvent.objects.filter(name="participation.VoteCast").exists()


def test_a_decline_without_a_reason_says_that_none_came_along(klank, tmp_path):
    content = FIDER_FILE.replace("Er is geen plek.", "")
    bring(klank, content, tmp_path)
    assert idea_at(klank, "10").sentence
    assert by_number(written(klank, "fider", tmp_path), "number")["10"][0]["response"] == ""


def test_both_formats_have_a_word_for_each_status():
    for form in (FIDER, USERVOICE):
        assert set(form.statuses) == set(Status)
        for word in form.statuses.values():
            assert form.read_status(word) is not None
