"""Taking part without an account, through the pages and the mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from klankbord import clock
from klankbord.channels.contract import OutboundMessage, Party
from klankbord.channels.dispatch import AUTOMATIC_A_DAY, queue_dispatch
from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.speak_publicly import hide_publicly
from klankbord.files.actions import keep_file
from klankbord.files.pictures import EVERYBODYS, picture_response
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.actions.vote_together import Ballot, count_ballots
from klankbord.ideas.models import Idea
from klankbord.participation.actions import follow
from klankbord.participation.models import Follow, Participant, Pending, Vote
from klankbord.people.models import Address, Person
from klankbord.people.visitors import VISITOR_COOKIE
from tests.cast import DeKlank, browser, customer, helper, known_browser, thread

ADDRESS = "fatima@example.org"


def _mail(klank: DeKlank, to: str = ADDRESS) -> str:
    return str(Dispatch.objects.of(klank.organisation).filter(recipient=to).latest("pk").message["text"])


def _link(text: str) -> str:
    found = re.search(r"(/confirm/[^/\s]+/)", text)
    assert found
    return found[1]


def _code(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", text)
    assert found
    return found[1]


def _follow_changes(visitor: Client, **fields: str) -> str:
    page = visitor.post("/follow/", {"area": "changes", "next": "/promise/", **fields})
    assert page.status_code == 302
    return page["Location"]


def test_one_click_in_the_mail_does_what_a_stranger_asked_and_remembers_the_browser(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    sent = visitor.get(_follow_changes(visitor, email=ADDRESS))
    assert ADDRESS in sent.content.decode()
    assert not Follow.objects.of(klank.organisation).exists()

    link = _link(_mail(klank))
    assert visitor.get(link).status_code == 200
    assert not Follow.objects.of(klank.organisation).exists(), "a program that opens links confirms nothing"
    done = visitor.post(link)

    assert done["Location"] == "/promise/"
    follow = Follow.objects.of(klank.organisation).get()
    assert (follow.area, follow.person.addresses.get().shown) == ("changes", ADDRESS)
    assert visitor.cookies[VISITOR_COOKIE]["httponly"]
    assert "Fatima" not in visitor.get("/me/").content.decode()
    box = re.search(r'<input[^>]*name="wants_credit"[^>]*>', visitor.get("/me/").content.decode())
    assert box is not None
    assert "checked" not in box[0], "consent is never ticked beforehand"


def test_the_code_from_the_mail_does_the_same_on_the_page_that_is_still_open(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    waiting = _follow_changes(visitor, email=ADDRESS)
    wrong = visitor.post(waiting, {"code": "000000" if _code(_mail(klank)) != "000000" else "111111"})
    assert wrong.status_code == 422
    assert visitor.post(waiting, {"code": _code(_mail(klank))})["Location"] == "/promise/"


def test_only_in_the_browser_that_asked_the_page_of_the_link_confirms_by_itself_and_it_says_so(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS)
    link = _link(_mail(klank))

    asked = visitor.get(link).content.decode()
    assert "data-confirms" in asked
    assert "vanzelf" in asked
    assert "Dan gebeurt er niets" not in asked, "that would not be true"

    elsewhere = browser(klank.organisation).get(link).content.decode()
    assert "Dan gebeurt er niets" in elsewhere
    assert "Ja, dat was ik" in elsewhere
    assert "data-confirms" not in elsewhere, "a program that looks at links in mails may run scripts"
    assert "confirm.js" not in elsewhere


def test_what_is_asked_in_one_browser_does_not_confirm_what_somebody_else_was_mailed(klank: DeKlank) -> None:
    somebody, other = browser(klank.organisation), browser(klank.organisation)
    _follow_changes(somebody, email=ADDRESS)
    link = _link(_mail(klank))
    _follow_changes(other, email="piet@example.org")
    assert "data-confirms" not in other.get(link).content.decode()
    other.cookies["asked"] = "made up"
    assert "data-confirms" not in other.get(link).content.decode()


def test_a_code_typed_after_the_button_was_clicked_leads_to_what_was_done(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    waiting = _follow_changes(visitor, email=ADDRESS)
    browser(klank.organisation).post(_link(_mail(klank)))
    assert visitor.post(waiting, {"code": _code(_mail(klank))})["Location"] == "/promise/"


def test_six_digits_cannot_be_guessed(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    waiting = _follow_changes(visitor, email=ADDRESS)
    right = _code(_mail(klank))
    for guess in [f"{number:06}" for number in range(7) if f"{number:06}" != right][: Pending.MOST_GUESSES]:
        told = visitor.post(waiting, {"code": guess}).content.decode()
    assert "te vaak" in told, "the last wrong code says that no other is looked at"
    refused = visitor.post(waiting, {"code": right})
    assert refused.status_code == 422
    assert "niet de code uit de mail" not in refused.content.decode(), "it is the code"
    assert "te vaak" in refused.content.decode()
    assert visitor.post(_link(_mail(klank))).status_code == 302, "the link still works"


def test_guesses_that_come_at_once_are_counted_before_they_are_looked_at(klank: DeKlank, monkeypatch) -> None:
    visitor, counted = browser(klank.organisation), []
    sent = _follow_changes(visitor, email=ADDRESS)

    def looked_at(*_guess: object) -> str:
        counted.append(Pending.objects.of(klank.organisation).get().guesses)
        return ""

    monkeypatch.setattr("klankbord.participation.confirming._code_hash", looked_at)
    assert visitor.post(sent, {"code": "000000"}).status_code == 422
    assert counted == [1]


def test_who_gave_no_address_is_asked_for_it_and_need_not_begin_again(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    asked = visitor.post("/follow/", {"area": "changes", "next": "/promise/"}).content.decode()
    what = re.search(r'name="what" value="([^"]+)"', asked)
    assert what
    not_yet = visitor.post("/take-part/", {"what": what[1], "email": "geen adres"})
    assert not_yet.status_code == 422
    assert what[1] in not_yet.content.decode() or 'name="what"' in not_yet.content.decode()
    visitor.post("/take-part/", {"what": what[1], "email": ADDRESS, "name": "Fatima"})
    visitor.post(_link(_mail(klank)))
    person = Follow.objects.of(klank.organisation).get().person
    assert person.pseudonym == "Fatima"


def test_a_second_click_does_nothing_more_and_shows_the_same_page(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS)
    link = _link(_mail(klank))
    assert visitor.post(link)["Location"] == browser(klank.organisation).post(link)["Location"]
    assert Follow.objects.of(klank.organisation).count() == 1


def test_a_link_that_was_used_still_says_about_what(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS)
    link = _link(_mail(klank))
    said = re.search(r'<p class="said">[^<]+</p>', visitor.get(link).content.decode())
    assert said is not None
    visitor.post(link)
    assert Pending.objects.of(klank.organisation).get().payload == {}, "what was written is kept here no longer"
    again = visitor.get(link).content.decode()
    assert said[0] in again
    assert "Je hebt dit al bevestigd." in again


def test_a_link_that_was_used_lets_nobody_in_later_and_leads_to_what_was_done(klank: DeKlank) -> None:
    visitor, other = browser(klank.organisation), browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS)
    link = _link(_mail(klank))
    visitor.post(link)
    for minutes, let_in in ((5, True), (11, False)):
        other = browser(klank.organisation)
        with clock.reading(clock.now() + timedelta(minutes=minutes)):
            assert other.post(link)["Location"] == "/promise/"
        assert (VISITOR_COOKIE in other.cookies) is let_in
    with clock.reading(clock.now() + timedelta(minutes=11)):
        assert other.get(link)["Location"] == "/promise/"


def test_an_old_link_opens_nothing(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS)
    with clock.reading(clock.now() + timedelta(days=8)):
        assert visitor.post(_link(_mail(klank))).status_code == 404


def test_a_link_of_another_organisation_opens_nothing(klank: DeKlank) -> None:
    from tests.cast import klankerveen

    visitor = browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS)
    assert browser(klankerveen().organisation).post(_link(_mail(klank))).status_code == 404


def test_somebody_known_by_mail_before_is_the_same_person(klank: DeKlank) -> None:
    known = customer(klank.organisation, "Fatima el Idrissi", ADDRESS)
    visitor = browser(klank.organisation)
    _follow_changes(visitor, email=ADDRESS.upper())
    visitor.post(_link(_mail(klank)))
    assert Follow.objects.of(klank.organisation).get().person == known
    assert known.pseudonym == "", "a name from a mail is never shown to others"
    assert Address.objects.of(klank.organisation).count() == 1


def test_a_form_on_another_site_cannot_act_for_a_visitor(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://kwaad.example"}):
        page = visitor.post("/follow/", {"area": "changes"}, headers=headers)
        assert page.status_code == 403
    assert not Follow.objects.of(klank.organisation).exists()


def test_nobody_fills_a_mailbox_with_our_mails(klank: DeKlank) -> None:
    for _ in range(10):
        browser(klank.organisation).post("/follow/", {"area": "changes", "email": ADDRESS})
    assert Dispatch.objects.of(klank.organisation).filter(recipient=ADDRESS).count() == 6


def test_nor_by_writing_one_address_in_many_ways(klank: DeKlank) -> None:
    for number in range(10):
        address = f"Fa.tima+{number}@gmail.com" if number % 2 else f"fatima+x{number}@googlemail.com"
        browser(klank.organisation).post("/follow/", {"area": "changes", "email": address})
    assert Dispatch.objects.of(klank.organisation).count() == 6


def test_nobody_uses_up_what_another_needs_to_sign_in_or_to_hear_of_us(klank: DeKlank) -> None:
    address = klank.marlies.user.email
    outbound = OutboundMessage(
        message_id="", sender=Party("", klank.mailbox.address), to=[Party("", address)], subject="", text="",
        automatic=True,
    )  # fmt: skip
    for number in range(AUTOMATIC_A_DAY + 1):
        mail = replace(outbound, message_id=f"{number}@deklank.example")
        queue_dispatch(channel=klank.mailbox, purpose=Dispatch.Purpose.LINK, message=mail)
    assert Dispatch.objects.of(klank.organisation).filter(recipient=address).count() == AUTOMATIC_A_DAY
    for purpose in (Dispatch.Purpose.SIGN_IN, Dispatch.Purpose.NOTICE):
        mail = replace(outbound, message_id=f"{purpose}@deklank.example")
        assert queue_dispatch(channel=klank.mailbox, purpose=purpose, message=mail) is not None


def test_a_page_that_stayed_open_until_all_was_done_still_opens(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    waiting = visitor.post("/ideas/new/", {"title": "Een bankje", "looked": "1", "email": ADDRESS})["Location"]
    assert visitor.post(_link(_mail(klank))).status_code == 302
    assert visitor.get(waiting).status_code == 200


def test_our_mail_does_not_carry_a_strangers_links_to_somebody_else(klank: DeKlank) -> None:
    sent = {"title": "Win een telefoon op kwaad.example/win", "looked": "1", "email": ADDRESS}
    assert browser(klank.organisation).post("/ideas/new/", sent).status_code == 302
    assert "kwaad" not in _mail(klank)


def test_one_mailbox_votes_once_however_its_address_is_written(klank: DeKlank) -> None:
    idea = suggest(board=main_board(klank.organisation), person=helper(klank.organisation), title="Bankjes", text="")
    for address in ("ans@example.org", "ans+1@example.org", "ANS+twee@example.org", "bea@example.org"):
        visitor = browser(klank.organisation)
        visitor.post(f"/ideas/{idea.conversation_id}/vote/", {"email": address})
        visitor.post(_link(_mail(klank, address.lower())))
        visitor.post(f"/ideas/{idea.conversation_id}/vote/")
    idea.refresh_from_db(from_queryset=Idea.objects.of(klank.organisation))
    assert idea.votes == 3, "who had the idea, Ans and Bea"
    assert Vote.objects.of(klank.organisation).count() == 3


def test_votes_counted_together_know_one_mailbox_too(klank: DeKlank) -> None:
    idea = suggest(board=main_board(klank.organisation), person=helper(klank.organisation), title="Bankjes", text="")
    people = [helper(klank.organisation, name) for name in ("Ans", "Ans plus", "Bea")]
    Participant.objects.of(klank.organisation).filter(person__in=people[:2]).update(mailbox_hash="van ans")
    ballots = [Ballot(idea.pk, person, "") for person in (*people, *people)]
    assert count_ballots(ballots) == [True, False, True, False, False, False]


@pytest.mark.parametrize(
    "name", ["Marlies Verhoef", "marlies  VERHOEF", "M\u0430rlies\u200b Verhoef", "Bibliotheek De Klank"]
)
def test_nobody_takes_the_name_of_the_house_or_of_a_colleague(klank: DeKlank, name: str) -> None:
    visitor = known_browser(helper(klank.organisation, "Fatima"))
    assert visitor.post("/me/", {"pseudonym": name, "rhythm": "daily"}).status_code == 422
    stranger = browser(klank.organisation)
    asked = stranger.post("/ideas/new/", {"title": "Een bankje", "looked": "1", "email": ADDRESS, "name": name})
    assert asked.status_code == 302
    stranger.post(_link(_mail(klank)))
    assert not Person.objects.of(klank.organisation).filter(pseudonym=name).exists()
    assert Person.objects.of(klank.organisation).get(addresses__value=ADDRESS).pseudonym == ""


def test_a_name_or_a_title_turns_nothing_around_that_stands_beside_it(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation))
    visitor.post("/me/", {"pseudonym": "Fa\u202etima\u0007", "rhythm": "daily"})
    assert Person.objects.of(klank.organisation).filter(pseudonym="Fatima").exists()
    assert thread(helper(klank.organisation), "Boek\u202egpj.exe").conversation.subject == "Boekgpj.exe"


def test_a_line_about_oneself_leads_nowhere_else(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation))
    sent = {"pseudonym": "Fatima", "about": "Koop bij kwaad.example", "rhythm": "daily"}
    assert visitor.post("/me/", sent).status_code == 422


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_browser_can_be_made_to_forget(klank: DeKlank, everywhere: bool) -> None:
    person = helper(klank.organisation)
    here, elsewhere = known_browser(person), known_browser(person)
    here.post("/me/forget/", {"everywhere": "1"} if everywhere else {})
    for visitor, known in ((here, False), (elsewhere, not everywhere)):
        assert ("Fatima" in visitor.get("/me/").content.decode()) is known


def test_a_member_of_staff_takes_part_under_their_own_name(klank: DeKlank) -> None:
    staff = browser(klank.organisation, klank.marlies)
    staff.post("/follow/", {"area": "changes", "next": "/promise/"})
    person = Follow.objects.of(klank.organisation).get().person
    klank.marlies.refresh_from_db()
    assert klank.marlies.person == person
    shown = browser(klank.organisation).get(f"/people/{person.pk}/").content.decode()
    assert "Marlies Verhoef" in shown
    assert "klantenservice" in shown


def test_who_never_took_part_has_no_public_page(klank: DeKlank) -> None:
    person = customer(klank.organisation)
    assert browser(klank.organisation).get(f"/people/{person.pk}/").status_code == 404


def test_my_page_changes_how_others_see_me(klank: DeKlank) -> None:
    person = helper(klank.organisation, "Fatima")
    visitor = known_browser(person)
    sent = {"pseudonym": "Boekenwurm", "about": "leest alles", "rhythm": "weekly", "wants_credit": "on"}
    assert visitor.post("/me/", sent).status_code == 302
    shown = browser(klank.organisation).get(f"/people/{person.pk}/").content.decode()
    assert "Boekenwurm" in shown
    assert "leest alles" in shown
    assert Participant.objects.of(klank.organisation).get(person=person).rhythm == "weekly"
    assert Person.objects.of(klank.organisation).get(pk=person.pk).name == "Fatima"


def test_what_is_hidden_is_not_named_to_who_follows_it(klank: DeKlank) -> None:
    opening = thread(helper(klank.organisation, "Piet"), "Het adres van de buurman")
    reader = helper(klank.organisation)
    follow(person=reader, conversation=opening.conversation)
    assert "buurman" in known_browser(reader).get("/me/").content.decode()
    hide_publicly(message=opening)
    assert "buurman" not in known_browser(reader).get("/me/").content.decode()


def test_a_picture_is_kept_by_the_browser_that_saw_it_only_and_not_for_long(klank: DeKlank, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = keep_file(organisation_id=klank.organisation.pk, content=b"RIFF", type="image/webp")
    kept = picture_response(file, EVERYBODYS).headers["Cache-Control"]
    assert "private" in kept
    assert int(kept.rpartition("=")[2]) <= 300


@pytest.mark.parametrize("path", ["/ideas/", "/changes/", "/questions/", "/posts/"])
def test_who_follows_a_list_is_told_so_once_on_that_page(klank: DeKlank, path: str) -> None:
    visitor = known_browser(helper(klank.organisation, "Piet"))
    page = visitor.post("/follow/", {"area": "changes", "next": path}, follow=True).content.decode()
    assert "Voortaan hoor je het per mail" in page
    assert "Voortaan hoor je het per mail" not in visitor.get(path).content.decode()
    page = visitor.post("/follow/", {"area": "changes", "stop": "1", "next": path}, follow=True).content.decode()
    assert "Hierover krijg je geen mail meer" in page
    assert not Follow.objects.of(klank.organisation).exists()
