"""A mailbox is opened with OAuth: consent, tokens that end, that are replaced, that are taken back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import override_settings

from klankbord.channels import secrets
from klankbord.channels.adapters.email import oauth
from klankbord.channels.mailboxes.changing import change_mailbox, connect_mailbox
from klankbord.channels.mailboxes.tokens import fresh_token
from klankbord.channels.models import Channel
from tests import cast
from tests.fetched import PACE, Box, connected, new_user, trouble, wait_for
from tests.harness import ADDRESS, ROOT, SECRET, House, mail, new_house
from tests.oauth_server import CLIENT_SECRET, OAuthServer, running_oauth_server
from tests.pace import wait_until
from tests.real_servers import running_dovecot


@dataclass
class Account:
    """A house, and its mailbox at a provider."""

    house: House
    box: Box
    provider: OAuthServer

    def give(self, refresh_token: str) -> None:
        """Let the house know the mailbox, with this consent."""
        with override_settings(SECRET_KEY=SECRET):
            sealed = secrets.seal({"oauth_client_secret": CLIENT_SECRET, "oauth_refresh_token": refresh_token})
        chosen = self.box.settings(**self.provider.settings(), oauth_connected_at=refresh_token[:5])
        self.house.change(
            "UPDATE channels_channel SET settings = ?, sealed = ? WHERE address = ?",
            json.dumps(chosen),
            sealed,
            ADDRESS,
        )

    def start(self) -> None:
        """Run the house."""
        connected(self.house.start(parts=["runner", "mailboxes"], pace=PACE, alone=True))


@pytest.fixture
def account() -> Iterator[Account]:
    user = new_user()
    with (
        running_oauth_server(user, life=3) as provider,
        running_dovecot(introspection_url=f"{provider.url}/introspect") as dovecot,
        new_house() as house,
    ):
        yield Account(house, Box(dovecot, user), provider)


def test_a_mailbox_is_read_with_tokens_that_end_and_are_replaced(account: Account) -> None:
    account.give(account.provider.consent())
    account.start()
    assert account.provider.introspected > 0, "Dovecot asked the provider"
    account.box.deliver(mail("eerste"))
    wait_for(account.house, {"eerste"})
    come = {"eerste"}
    for name in ("tweede", "derde"):
        account.house.stop()
        account.provider.end_access()
        account.house.start(parts=["runner", "mailboxes"], pace=PACE, alone=True)
        account.box.deliver(mail(name))
        come.add(name)
        wait_for(account.house, come)
    assert account.provider.refreshed >= 3
    wait_until(lambda: trouble(account.house) == "", "nothing is wrong")


def test_a_consent_that_was_taken_back_is_said_and_a_new_one_works(account: Account) -> None:
    account.give(account.provider.consent())
    account.start()
    account.house.stop()
    account.provider.revoke()
    account.house.start(parts=["runner", "mailboxes"], pace=PACE, alone=True)
    wait_until(lambda: trouble(account.house) != "", "it is said")
    assert trouble(account.house) == "The provider no longer lets us into this mailbox. Connect it again."
    account.give(account.provider.consent())
    wait_until(lambda: trouble(account.house) == "", "it is well again")
    account.box.deliver(mail("daarna"))
    wait_for(account.house, {"daarna"})


@pytest.fixture(autouse=True)
def reachable_inside(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The other side is a real server on this machine, which the operator allows."""
    monkeypatch.setitem(settings.OPTIONS.values, "reachable_inside", ("127.0.0.1",))


@pytest.fixture
def provider() -> Iterator[OAuthServer]:
    with running_oauth_server("info@deklank.example", life=600) as server:
        yield server


def _mailbox(provider: OAuthServer, **kept: str) -> Channel:
    door = cast.channel(cast.organisation(), settings={**provider.settings(), "imap_host": "127.0.0.1"})
    return change_mailbox(door, secrets={"oauth_client_secret": CLIENT_SECRET, **kept})


