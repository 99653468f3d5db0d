"""Taking part without an account, through the pages and the mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.participation.models import Follow, Participant, Pending
from klankbord.people.models import Address, Person
from klankbord.people.visitors import VISITOR_COOKIE
from tests.cast import DeKlank, browser, customer, helper, known_browser

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
    assert visitor.get("/me/").status_code == 200


def test_the_code_from_the_mail_does_the_same_on_the_page_that_is_still_open(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    waiting = _follow_changes(visitor, email=ADDRESS)
    wrong = visitor.post(waiting, {"code": "000000" if _code(_mail(klank)) != "000000" else "111111"})
    assert wrong.status_code == 422
    assert visitor.post(waiting, {"code": _code(_mail(klank))})["Location"] == "/promise/"


def test_six_digits_cannot_be_guessed(klank: DeKlank) -> None:
    visitor = browser(klank.organisation)
    waiting = _follow_changes(visitor, email=ADDRESS)
    right = _code(_mail(klank))
    for guess in [f"{number:06}" for number in range(7) if f"{number:06}" != right][: Pending.MOST_GUESSES]:
        visitor.post(waiting, {"code": guess})
    assert visitor.post(waiting, {"code": right}).status_code == 422
    assert visitor.post(_link(_mail(klank))).status_code == 302, "the link still works"


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
