"""Saying that something is not right."""

from __future__ import annotations

from klankbord.moderation.models import Flag
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


def test_what_is_hidden_cannot_be_read_by_its_number(klank: DeKlank) -> None:
    message = thread(helper(klank.organisation), held=True)
    assert browser(klank.organisation).get(f"/flag/{message.pk}/").status_code == 404
