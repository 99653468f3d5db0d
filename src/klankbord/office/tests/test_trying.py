"""Trying a mailbox: what was done, how it went, and what to do next, in plain words of the reader's language."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from klankbord import clock
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.intake import MailIntake
from klankbord.channels.models import Arrival, Channel
from klankbord.people.models import Membership
from tests import cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(monkeypatch, settings) -> cast.DeKlank:
    for name, value in {"outbox": "", "smtp_host": "127.0.0.1", "smtp_port": None, "lmtp_port": None}.items():
        monkeypatch.setitem(settings.OPTIONS.values, name, value)
    return cast.de_klank()


@pytest.fixture
def door(house, monkeypatch, settings) -> Iterator[MailIntake]:
    """Our own mail door, really open."""
    intake = MailIntake(smtp_port=0)
    intake.start()
    monkeypatch.setitem(settings.OPTIONS.values, "smtp_port", intake.smtp_port)
    yield intake
    intake.stop()


def tried(house: cast.DeKlank, by: Membership | None = None) -> str:
    page = cast.browser(house.organisation, by or house.marlies).post(f"/office/mailboxes/{house.mailbox.pk}/try/")
    return " ".join(page.content.decode().split())


def test_a_mailbox_to_which_mail_is_forwarded_says_what_was_looked_at_and_what_is_left_to_do(house, door):
    words = tried(house)
    assert "We klopten aan bij onze eigen brievenbus: die neemt post voor vraag@deklank.example aan." in words
    assert "Hier kwam nog geen mail aan." in words
    assert f"op deze computer, poort {door.smtp_port}. Schrijf er daarna zelf naartoe." in words
    with smtplib.SMTP("127.0.0.1", door.smtp_port) as line:
        line.sendmail("ans@example.org", ["vraag@deklank.example"], b"Subject: Proef\r\n\r\nKomt dit aan?")
    words = tried(house)
    assert "De laatste mail kwam hier zojuist aan." in words
    assert "Schrijf er daarna zelf naartoe" not in words


def test_without_a_door_it_says_what_to_do_unless_mail_comes_all_the_same(house):
    words = tried(house)
    assert "Op deze computer heeft Klankbord geen brievenbus." in words
    assert "Laat wie Klankbord beheert er een openen (smtp_port)" in words
    store_arrivals([NewArrival(house.mailbox, Arrival.Source.LMTP, b"Subject: x\r\n\r\nx")])
    Arrival.objects.of(house.organisation).update(received_at=clock.now() - timedelta(minutes=5))
    words = tried(house)
    assert "De laatste mail kwam hier 5 min geleden aan." in words
    assert "er een openen" not in words


def test_a_door_that_is_closed_or_does_not_know_the_address_is_told(house, door):
    Channel.objects.of(house.organisation).filter(pk=house.mailbox.pk).update(is_active=False)
    assert "Onze eigen brievenbus kent vraag@deklank.example nog niet." in tried(house)
    door.stop()
    assert f"Onze eigen brievenbus op poort {door.smtp_port} antwoordt niet." in tried(house)


def test_who_has_no_way_out_hears_what_to_do(house, monkeypatch, settings):
    monkeypatch.setitem(settings.OPTIONS.values, "relay_host", "")
    words = tried(house)
    assert "Voor dit kanaal is geen mailserver ingesteld." in words
    assert "laat wie Klankbord beheert er een instellen" in words


def test_trouble_of_a_mailbox_stands_there_in_the_readers_language(house):
    trouble = "The mailbox has no folder Nergens."
    Channel.objects.of(house.organisation).filter(pk=house.mailbox.pk).update(trouble=trouble)
    browser = cast.browser(house.organisation, house.marlies)
    for path in ("/office/mailboxes/", f"/office/mailboxes/{house.mailbox.pk}/"):
        assert "De postbus heeft geen map Nergens." in browser.get(path).content.decode()
