"""A passkey for real: Chromium with a virtual authenticator, against a served house and its strict policy."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import click_through
from tests.command import PASSWORD, Running

EMAIL = "marlies@deklank.example"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(installation: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served house with one administrator, in English; its address."""
    folder = tmp_path_factory.mktemp("house")
    data = shutil.copytree(installation, folder / "data")
    with contextlib.closing(sqlite3.connect(data / "klankbord.sqlite3")) as link, link:
        link.execute("UPDATE people_organisation SET language = 'en'")
        link.execute("UPDATE people_user SET language = 'en'")
    serving = Running("serve", "--port", "0", "--dir", data, "--json", log=folder / "log", log_level="WARNING")
    try:
        yield f"http://deklank.localhost:{serving.told['port']}"
    finally:
        serving.stop()
        serving.close()


@pytest.fixture
def open_browser(chromium: Any) -> Any:
    """A page in a browser that has a fingerprint reader that always says yes; fails on anything the policy stops."""

    @contextlib.contextmanager
    def opened(**options: Any) -> Iterator[Any]:
        context = chromium.new_context(**options)
        page = context.new_page()
        page.set_default_timeout(60_000)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        reader = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": reader})
        yield page
        context.close()
        assert not [text for text in said if "Content Security Policy" in text]

    return opened


def sign_in_with_password(page: Any, house: str) -> None:
    page.goto(f"{house}/account/login/")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/inbox/**")


def test_without_javascript_one_signs_in_with_a_password(house, open_browser):
    with open_browser(java_script_enabled=False) as page:
        sign_in_with_password(page, house)


def test_a_passkey_is_made_and_signs_in_without_a_password(house, open_browser):
    with open_browser() as page:
        sign_in_with_password(page, house)
        page.goto(f"{house}/account/2fa/webauthn/add/")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Yes, it is me").click()
        page.get_by_label("What is it called?").fill("My telephone")
        page.get_by_role("button", name="Add the passkey").click()
        page.wait_for_url(re.compile("/account/2fa/(recovery-codes/)?$"))
        page.goto(f"{house}/account/2fa/webauthn/")
        assert page.get_by_role("heading", name="My telephone").is_visible()
        page.goto(f"{house}/account/logout/")
        click_through(page, "button:has-text('Sign out')")
        page.goto(f"{house}/account/login/")
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url("**/inbox/**")
        page.goto(f"{house}/account/logout/")
        click_through(page, "button:has-text('Sign out')")
        page.goto(f"{house}/account/login/")
        page.get_by_label("Your e-mail address").fill(EMAIL)
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/2fa/authenticate/")  # who has a passkey is asked for it after the password too
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url("**/inbox/**")
        assert page.get_by_text("Marlies Verhoef").first.is_visible()


def test_a_passkey_that_is_refused_is_said_in_words(house, open_browser):
    with open_browser() as page:
        page.goto(f"{house}/account/login/")
        page.get_by_role("button", name="Use my passkey").click()
        page.get_by_text("That did not work, or you stopped it. Try again.").wait_for()
        assert page.url.endswith("/account/login/")
