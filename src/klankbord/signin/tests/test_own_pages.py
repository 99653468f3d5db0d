"""The pages on which a member changes how they sign in."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value

from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    house = cast.de_klank()
    sanne = cast.member(house.organisation, password=cast.PASSWORD)
    made = cast.browser(house.organisation)
    made.post("/account/login/", {"login": sanne.user.email, "password": cast.PASSWORD})
    made.post("/account/reauthenticate/", {"password": cast.PASSWORD})
    return made


PAGES = [
    "2fa/",
    "2fa/totp/activate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
    "password/change/",
    "sessions/",
    "logout/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_own_page_shows_one_heading_and_no_script_of_its_own(browser, page):
    answer = browser.get(f"/account/{page}")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count("<h1") == 1
    assert "<script>" not in html
    assert "style=" not in html


def test_before_anything_changes_the_password_is_asked_once_more():
    house = cast.de_klank()
    browser = cast.browser(house.organisation, cast.member(house.organisation, password=cast.PASSWORD))
    answer = browser.get("/account/2fa/totp/activate/")
    assert answer.headers["Location"].startswith("/account/reauthenticate/?next=")
    assert browser.get(answer.headers["Location"]).status_code == 200


def connect_app(browser) -> str:
    """Connect an authenticator app; its secret."""
    secret = browser.get("/account/2fa/totp/activate/").context_data["form"].secret
    code = f"{hotp_value(secret, int(time.time()) // 30):06d}"
    browser.post("/account/2fa/totp/activate/", {"code": code})
    return secret


def test_an_app_is_asked_for_after_the_password_and_a_spare_code_works_once(browser):
    connect_app(browser)
    assert Authenticator.objects.filter(type="totp").exists()
    html = browser.get("/account/2fa/recovery-codes/").content.decode()
    spare = html.split("<code>")[1].split("</code>")[0]
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert len(kept) > 64  # sealed
    browser.post("/account/logout/")
    credentials = {"login": "sanne@deklank.example", "password": cast.PASSWORD}
    assert browser.post("/account/login/", credentials).headers["Location"] == "/account/2fa/authenticate/"
    assert browser.get("/office/me/").status_code == 302
    assert browser.get("/account/2fa/authenticate/").status_code == 200
    assert browser.post("/account/2fa/authenticate/", {"code": spare}).headers["Location"] == "/inbox/"
    browser.post("/account/logout/")
    browser.post("/account/login/", credentials)
    assert browser.post("/account/2fa/authenticate/", {"code": spare}).status_code == 200


def test_another_members_passkey_cannot_be_touched(browser):
    house = cast.organisation("Elders")
    other = cast.member(house, "Ander")
    key = Authenticator.objects.create(user=other.user, type="webauthn", data={"name": "x", "credential": {}})
    for page in ("edit", "remove"):
        assert browser.get(f"/account/2fa/webauthn/keys/{key.pk}/{page}/").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_no_browser_keeps_a_page_about_how_one_signs_in(browser, page):
    assert "no-store" in browser.get(f"/account/{page}").headers["Cache-Control"]


@pytest.mark.parametrize("credential", ["9" * 5_000, "[" * 100_000, "NaN", "{}"])
def test_what_no_passkey_says_is_refused_with_a_page(credential):
    house = cast.de_klank()
    answer = cast.browser(house.organisation).post("/account/2fa/webauthn/login/", {"credential": credential})
    assert answer.status_code < 500
