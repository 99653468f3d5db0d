"""A community comes in from a Stack Exchange dump, once, and goes out again with equal fields."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from klankbord.community.actions.accept import accept
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.edit import edit
from klankbord.community.actions.vote import find_useful
from klankbord.community.counting import recount
from klankbord.community.models import Account, AnonymousVotes, Answer, Question, Related
from klankbord.community.stackexchange.exporting import WhichSource, export_dump
from klankbord.community.stackexchange.importing import import_dump
from klankbord.community.stackexchange.rows import LONGEST_ROW, NotADump, read_rows, write_rows
from klankbord.community.tests.conftest import anew, page
from klankbord.conversations.models import Message
from klankbord.events.models import OutboxEvent
from klankbord.participation.models import Revision
from klankbord.people.models import Organisation, Person
from tests import cast
from tests.long import long

REAL = Path(__file__).parents[5] / "shared" / "data" / "stackexchange_french_meta"
NAME = "vragen.example.org"
LICENCE = {"ContentLicense": "CC BY-SA 4.0"}


def _user(number: int, name: str, **more: str) -> dict[str, str]:
    date = "2019-01-01T10:00:00.000"
    return {
        "Id": str(number), "Reputation": "101", "CreationDate": date, "DisplayName": name, "LastAccessDate": date,
        "Views": "1", "UpVotes": "2", "DownVotes": "0", "AccountId": str(number), **more,
    }  # fmt: skip


def _post(number: int, kind: str, at: str, score: int, body: str, **more: str) -> dict[str, str]:
    return {
        "Id": str(number), "PostTypeId": kind, "CreationDate": at, "Score": str(score), "Body": body,
        "LastActivityDate": at, "CommentCount": "0", **LICENCE, **more,
    }  # fmt: skip


def _question(number: int, at: str, score: int, body: str, title: str, **more: str) -> dict[str, str]:
    asked = {"Title": title, "Tags": "<lenen><e-books>", "ViewCount": "9", "AnswerCount": "1", **more}
    return _post(number, "1", at, score, body, **asked)


# ruff: noqa: E501
DUMP: dict[str, list[dict[str, str]]] = {
    "Users": [
        _user(-1, "Community"),
        _user(7, "Ans", AboutMe="<p>Ik <b>lees</b> graag.</p>", Location="Rotterdam"),
        _user(8, "Piet & Co"),
    ],
    "Tags": [
        {"Id": "1", "TagName": "lenen", "Count": "3", "ExcerptPostId": "60", "WikiPostId": "61"},
        {"Id": "2", "TagName": "e-books", "Count": "1"},
        {"Id": "3", "TagName": "c++", "Count": "1"},
        {"Id": "4", "TagName": "c#", "Count": "0"},
    ],
    "Posts": [
        # A higher question than its own answer: the two questions were merged there.
        _question(
            20, "2020-02-01T09:00:00.123", 3, "<p>Hoe &lt;lang&gt; mag ik <em>lenen</em>?</p>", "Hoe lang lenen?",
            OwnerUserId="7", AcceptedAnswerId="11", LastEditDate="2020-02-03T09:00:00.000", LastEditorUserId="8",
        ),
        _post(11, "2", "2020-01-31T09:00:00.000", 2, "<p>Drie weken.</p>", OwnerUserId="8", ParentId="20"),
        _post(12, "2", "2020-02-02T09:00:00.000", 1, "<p>Of langer.</p>", OwnerDisplayName="user99", ParentId="20"),
        _question(
            30, "2020-03-01T09:00:00.000", -2, "<script>alert(1)</script><p onclick='x'>Lenen?</p>", "Lenen?",
            OwnerUserId="8", ClosedDate="2020-03-02T09:00:00.000", Tags="|lenen|c++|",
        ),
        _question(40, "2020-04-01T09:00:00.000", 0, "<p>Wiki</p>", "Lijst", CommunityOwnedDate="2020-04-01T09:00:00.000"),
        _post(60, "4", "2020-01-01T09:00:00.000", 0, "Over lenen en terugbrengen.", OwnerUserId="7"),
        _post(61, "5", "2020-01-01T09:00:00.000", 0, "<p>Alles over lenen.</p>", OwnerUserId="7"),
        _post(70, "2", "2020-01-01T09:00:00.000", 0, "<p>Zonder vraag.</p>", OwnerUserId="7", ParentId="999"),
    ],
    "Comments": [
        {"Id": "1", "PostId": "20", "Score": "2", "Text": "Welk *boek*?", "CreationDate": "2020-02-01T10:00:00.000", "UserId": "8", **LICENCE},
        {"Id": "2", "PostId": "11", "Score": "0", "Text": "Dank!", "CreationDate": "2019-02-01T10:00:00.000", "UserDisplayName": "weg", **LICENCE},
        {"Id": "3", "PostId": "888", "Score": "0", "Text": "Weg.", "CreationDate": "2020-02-01T10:00:00.000", "UserId": "7", **LICENCE},
    ],
    "Votes": [
        *({"Id": str(n), "PostId": "20", "VoteTypeId": "2", "CreationDate": "2020-02-01T00:00:00.000"} for n in range(1, 5)),
        {"Id": "5", "PostId": "20", "VoteTypeId": "3", "CreationDate": "2020-02-02T00:00:00.000"},
        *({"Id": str(n), "PostId": "11", "VoteTypeId": "2", "CreationDate": f"2020-02-0{n - 5}T00:00:00.000"} for n in (6, 7)),
        {"Id": "8", "PostId": "11", "VoteTypeId": "1", "CreationDate": "2020-02-05T00:00:00.000"},
        {"Id": "9", "PostId": "12", "VoteTypeId": "2", "CreationDate": "2020-02-05T00:00:00.000"},
        *({"Id": str(n), "PostId": "30", "VoteTypeId": "3", "CreationDate": "2020-03-02T00:00:00.000"} for n in (10, 11)),
        {"Id": "12", "PostId": "20", "VoteTypeId": "5", "UserId": "8", "CreationDate": "2020-02-01T00:00:00.000"},
        {"Id": "13", "PostId": "888", "VoteTypeId": "2", "CreationDate": "2020-02-01T00:00:00.000"},
    ],
    "PostLinks": [
        {"Id": "1", "CreationDate": "2020-03-02T09:00:00.000", "PostId": "30", "RelatedPostId": "20", "LinkTypeId": "3"},
        {"Id": "2", "CreationDate": "2020-03-03T09:00:00.000", "PostId": "20", "RelatedPostId": "40", "LinkTypeId": "1"},
        {"Id": "3", "CreationDate": "2020-03-03T09:00:00.000", "PostId": "20", "RelatedPostId": "30", "LinkTypeId": "3"},
    ],
    "PostHistory": [
        {"Id": "1", "PostHistoryTypeId": "1", "PostId": "20", "RevisionGUID": "a", "CreationDate": "2020-02-01T09:00:00.000", "UserId": "7", "Text": "Hoe lang?"},
        {"Id": "2", "PostHistoryTypeId": "2", "PostId": "20", "RevisionGUID": "a", "CreationDate": "2020-02-01T09:00:00.000", "UserId": "7", "Text": "Hoe lang mag ik?"},
        {"Id": "3", "PostHistoryTypeId": "4", "PostId": "20", "RevisionGUID": "b", "CreationDate": "2020-02-03T09:00:00.000", "UserId": "8", "Comment": "duidelijker", "Text": "Hoe lang lenen?"},
        {"Id": "4", "PostHistoryTypeId": "5", "PostId": "20", "RevisionGUID": "b", "CreationDate": "2020-02-03T09:00:00.000", "UserId": "8", "Text": "Hoe <lang> mag ik *lenen*?"},
        {"Id": "5", "PostHistoryTypeId": "10", "PostId": "30", "RevisionGUID": "c", "CreationDate": "2020-03-02T09:00:00.000", "UserId": "7", "Comment": "101", "Text": json.dumps({"OriginalQuestionIds": [20]})},
        {"Id": "6", "PostHistoryTypeId": "14", "PostId": "40", "RevisionGUID": "d", "CreationDate": "2020-05-02T09:00:00.000", "UserId": "7"},
    ],
    "Badges": [{"Id": "1", "UserId": "7", "Name": "Lezer", "Date": "2020-01-01T00:00:00.000", "Class": "3", "TagBased": "False"}],
}  # fmt: skip


DUMP["Posts"].sort(key=lambda row: int(row["Id"]))


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    folder = tmp_path / NAME
    folder.mkdir()
    for kind, rows in DUMP.items():
        write_rows(folder / f"{kind}.xml", kind, iter(rows))
    return folder


@pytest.fixture
def here(db: None) -> Organisation:
    return cast.de_klank().organisation


@pytest.fixture
def came(dump: Path, here: Organisation) -> Any:
    return import_dump(organisation=here, folder=dump)


def asked(here: Organisation, title: str) -> Question:
    rows = Question.objects.of(here).select_related("conversation", "opening", "joined_into")
    return rows.get(conversation__subject=title)


def rows_in(folder: Path) -> dict[str, list[dict[str, str]]]:
    return {path.stem: [row for row, _read in read_rows(path)] for path in sorted(folder.glob("*.xml"))}


def everything() -> dict[str, int]:
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model.__module__.startswith("klankbord.")
    }


def test_questions_answers_comments_and_their_authors_come_in(came, here: Organisation):
    question = asked(here, "Hoe lang lenen?")
    shown = page(cast.browser(here), f"/questions/{question.pk}/")
    for words in ("Drie weken.", "Of langer.", "Welk <em>boek</em>?", "Dank!", "Piet &amp; Co", "user99", "weg"):
        assert words in shown, words
    assert "Hoe &lt;lang&gt; mag ik <em>lenen</em>?" in shown
    assert (question.answers, question.accepted) == (2, 1)
    assert question.asked_at.isoformat() == "2020-02-01T09:00:00.123000+00:00"


def test_what_could_do_harm_in_a_body_stays_behind(came, here: Organisation):
    text = asked(here, "Lenen?").opening.text
    assert text == "Lenen?"


def test_votes_are_dated_numbers_that_show_and_count_on(came, here: Organisation):
    question = asked(here, "Hoe lang lenen?")
    days = AnonymousVotes.objects.of(here).filter(message=question.opening).order_by("day")
    assert list(days.values_list("day__day", "ups", "downs")) == [(1, 4, 0), (2, 0, 1)]
    first = Answer.objects.of(here).get(message__text="Drie weken.")
    assert first.score == 2
    assert "Nuttig · 2" in page(cast.browser(here), f"/questions/{question.pk}/")
    before = (question.me_too, question.helped)
    recount(question)
    assert (anew(question).me_too, anew(question).helped) == before
    find_useful(answer=first, person=cast.helper(here))
    assert Answer.objects.of(here).get(pk=first.pk).score == 3


def test_closed_wiki_locked_duplicate_and_see_also(came, here: Organisation):
    double, root, listing = (asked(here, title) for title in ("Lenen?", "Hoe lang lenen?", "Lijst"))
    assert double.closed_at is not None
    assert double.closed_for == "Duplicate"
    assert double.joined_into_id == root.pk
    assert listing.wiki_at is not None
    assert listing.locked_at is not None
    links = set(Related.objects.of(here).values_list("question_id", "other_id"))
    assert links == {(root.pk, listing.pk), (root.pk, double.pk)}, "a duplicate both ways is kept one way"


def test_tags_are_topics_with_an_address_of_their_own_and_a_line_of_what_they_are_for(came, here: Organisation):
    topics = page(cast.browser(here), "/questions/topics/")
    assert "Over lenen en terugbrengen." in topics
    tagged = asked(here, "Lenen?").conversation.taggings.values_list("topic__name", flat=True)
    assert sorted(tagged) == ["c++", "lenen"]


def test_editions_come_in_with_who_made_them(came, here: Organisation):
    question = asked(here, "Hoe lang lenen?")
    revision = Revision.objects.of(here).get(message=question.opening)
    assert (revision.subject, revision.text, revision.by.pseudonym) == ("Hoe lang?", "Hoe lang mag ik?", "Piet & Co")
    history = page(cast.browser(here), f"/history/{question.opening_id}/")
    assert "duidelijker" in history


def test_links_between_posts_lead_to_those_posts_here(here: Organisation, tmp_path: Path):
    site = f"https://{NAME}"
    body = (
        f'<p><a href="{site}/questions/41/een-titel">vraag</a> <a href="/a/42">antwoord</a> '
        f'<a href="{site}/questions/41/een-titel/42#42">plek</a> <a href="{site}/q/999">weg</a> '
        f'<a href="{site}/users/7/ans">Ans</a> <a href="https://elders.example.org/questions/41">elders</a></p>'
    )
    at = "2020-01-01T00:00:00.000"
    posts = [
        _question(40, at, 0, body, "Met links"),
        _question(41, at, 0, "<p>Doel</p>", "Het doel"),
        _post(42, "2", at, 0, "<p>Het antwoord</p>", ParentId="41"),
    ]
    write_rows(tmp_path / "Posts.xml", "Posts", iter(posts))
    for _twice in range(2):
        import_dump(organisation=here, folder=tmp_path, name=NAME)
    goal = asked(here, "Het doel")
    there = Answer.objects.of(here).get(question=goal).pk
    said = asked(here, "Met links").opening.text
    assert f"[vraag](/questions/{goal.pk}/)" in said
    assert f"[antwoord](/questions/{goal.pk}/#m{there})" in said
    assert f"[plek](/questions/{goal.pk}/#m{there})" in said
    for stays in (f"{site}/q/999", f"{site}/users/7/ans", "https://elders.example.org/questions/41"):
        assert stays in said
    export_dump(organisation=here, folder=tmp_path / "uit")
    assert rows_in(tmp_path / "uit")["Posts"] == posts, "what goes out is what came in"


def test_accounts_are_placeholders_that_nobody_writes_to(came, here: Organisation):
    account = Account.objects.of(here).select_related("person").get(person__pseudonym="Ans")
    assert account.profile_url == f"https://{NAME}/users/7"
    assert not account.person.addresses.exists()
    names = set(OutboxEvent.objects.values_list("name", flat=True))
    assert not names & {"participation.Followed", "participation.VoteCast"}


def test_a_second_import_adds_nothing(came, dump: Path, here: Organisation):
    before = everything()
    again = import_dump(organisation=here, folder=dump)
    assert everything() == before
    assert not again.new
    assert again.known["Posts"] == len(DUMP["Posts"])


def test_what_was_done_here_meanwhile_a_second_import_leaves_as_it_is(came, dump: Path, here: Organisation):
    question = asked(here, "Hoe lang lenen?")
    edit(message=question.opening, by=question.opening.person, text="Anders.", title="Hoe lang, echt?")
    import_dump(organisation=here, folder=dump)
    assert Message.objects.of(here).get(pk=question.opening_id).text == "Anders."


class Broken(Exception):
    """The power went."""


@pytest.mark.parametrize("step", ["Tags", "Users", "Posts", "Comments", "Votes", "PostLinks", "PostHistory"])
def test_broken_off_anywhere_it_goes_on_to_the_same_end(step: str, dump: Path, here: Organisation, monkeypatch):
    monkeypatch.setattr("klankbord.community.stackexchange.source.TOGETHER", 2)

    def fails(what: str, _done: int, _total: int) -> None:
        if what == step:
            raise Broken

    with pytest.raises(Broken):
        import_dump(organisation=here, folder=dump, progress=fails)
    import_dump(organisation=here, folder=dump)
    broken_off = everything()
    whole = cast.klankerveen().organisation
    import_dump(organisation=whole, folder=dump)
    of_one = {label: count for label, count in broken_off.items() if label.startswith("community.")}
    of_both = everything()
    assert {label: of_both[label] for label in of_one} == {label: 2 * count for label, count in of_one.items()}
    for question in Question.objects.of(here):
        twin = asked(whole, question.conversation.subject)
        assert [getattr(question, name) for name in ("answers", "accepted", "me_too", "helped")] == [
            getattr(twin, name) for name in ("answers", "accepted", "me_too", "helped")
        ]


def test_what_came_in_goes_out_with_equal_fields(came, dump: Path, here: Organisation, tmp_path: Path):
    export_dump(organisation=here, folder=tmp_path / "uit")
    assert rows_in(tmp_path / "uit") == rows_in(dump)
    for path in dump.glob("*.xml"):
        assert (tmp_path / "uit" / path.name).read_bytes() == path.read_bytes()


def test_what_was_said_here_goes_out_too_and_comes_in_elsewhere(came, here: Organisation, tmp_path: Path):
    question = asked(here, "Hoe lang lenen?")
    noor = cast.helper(here, "Noor")
    given = answer(question=question, person=noor, text="In de **zomer** langer.")
    comment(message=given.message, person=noor, text="Zes weken.")
    find_useful(answer=given, person=cast.helper(here, "Stem"))
    accept(answer=given, by=question.conversation.person)
    new = ask(person=noor, title="Kan ik een spel lenen?", text="Voor het weekend.")
    answer(question=new, person=cast.helper(here, "Ans"), text="Ja.")
    export_dump(organisation=here, folder=tmp_path / "uit")

    elsewhere = cast.klankerveen().organisation
    import_dump(organisation=elsewhere, folder=tmp_path / "uit", name=NAME)
    there = asked(elsewhere, "Hoe lang lenen?")
    shown = page(cast.browser(elsewhere), f"/questions/{there.pk}/")
    for words in ("In de <strong>zomer</strong> langer.", "Zes weken.", "Noor"):
        assert words in shown, words
    assert (there.answers, there.accepted, there.helped) == (3, 2, anew(question).helped)
    assert asked(elsewhere, "Kan ik een spel lenen?").answers == 1
    export_dump(organisation=elsewhere, folder=tmp_path / "verder")
    assert rows_in(tmp_path / "verder") == rows_in(tmp_path / "uit")


def test_changed_words_go_out_as_they_are_now_with_what_stood_there(came, here: Organisation, tmp_path: Path):
    question = asked(here, "Hoe lang lenen?")
    edit(message=question.opening, by=question.opening.person, text="Hoe lang **dan**?", title="Hoe lang dan?")
    export_dump(organisation=here, folder=tmp_path / "uit")
    found = rows_in(tmp_path / "uit")
    post = next(row for row in found["Posts"] if row["Id"] == "20")
    assert (post["Title"], post["Body"]) == ("Hoe lang dan?", "<p>Hoe lang <strong>dan</strong>?</p>\n")
    assert [row["Text"] for row in found["PostHistory"][-2:]] == ["Hoe lang dan?", "Hoe lang **dan**?"]


def test_nothing_goes_out_that_is_hidden_withdrawn_or_somebodys_vote(came, here: Organisation, tmp_path: Path):
    from klankbord.community.actions.edit import withdraw
    from klankbord.conversations.actions.speak_publicly import hide_publicly

    hide_publicly(message=Answer.objects.of(here).get(message__text="Of langer.").message)
    first = Answer.objects.of(here).select_related("message__person").get(message__text="Drie weken.")
    voter = cast.helper(here, "Geheim")
    find_useful(answer=first, person=voter)
    withdraw(message=first.message, by=first.message.person)
    export_dump(organisation=here, folder=tmp_path / "uit")
    everything_out = "".join(path.read_text() for path in (tmp_path / "uit").glob("*.xml"))
    for words in ("Of langer.", "Drie weken.", "Geheim"):
        assert words not in everything_out
    votes = rows_in(tmp_path / "uit")["Votes"]
    assert "UserId" not in votes[-1]


def test_of_several_communities_one_is_named(came, here: Organisation, tmp_path: Path):
    other = tmp_path / "ander.example.org"
    other.mkdir()
    write_rows(other / "Posts.xml", "Posts", iter([DUMP["Posts"][-4]]))
    import_dump(organisation=here, folder=other)
    with pytest.raises(WhichSource, match=r"ander\.example\.org"):
        export_dump(organisation=here, folder=tmp_path / "uit")
    with pytest.raises(WhichSource):
        export_dump(organisation=here, folder=tmp_path / "uit", name="nergens")
    export_dump(organisation=here, folder=tmp_path / "uit", name=NAME)


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE posts [<!ENTITY a "aaaa">]><posts><row Id="1" Body="&a;"/></posts>',
        '<!DOCTYPE posts SYSTEM "file:///etc/passwd"><posts></posts>',
        '<posts><row Id="1" Body="&evil;"/></posts>',
        "<posts><row Id='1'",
        "<posts><row Id='1'><script/></row></posts>",
        "<?php echo 1 ?><posts></posts>",
        "geen xml",
        f"<posts><row Id='1' Body='{'x' * (LONGEST_ROW + 200_000)}'/></posts>",
        "<posts><row PostTypeId='1' Title='Zonder nummer'/></posts>",
        "<posts><row Id='zeven' PostTypeId='1' Title='Ook zonder'/></posts>",
    ],
    ids=[
        "entity",
        "external",
        "undefined",
        "cut off",
        "nested",
        "instruction",
        "no xml",
        "endless row",
        "no number",
        "odd number",
    ],
)
def test_what_no_dump_holds_is_refused(content: str, here: Organisation, tmp_path: Path):
    (tmp_path / "Posts.xml").write_text(content)
    with pytest.raises(NotADump, match=r"Posts\.xml"):
        import_dump(organisation=here, folder=tmp_path, name=NAME)


def test_a_folder_without_posts_is_no_dump(here: Organisation, tmp_path: Path):
    with pytest.raises(NotADump):
        import_dump(organisation=here, folder=tmp_path)


def test_reading_needs_no_more_memory_for_a_longer_file(tmp_path: Path):
    body = "x" * 2_000

    def rows(count: int) -> Any:
        return ({"Id": str(number), "PostTypeId": "1", "Body": body} for number in range(count))

    peaks = []
    for count in (500, 5_000):
        path = tmp_path / f"{count}.xml"
        write_rows(path, "Posts", rows(count))
        tracemalloc.start()
        assert sum(1 for _ in read_rows(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


@pytest.mark.slow
@long
@pytest.mark.skipif(not REAL.is_dir(), reason="the French meta site's dump is not here")
def test_a_real_community_comes_in_whole_and_goes_out_to_the_byte(here: Organisation, tmp_path: Path):
    came = import_dump(organisation=here, folder=REAL, name="french.meta.stackexchange.com")
    assert (came.new["Posts"], came.new["Users"], came.new["Votes"]) == (781, 1703, 4349)
    assert Question.objects.of(here).count() == 274
    assert Answer.objects.of(here).count() == 487
    export_dump(organisation=here, folder=tmp_path / "uit")
    for path in REAL.glob("*.xml"):
        assert (tmp_path / "uit" / path.name).read_bytes() == path.read_bytes(), path.name
    assert not import_dump(organisation=here, folder=REAL, name="french.meta.stackexchange.com").new
    assert Person.objects.of(here).filter(addresses__isnull=False).count() == 0