@pytest.mark.django_db(transaction=True)
def test_consent_in_the_browser_leads_to_a_token(provider: OAuthServer) -> None:
    door = _mailbox(provider)
    verifier, back = oauth.new_verifier(), "https://deklank.example/office/connected/"
    place = oauth.authorize_url(
        oauth.provider_of(door.all_settings), redirect_uri=back, state="s1", verifier=verifier, login_hint=door.address
    )
    answer = httpx.get(place)
    came_back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert came_back["state"] == ["s1"]
    door = connect_mailbox(door, code=came_back["code"][0], redirect_uri=back, verifier=verifier)
    assert door.settings["auth"] == "oauth"
    assert "oauth_refresh_token" not in door.settings, "it is only kept encrypted"
    token = fresh_token(door)
    assert token == door.all_settings["oauth_access_token"]
    assert fresh_token(door, refused=token) != token


@pytest.mark.django_db(transaction=True)
def test_a_code_without_its_verifier_gives_nothing(provider: OAuthServer) -> None:
    door = _mailbox(provider)
    place = oauth.authorize_url(
        oauth.provider_of(door.all_settings),
        redirect_uri="https://a.example/",
        state="s",
        verifier=oauth.new_verifier(),
    )
    code = parse_qs(urlsplit(httpx.get(place).headers["Location"]).query)["code"][0]
    with pytest.raises(oauth.OAuthTrouble):
        connect_mailbox(door, code=code, redirect_uri="https://a.example/", verifier="another")


@pytest.mark.django_db(transaction=True)
def test_a_provider_inside_is_not_asked_without_the_operators_word(
    provider: OAuthServer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(settings.OPTIONS.values, "reachable_inside", ())
    door = _mailbox(provider, oauth_refresh_token=provider.consent())
    with pytest.raises(oauth.OAuthTrouble, match="inside our own network"):
        fresh_token(door)
    assert provider.refreshed == 0


_ASK_AT_ONCE = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from klankbord.channels.mailboxes.tokens import fresh_token
from klankbord.channels.models import Channel
door = Channel.objects.across_organisations("a test").get(address="info@deklank.example")
with ThreadPoolExecutor(4) as pool:
    print(*pool.map(lambda _: fresh_token(door), range(4)))
"""


def test_many_who_need_a_token_at_once_ask_the_provider_once(account: Account) -> None:
    account.provider.life = 600
    account.give(account.provider.consent())
    command = [sys.executable, "-c", _ASK_AT_ONCE]
    both = [
        subprocess.Popen(command, env=account.house._environment(), stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(2)
    ]
    found = " ".join(each.communicate(timeout=600)[0] for each in both).split()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert account.provider.refreshed == account.provider.most_at_once == 1


@pytest.mark.django_db(transaction=True)
def test_a_provider_that_is_away_is_no_reason_to_ask_for_consent(provider: OAuthServer) -> None:
    door = _mailbox(provider, oauth_refresh_token=provider.consent())
    provider.is_away = True
    with pytest.raises(oauth.OAuthTrouble) as trouble:
        fresh_token(door)
    assert not trouble.value.needs_consent
    provider.is_away = False
    assert fresh_token(door)


@pytest.mark.django_db(transaction=True)
def test_an_application_can_sign_in_as_itself(provider: OAuthServer) -> None:
    door = change_mailbox(_mailbox(provider), settings={"oauth_grant": "client_credentials"})
    assert fresh_token(door)


@pytest.mark.parametrize(
    "address", ["http://login.example.org/token", "ftp://127.0.0.1/token", "", "//127.0.0.1/token"]
)
def test_secrets_go_over_https_only(address: str) -> None:
    with pytest.raises(oauth.OAuthTrouble, match="https"):
        oauth.provider_of({"oauth_provider": "other", "oauth_client_id": "x", "oauth_token_url": address})


@pytest.mark.parametrize("provider_name", ["microsoft", "google"])
def test_the_big_providers_are_known(provider_name: str) -> None:
    known = oauth.provider_of({"oauth_provider": provider_name, "oauth_client_id": "x"})
    place = oauth.authorize_url(known, redirect_uri="https://a.example/", state="s", verifier="v")
    assert place.startswith("https://")
    assert "code_challenge=" in place
