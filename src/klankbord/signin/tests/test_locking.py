"""Who guesses at somebody's door must neither get in nor keep them out."""

from __future__ import annotations

import pytest

from klankbord.channels.models import Dispatch
from tests import cast

pytestmark = pytest.mark.django_db
ELSEWHERE = "198.51.100.7"


@pytest.fixture
def house() -> cast.DeKlank:
    house = cast.de_klank()
    house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    house.mailbox.save()
    return house


@pytest.fixture
def _fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.mark.usefixtures("_fast")
def test_guessing_from_elsewhere_ends_and_locks_nobody_out(house: cast.DeKlank):
    sanne = cast.member(house.organisation, password=cast.PASSWORD)
    guesser = cast.browser(house.organisation, REMOTE_ADDR=ELSEWHERE)
    guesses = {"login": sanne.user.email, "password": "geraden-woord"}
    for _ in range(6):
        guesser.post("/account/login/", guesses)
    right = {"login": sanne.user.email, "password": cast.PASSWORD}
    assert guesser.post("/account/login/", right).status_code == 200, "even the right one is not looked at any more"
    assert cast.browser(house.organisation).post("/account/login/", right).status_code == 302


def test_asking_for_anothers_codes_does_not_keep_them_from_their_own(house: cast.DeKlank, settings):
    settings.MAILERS = {"default": {"BACKEND": "klankbord.signin.mail.DispatchBackend"}}
    email = house.jamal.user.email
    for _ in range(15):
        cast.browser(house.organisation, REMOTE_ADDR=ELSEWHERE).post("/account/login/code/", {"email": email})
    assert Dispatch.objects.of(house.organisation).count() == 6
    asked = cast.browser(house.organisation).post("/account/login/code/", {"email": email})
    assert asked.headers["Location"] == "/account/login/code/confirm/"
    assert Dispatch.objects.of(house.organisation).count() == 7
