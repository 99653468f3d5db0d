"""The rules about ideas as `docs/ideas.md` tells them: decisions, boards, consent, changes; and that page itself."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from klankbord import clock
from klankbord.audit.models import AuditEntry
from klankbord.channels.models import Dispatch
from klankbord.conversations.models import Conversation
from klankbord.events.models import OutboxEvent
from klankbord.events.reacting import react_to_everything
from klankbord.ideas import bursts, changes, rising
from klankbord.ideas.actions import panels
from klankbord.ideas.actions.boards import accept_board, end_sharing, invite_house, main_board, make_board
from klankbord.ideas.actions.changes import answer_change, publish_change
from klankbord.ideas.actions.decide import looked_again, set_status
from klankbord.ideas.actions.merge import merge
from klankbord.ideas.actions.panels import follow_panel_link, join_panel, make_panel_link, revoke_panel_links
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.actions.vote import unvote, vote
from klankbord.ideas.attention import bring_back, waiting_for_staff, what_asks_for_staff
from klankbord.ideas.models import Change, Idea, Status, StatusChange
from klankbord.ideas.models.change import Verdict
from klankbord.ideas.reading import read_page
from klankbord.ideas.refusals import NoReason, NotYet
from klankbord.ideas.telling import tell_of_changes
from klankbord.ideas.tests.conftest import anew
from klankbord.participation.actions import change_participant, follow
from klankbord.participation.models import Rhythm
from klankbord.people.models import Address, Person, Role
from klankbord.people.visitors import person_of_member
from klankbord.reputation.actions import points_of
from klankbord.reputation.rules import WORTH, Rule
from tests import cast
from tests.cast import DeKlank, browser, helper
from tests.documentation.pages import ROOT, rows, sections

PAGE = (ROOT / "docs" / "ideas.md").read_text(encoding="utf-8")
TODAY = date(2026, 3, 2)


def page(klank: DeKlank, path: str, member: Any = None, **data: str) -> str:
    return browser(klank.organisation, member).get(path, data).content.decode()


def mails(klank: DeKlank) -> list[dict[str, Any]]:
    return [row.message for row in Dispatch.objects.of(klank.organisation).order_by("pk")]


def test_nothing_is_declined_without_a_reason_not_even_past_the_code(klank, idea):
    for words in ("", "  \n", " . ", "-- 1", "Nee."):
        with pytest.raises(NoReason):
            set_status(idea=idea, status=Status.DECLINED, sentence=words, by=klank.marlies)
    response = browser(klank.organisation, klank.jamal).post(
        f"/ideas/{idea.conversation_id}/status/", {"status": "declined", "sentence": " "}
    )
    assert response.status_code == 422
    rows = Idea.objects.of(klank.organisation).filter(pk=idea.pk)
    for sentence in ("", "   "):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status=Status.DECLINED, sentence=sentence)
    assert anew(idea).status == Status.NEW


def test_each_step_stands_on_the_road_of_the_idea_with_its_sentence_and_who_took_it(klank, idea):
    set_status(idea=idea, status=Status.PLANNED, sentence="In juni beginnen we.", by=klank.marlies, expected="juni")
    set_status(idea=idea, status=Status.DONE, sentence="Het staat er nu bij.", by=klank.noor)
    road = StatusChange.objects.of(klank.organisation).filter(idea=idea).order_by("at", "pk")
    assert [(each.status, each.by, each.message.text) for each in road] == [
        ("planned", klank.marlies, "In juni beginnen we."),
        ("done", klank.noor, "Het staat er nu bij."),
    ]
    shown = page(klank, f"/ideas/{idea.conversation_id}/")
    for words in ("In juni beginnen we.", "Het staat er nu bij.", klank.noor.user.name):
        assert words in shown


def test_who_supports_an_idea_gives_its_author_something_as_long_as_they_do(klank, idea, fatima):
    piet = helper(klank.organisation, "Piet")
    react_to_everything()
    before = points_of(fatima)
    vote(idea=idea, person=piet)
    react_to_everything()
    assert points_of(fatima) == before + WORTH[Rule.IDEA_SUPPORTED].points
    unvote(idea=idea, person=piet)
    react_to_everything()
    assert points_of(fatima) == before


def test_an_idea_that_is_carried_out_earns_its_author_something_until_it_is_undone(klank, idea, fatima):
    person_of_member(membership=klank.marlies)
    set_status(idea=idea, status=Status.DONE, sentence="Vanaf nu.", by=klank.marlies)
    react_to_everything()
    assert points_of(fatima) == WORTH[Rule.IDEA_TAKEN_UP].points
    set_status(idea=idea, status=Status.STARTED, sentence="Toch nog niet.", by=klank.marlies)
    react_to_everything()
    assert points_of(fatima) == 0


def test_an_idea_comes_back_on_the_day_that_was_promised(klank, idea):
    now = clock.now()
    day = (now + timedelta(days=30)).date()
    set_status(idea=idea, status=Status.DECLINED, sentence="Nu niet.", by=klank.marlies, look_again_on=day)

    def again() -> list[str]:
        group = next(each for each in waiting_for_staff(klank.organisation) if each.key == "again")
        return [row.title for row in group.rows]

    assert again() == []
    with clock.reading(now + timedelta(days=31)):
        bring_back()
        bring_back()
        assert again() == ["Laat zien of een e-book nu te leen is"]
        looked_again(idea=idea, by=klank.jamal)
        assert again() == []


def test_the_day_on_which_we_look_again_is_a_day_of_the_house(klank, idea):
    """A quarter past midnight in Amsterdam, when in UTC it is still the day before."""
    path = f"/ideas/{idea.conversation_id}/status/"
    sent = {"status": Status.PLANNED, "sentence": "Dit gaan we doen."}
    with clock.reading(datetime(2026, 6, 9, 22, 15, tzinfo=UTC)):
        marlies = browser(klank.organisation, klank.marlies)
        refused = marlies.post(path, {**sent, "look_again_on": "2026-06-10"})
        assert "Kies een dag die nog moet komen." in refused.content.decode()
        assert marlies.post(path, {**sent, "look_again_on": "2026-06-11"}).status_code == 302
    with clock.reading(datetime(2026, 6, 10, 22, 15, tzinfo=UTC)):
        bring_back()
        assert AuditEntry.objects.of(klank.organisation).filter(verb="idea_came_back").count() == 1
        shown = {each.key: [row.title for row in each.rows] for each in waiting_for_staff(klank.organisation)}
        assert shown["again"] == ["Laat zien of een e-book nu te leen is"]
        assert what_asks_for_staff(klank.jamal)["ideas_again"].count() == 1


def test_a_mail_becomes_an_idea_only_when_its_sender_says_yes(klank):
    """In two clicks of an agent: the link beside the conversation, and asking the customer."""
    jan = cast.customer(klank.organisation, "Jan de Boer")
    mail = cast.conversation(
        jan, klank.mailbox, subject="Bankje", text="Zet een bankje bij de ingang. Bel 06-12345678."
    )
    path = f"/ideas/from/{mail.pk}/"
    assert path in page(klank, f"/inbox/{mail.pk}/", klank.jamal)
    draft = page(klank, path, klank.jamal)
    assert "Zet een bankje" in draft
    assert "12345678" not in draft
    browser(klank.organisation, klank.jamal).post(path, {"title": "Een bankje", "text": "Bij de ingang."})
    react_to_everything()
    assert not Idea.objects.of(klank.organisation).exists(), "nothing before the customer says yes"
    asked = page(klank, f"/inbox/{mail.pk}/", klank.jamal)
    assert "Jamal Haddou vroeg de klant: mag dit een idee zijn?" in asked
    assert "Vandaag gevraagd. Er is nog geen antwoord." in page(klank, path, klank.jamal)
    assert 'name="title"' not in page(klank, path, klank.jamal)
    link = re.search(r"/ideas/consent/[\w-]+/", mails(klank)[-1]["text"])
    assert link is not None
    box = re.search(r'<input[^>]*name="credit"[^>]*>', browser(klank.organisation).get(link[0]).content.decode())
    assert box is not None
    assert "checked" not in box[0], "consent is never ticked beforehand"
    words = {"title": "Een bankje", "text": "Bij de ingang.", "name": "Jan", "credit": "on"}
    browser(klank.organisation).post(link[0], words)
    made = Idea.objects.of(klank.organisation).select_related("conversation").get()
    assert (made.conversation.grew_from_id, made.conversation.is_public) == (mail.pk, True)
    assert not Conversation.objects.of(klank.organisation).get(pk=mail.pk).is_public
    assert "Een bankje" in page(klank, "/ideas/")
    answered = page(klank, f"/inbox/{mail.pk}/", klank.jamal)
    assert "De klant vindt het goed: het is een idee." in answered
    for each in (answered, page(klank, path, klank.jamal)):
        assert f'<a href="/ideas/{made.conversation_id}/">Bekijk het idee</a>' in each
    assert 'name="title"' not in page(klank, path, klank.jamal)
    events = OutboxEvent.objects.filter(name="ideas.ConsentAnswered")
    assert events.get().fields["conversation_id"] == mail.pk, "an open window hears of it"


def test_the_road_says_what_was_put_with_it_where_it_stood_then(klank, fatima):
    board = main_board(klank.organisation)
    idea, other = (suggest(board=board, person=fatima, title=title, text="Graag.") for title in ("Een bank", "Bankje"))
    merge(idea=other, into=idea, by=klank.marlies)
    set_status(idea=anew(idea), status=Status.DECLINED, by=klank.jamal, sentence="Er is geen plek.")
    with translation.override("nl"):
        road = read_page(anew(idea)).road
    assert [each["title"] for each in road] == ["Nieuw", "Doen we niet"]
    assert ["1 ander idee erbij gevoegd" in each["detail"] for each in road] == [True, False]


def test_a_panels_board_and_its_ideas_do_not_exist_for_others(klank, fatima):
    board = make_board(by=klank.noor, name="Meedenkers", is_private=True)
    join_panel(board=board, person=fatima)
    secret = suggest(board=board, person=fatima, title="Geheim plan", text="Nog niet verder vertellen.")
    places = ("/ideas/boards/meedenkers/", f"/ideas/{secret.conversation_id}/")
    outsider = helper(klank.organisation, "Piet")
    for path in places:
        assert cast.known_browser(fatima).get(path).status_code == 200
        assert browser(klank.organisation, klank.jamal).get(path).status_code == 200
        for other in (browser(klank.organisation), cast.known_browser(outsider)):
            assert other.get(path).status_code == 404
    for path in ("/ideas/", "/ideas/feed/", "/ideas/boards/"):
        assert "Geheim plan" not in page(klank, path)


def test_a_link_into_a_panel_ends_and_can_be_revoked(klank):
    board = make_board(by=klank.noor, name="Meedenkers", is_private=True)
    house = klank.organisation.pk
    old, new = make_panel_link(board=board, by=klank.noor), make_panel_link(board=board, by=klank.noor)
    assert follow_panel_link(organisation_id=house, token=old) is not None
    with clock.reading(clock.now() + panels.KEPT + timedelta(seconds=1)):
        assert follow_panel_link(organisation_id=house, token=old) is None
    revoke_panel_links(board=board, by=klank.noor)
    assert follow_panel_link(organisation_id=house, token=new) is None


@pytest.fixture
def shared(klank: DeKlank, fatima: Person) -> Any:
    """A board of De Klank that the municipality next door opens together with it, with an idea of each."""
    next_door = cast.klankerveen()
    board = make_board(by=klank.noor, name="Samen groen")
    grant = invite_house(board=board, host=next_door.organisation.host, by=klank.marlies)
    head = cast.member(next_door.organisation, "Ria Smit", Role.ADMINISTRATOR, domain="klankerveen.example")
    accept_board(grant=grant, by=head)
    ours = suggest(board=board, person=fatima, title="Bijen op het dak", text="")
    theirs = suggest(board=board, person=helper(next_door.organisation, "Bo"), title="Bomen in de straat", text="")
    return grant, ours, theirs, next_door, head


def test_a_shared_board_shows_everybodys_ideas_and_each_answers_for_its_own(klank, shared):
    _grant, ours, theirs, next_door, _head = shared
    for house in (klank, next_door):
        shown = page(house, "/ideas/boards/samen-groen/")
        assert "Bijen op het dak" in shown
        assert "Bomen in de straat" in shown
    assert "Bomen in de straat" not in page(klank, "/ideas/")
    step = {"status": "planned", "sentence": "Doen we."}
    jamal = browser(klank.organisation, klank.jamal)
    assert jamal.post(f"/ideas/{ours.conversation_id}/status/", step).status_code == 302
    assert jamal.post(f"/ideas/{theirs.conversation_id}/status/", step).status_code == 404


def test_when_sharing_ends_ideas_stay_with_whom_they_belong(klank, shared):
    grant, ours, theirs, next_door, head = shared
    end_sharing(grant=grant, by=head)
    shown = page(klank, "/ideas/boards/samen-groen/")
    assert "Bijen op het dak" in shown
    assert "Bomen in de straat" not in shown
    assert "Bomen in de straat" in page(next_door, "/ideas/")
    assert (anew(ours).board_id, anew(theirs).board_id) == (grant.board_id, main_board(next_door.organisation).pk)


def test_everybody_who_asked_for_it_hears_once_and_is_asked_once(klank, idea, fatima):
    voter, writer, follower, bystander = (
        helper(klank.organisation, name, f"{name.lower()}@example.org") for name in ("Stem", "Woord", "Volg", "Niemand")
    )
    vote(idea=idea, person=voter)
    react(idea=idea, person=writer, text="Goed idee.")
    vote(idea=idea, person=writer)
    follow(person=follower, conversation=idea.conversation)
    del bystander
    react_to_everything()
    before = len(mails(klank))
    change = publish_change(by=klank.noor, title="Je ziet het nu", text="Aan de knop.", changed_on=TODAY, ideas=[idea])
    for _ in range(2):
        react_to_everything()
        tell_of_changes()
    told = [each for each in mails(klank)[before:] if "Je ziet het nu" in each["subject"]]
    addresses = sorted(party["address"] for each in told for party in each["to"])
    assert addresses == sorted(["fatima@example.org", "stem@example.org", "woord@example.org", "volg@example.org"])
    assert all("Je wilde dit ook, of volgde wat ervan kwam." in each["text"] for each in told), "true of each of them"
    title = told[0]["subject"].partition(": ")[2]
    assert f"“{title}”" in told[0]["text"], "what changed is called by its name in the mail itself"
    link = re.search(r"/changes/better/[\w-]+/", told[0]["text"])
    assert link is not None
    asked = browser(klank.organisation)
    chosen = asked.get(link[0], {"answer": "better"}).content.decode()
    assert "Je koos: Ja, het is nu beter. Druk op de knop, dan telt het." in chosen
    assert re.findall(r'<button class="button" [^>]*value="([a-z]+)"', chosen) == ["better"], "one more click is enough"
    assert "Je koos" not in asked.get(link[0], {"answer": "no answer of ours"}).content.decode()
    assert changes.figures(change).answers == 0, "opening a link answers nothing"
    asked.post(link[0], {"answer": "better"})
    assert changes.figures(change).answers == 1
    assert "Je antwoordde: Ja, het is nu beter." in asked.get(link[0]).content.decode()


def test_who_shares_the_link_of_a_change_shows_what_it_is_about(klank, idea):
    text = "Aan de **knop**.\n\nEn in de mail."
    change = publish_change(by=klank.noor, title="Je ziet het nu", text=text, changed_on=TODAY, ideas=[idea])
    page = browser(klank.organisation).get(f"/changes/{change.pk}/").content.decode()
    shown = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert (shown["title"], shown["description"]) == ("Je ziet het nu", "Aan de knop. En in de mail.")
    assert shown["url"].endswith(f"/changes/{change.pk}/")


def test_of_one_person_the_latest_answer_counts(klank, idea, fatima):
    change = publish_change(by=klank.noor, title="Anders", text="Nu.", changed_on=TODAY, ideas=[idea])
    for verdict in (Verdict.WORSE, Verdict.BETTER):
        answer_change(change=change, person=fatima, verdict=verdict)
    assert changes.figures(change).counts == {Verdict.BETTER: 1, Verdict.SAME: 0, Verdict.WORSE: 0}


@pytest.mark.parametrize(("number", "shares", "indicative"), [(9, False, True), (10, True, True), (30, True, False)])
def test_few_answers_give_no_share_and_some_only_an_indication(klank, idea, number, shares, indicative):
    change = publish_change(by=klank.noor, title="Anders", text="Nu.", changed_on=TODAY, ideas=[idea])
    for each in range(number):
        answer_change(change=change, person=helper(klank.organisation, f"P{each}"), verdict=Verdict.BETTER)
    found = changes.figures(change)
    assert (found.answers, bool(found.shares), found.indicative) == (number, shares, indicative)
    assert (found.low, found.high) == {9: (70, 100), 10: (72, 100), 30: (89, 100)}[number]


def test_thanked_by_name_is_who_chose_one_and_said_yes(klank, idea):
    change = publish_change(by=klank.noor, title="Anders", text="Nu.", changed_on=TODAY, ideas=[idea])
    person = idea.conversation.person
    change_participant(person=person, wants_credit=True)
    assert [each.name for each in changes.change_page(change).thanks] == ["Fatima"]
    change_participant(person=person, wants_credit=False)
    found = changes.change_page(change)
    assert (found.thanks, found.unnamed) == ([], 1)


def test_the_page_about_ideas_has_the_statuses_of_the_code():
    told = {cells[0].strip("`"): cells[1] for cells in rows(sections(PAGE)["Statuses"])}
    with translation.override("en"):
        assert told == {status.value: str(status.label) for status in Status}


@pytest.mark.parametrize(
    "sentence",
    [
        f"| {rising.HALF_LIFE.days} days |",
        f"| {bursts.ONE_NETWORK} in {bursts.NETWORK_SPAN // timedelta(hours=1)} hours |",
        f"| {bursts.NEW_PEOPLE} in an hour |",
        f"| {bursts.ONE_NETWORK} / n, {bursts.NEW_PEOPLE} / n |",
        f"| after {panels.KEPT.days} days |",
        f"links end after {panels.KEPT.days} days",
        f"| with fewer answers no share is shown | {changes.FEWEST} |",
        f"| with fewer it is marked as an indication | {changes.INDICATIVE} |",
    ],
)
def test_the_page_about_ideas_has_the_numbers_of_the_code(sentence: str):
    assert sentence in PAGE


def test_every_rule_about_ideas_has_the_test_that_the_page_names():
    known = set(
        re.findall(r"def (test_\w+)", "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py")))
    )
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 20
    assert named - known == set()


def told_words(idea: Idea, day: date = TODAY, **more: str) -> dict[str, str]:
    """What a colleague fills in at `/changes/new/`."""
    number = str(idea.conversation_id)
    return {"title": "Je ziet het nu", "text": "Aan de knop.", "changed_on": str(day), "ideas": number, **more}


def test_a_change_that_is_still_to_come_is_refused_in_words(klank, idea):
    tomorrow = clock.now().astimezone(klank.organisation.zone).date() + timedelta(days=1)
    answer = browser(klank.organisation, klank.noor).post("/changes/new/", told_words(idea, tomorrow))
    assert (answer.status_code, Change.objects.of(klank.organisation).exists()) == (422, False)
    assert "Vertel het vanaf die dag." in answer.content.decode()
    with pytest.raises(NotYet):
        publish_change(by=klank.noor, title="Straks", text="Ooit.", changed_on=tomorrow, ideas=[idea])


def test_who_tells_a_change_sets_its_ideas_to_done_in_the_same_step_unless_they_would_rather_not(klank, idea, fatima):
    set_status(idea=idea, status=Status.PLANNED, sentence="Dit gaan we doen.", by=klank.noor)
    react_to_everything()
    before, noor = len(mails(klank)), browser(klank.organisation, klank.noor)
    form = noor.get("/changes/new/", {"idea": idea.conversation_id}).content.decode()
    assert re.search(r'<input[^>]*name="done"[^>]*checked', form)
    asked = noor.post("/changes/new/", told_words(idea, done="on"), follow=True).content.decode()
    assert "Dit idee is dan klaar:" in asked
    assert '<input type="hidden" name="done" value="on">' in asked
    assert anew(idea).status == Status.PLANNED
    noor.post("/changes/new/", told_words(idea, done="on", agreed="1"))
    step = StatusChange.objects.of(klank.organisation).order_by("pk").last()
    assert (step.idea, step.status, step.sentence) == (idea, Status.DONE, "Je ziet het nu")
    react_to_everything()
    tell_of_changes()
    assert len(mails(klank)) == before + 1, "the change tells it, and nothing else does"
    assert points_of(fatima) == WORTH[Rule.IDEA_TAKEN_UP].points
    other = suggest(board=idea.board, person=fatima, title="Ook luisterboeken", text="")
    noor.post("/changes/new/", told_words(other, agreed="1"))
    assert (Change.objects.of(klank.organisation).count(), anew(other).status) == (2, Status.NEW)
    edited = Change.objects.of(klank.organisation).first()
    assert 'name="done"' not in noor.get(f"/changes/{edited.pk}/edit/").content.decode()


def test_how_many_asked_for_a_change_is_what_stands_beside_its_idea(klank, idea):
    vote(idea=idea, person=helper(klank.organisation, "Stem"))
    Idea.objects.of(klank.organisation).filter(pk=idea.pk).update(brought_in=3, anonymous=3, score=5)
    change = publish_change(by=klank.noor, title="Anders", text="Nu.", changed_on=TODAY, ideas=[idea])
    assert changes.change_page(change).voters == anew(idea).score == 5
    for path in ("/", "/changes/", f"/changes/{change.pk}/"):
        assert "5 mensen vroegen erom." in page(klank, path), path


def test_before_everybody_is_told_it_is_asked_how_many_that_are(klank, idea, fatima):
    for name in ("Stem", "Nooit", "Postloos"):
        voter = helper(klank.organisation, name)
        vote(idea=idea, person=voter)
        if name == "Nooit":
            change_participant(person=voter, rhythm=Rhythm.NEVER)
        if name == "Postloos":
            Address.objects.of(klank.organisation).filter(person=voter).update(bounced_at=clock.now())
    react_to_everything()
    noor, rows = browser(klank.organisation, klank.noor), Change.objects.of(klank.organisation)
    asked = noor.post("/changes/new/", told_words(idea), follow=True)
    assert (asked.status_code, rows.count()) == (200, 0)
    assert "Vertel het 2 mensen" in asked.content.decode(), "Fatima and Stem"
    again = noor.post("/changes/new/", told_words(idea, back="1"), follow=True)
    assert 'value="Je ziet het nu"' in again.content.decode()
    more = noor.post("/changes/new/", told_words(idea, agreed="1"))
    assert more["Location"] == "/changes/new/?look=1", "more hear of it by now"
    assert rows.count() == 0
    noor.post("/changes/new/", told_words(idea, agreed="2"))
    assert rows.count() == 1
    react_to_everything()
    better = noor.post(f"/changes/{rows.get().pk}/edit/", told_words(idea, title="Beter gezegd"))
    assert (better.status_code, rows.get().title) == (302, "Beter gezegd"), "nobody hears of it twice"


def test_a_day_to_look_again_that_is_over_is_refused_in_the_language_of_the_page(klank, idea):
    noor, path = browser(klank.organisation, klank.noor), f"/ideas/{idea.conversation_id}/"
    sent = {"status": Status.PLANNED, "sentence": "Dit gaan we doen.", "look_again_on": "2020-01-01"}
    assert "Kies een dag die nog moet komen." in noor.post(f"{path}status/", sent).content.decode()
    noor.post(f"{path}status/", {**sent, "look_again_on": "2099-12-24"})
    assert "opnieuw bekijken op 24 december 2099" in noor.get(path).content.decode()
