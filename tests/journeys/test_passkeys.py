"""A passkey for real: Chromium with a virtual authenticator, against a served house and its strict policy."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real_servers import missing

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
EMAIL, PASSWORD = "marlies@deklank.example", "een-lange-zin-die-niemand-raadt"
ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[str]:
    """A served house with one administrator; its address."""
    folder = tmp_path_factory.mktemp("house")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLANKBORD_")}
    env = kept | {"KLANKBORD_PASSWORD": PASSWORD, "KLANKBORD_LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "klankbord"]
    options = ["--name", "De Klank", "--host", "deklank.localhost", "--mail", "vraag@deklank.example"]
    options += ["--email", EMAIL, "--person", "Marlies Verhoef", "--language", "en", "--dir", str(folder), "--json"]
    subprocess.run([*command, "setup", *options], env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    serving = subprocess.Popen(
        [*command, "serve", "--port", "0", "--dir", str(folder), "--json"],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert serving.stdout is not None
        port = re.search(r":(\d+)", json.dumps(json.loads(serving.stdout.readline())))
        assert port is not None
        yield f"http://deklank.localhost:{port[1]}"
    finally:
        serving.terminate()
        serving.wait(timeout=20)


@contextlib.contextmanager
def browser_with_authenticator(**options: Any) -> Iterator[Any]:
    """A page whose browser has a fingerprint reader that always says yes; fails on anything the policy stops."""
    from playwright.sync_api import sync_playwright

    if not Path(CHROMIUM).exists():
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(**options).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        devtools = page.context.new_cdp_session(page)
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
        browser.close()
        assert not [text for text in said if "Content Security Policy" in text]


def sign_in_with_password(page: Any, house: str) -> None:
    page.goto(f"{house}/account/login/")
    page.get_by_label("Your e-mail address").fill(EMAIL)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/inbox/**")


def test_without_javascript_one_signs_in_with_a_password(house):
    with browser_with_authenticator(java_script_enabled=False) as page:
        sign_in_with_password(page, house)


def test_a_passkey_is_made_and_signs_in_without_a_password(house):
    with browser_with_authenticator() as page:
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
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{house}/account/login/")
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url("**/inbox/**")
        page.goto(f"{house}/account/logout/")
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{house}/account/login/")
        page.get_by_label("Your e-mail address").fill(EMAIL)
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/2fa/authenticate/")  # who has a passkey is asked for it after the password too
        page.get_by_role("button", name="Use my passkey").click()
        page.wait_for_url("**/inbox/**")
        assert page.get_by_text("Marlies Verhoef").first.is_visible()


def test_a_passkey_that_is_refused_is_said_in_words(house):
    with browser_with_authenticator() as page:
        page.goto(f"{house}/account/login/")
        page.get_by_role("button", name="Use my passkey").click()
        page.get_by_text("That did not work, or you stopped it. Try again.").wait_for()
        assert page.url.endswith("/account/login/")
