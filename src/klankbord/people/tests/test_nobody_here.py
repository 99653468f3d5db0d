"""The page at an address where no organisation lives."""

from __future__ import annotations

import pytest
from django.test import Client

from klankbord.people.models import Organisation
from tests.cast import DeKlank, de_klank

AT = "http://deklank.localhost:8000/"


@pytest.fixture
def klank(db: None) -> DeKlank:
    return de_klank()


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_who_asks_this_very_machine_by_its_number_is_told_where_the_demo_lives(klank: DeKlank, host: str) -> None:
    page = Client(HTTP_HOST=host).get("/")
    assert page.status_code == 404
    assert f'href="{AT}"' in page.content.decode()


@pytest.mark.parametrize(
    ("host", "sender"),
    [("127.0.0.1:8000", "203.0.113.7"), ("ergens.example", "127.0.0.1"), ("ergens.example", "203.0.113.7")],
)
def test_nobody_from_elsewhere_learns_who_lives_here(klank: DeKlank, host: str, sender: str) -> None:
    assert "deklank" not in Client(HTTP_HOST=host, REMOTE_ADDR=sender).get("/").content.decode()


def test_an_organisation_with_a_name_of_its_own_is_told_to_nobody(klank: DeKlank) -> None:
    Organisation.objects.update(host="klank.example")
    assert "klank.example" not in Client(HTTP_HOST="127.0.0.1").get("/").content.decode()
