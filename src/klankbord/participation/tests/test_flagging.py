"""Saying that something is not right."""

from __future__ import annotations

import re

from klankbord.channels.models import Dispatch
from klankbord.moderation.models import Flag, HouseRules
from tests.cast import DeKlank, browser, helper, known_browser, thread


def test_a_visitor_reports_a_message_with_a_reason(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation), "Koop dit", "Goedkope horloges")
    visitor = known_browser(helper(klank.organisation, "Piet"))
    assert "Goedkope horloges" in visitor.get(f"/flag/{message.pk}/").content.decode()
    assert visitor.post(f"/flag/{message.pk}/", {}).status_code == 422
    done = visitor.post(f"/flag/{message.pk}/", {"reason": "spam", "words": "reclame"})
    assert done["Location"] == "/flag/thanks/"
    row = Flag.objects.of(klank.organisation).get()
    assert (row.message, row.reason, row.words) == (message, "spam", "reclame")


def test_a_stranger_is_asked_for_an_address_first(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation))
    page = browser(klank.organisation).post(f"/flag/{message.pk}/", {"reason": "spam"})
    assert 'name="email"' in page.content.decode()
    assert not Flag.objects.of(klank.organisation).exists()


def test_a_stranger_reports_with_one_click_and_is_thanked_also_when_it_hides_the_post(klank: DeKlank) -> None:
    HouseRules.objects.create(organisation=klank.organisation, flags_to_hide=1)
    message = thread(helper(klank.organisation))
    visitor = browser(klank.organisation)
    asked = visitor.post(f"/flag/{message.pk}/", {"reason": "unkind"}).content.decode()
    what = re.search(r'name="what" value="([^"]+)"', asked)
    assert what is not None
    visitor.post("/take-part/", {"what": what[1], "email": "lezer@example.org"})
    mail = Dispatch.objects.of(klank.organisation).latest("pk").message["text"]
    link = re.search(r"/confirm/[\w-]+/", mail)
    assert link is not None
    done = visitor.post(link[0])
    assert done["Location"] == "/flag/thanks/"
    assert "Dank" in visitor.get("/flag/thanks/").content.decode()
    message.refresh_from_db()
    assert message.hidden_at is not None
    assert Flag.objects.of(klank.organisation).count() == 1


def test_reporting_twice_is_once(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation))
    visitor = known_browser(helper(klank.organisation, "Piet"))
    for _twice in range(2):
        assert visitor.post(f"/flag/{message.pk}/", {"reason": "spam"})["Location"] == "/flag/thanks/"
    assert Flag.objects.of(klank.organisation).count() == 1


def test_what_is_hidden_cannot_be_read_by_its_number(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation), held=True)
    assert browser(klank.organisation).get(f"/flag/{message.pk}/").status_code == 404


def test_who_reported_it_before_is_told_so_instead_of_asked_again(klank: DeKlank) -> None:
    opening = thread(helper(klank.organisation, "Piet"))
    visitor, path = known_browser(helper(klank.organisation)), f"/flag/{opening.pk}/"
    assert "Je hebt dit al gemeld" not in visitor.get(path).content.decode()
    visitor.post(path, {"reason": "spam"})
    page = visitor.get(path).content.decode()
    assert "Je hebt dit al gemeld. We kijken ernaar." in page
    assert 'name="reason"' not in page
