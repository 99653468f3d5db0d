"""An OAuth 2 provider on loopback, over real HTTP, as strict as the big ones: consent with PKCE, short-lived tokens, a
refresh token that is replaced at each use and ends everything when an old one is used again, and an address where a
mail server asks whether a token is good (RFC 7662).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID = "klankbord"
CLIENT_SECRET = "what-the-provider-gave-us"
SCOPE = "imap smtp offline_access"


class OAuthServer:
    """One user's account at a provider. `life` is how many seconds an access token is good for."""

    def __init__(self, user: str, life: float) -> None:
        self.user = user
        self.life = life
        self.refreshed = 0
        self.introspected = 0
        self.is_away = False
        self.at_once = 0
        self.most_at_once = 0
        self._codes: dict[str, tuple[str, str]] = {}
        self._refresh_token = ""
        self._used: set[str] = set()
        self._access: dict[str, float] = {}
        self._guard = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._authorize(self)

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                provider._post(self, {name: values[0] for name, values in parse_qs(form).items()})

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._http.shutdown()
        self._http.server_close()

    def settings(self) -> dict[str, str]:
        """What an administrator fills in."""
        return {
            "auth": "oauth",
            "oauth_provider": "other",
            "oauth_client_id": CLIENT_ID,
            "oauth_authorize_url": f"{self.url}/authorize",
            "oauth_token_url": f"{self.url}/token",
            "oauth_scope": SCOPE,
        }

    def consent(self) -> str:
        """A refresh token, as if the administrator had consented."""
        with self._guard:
            self._refresh_token = secrets.token_urlsafe(24)
            return self._refresh_token

    def revoke(self) -> None:
        """The user takes the consent back: nothing is good any more."""
        with self._guard:
            self._refresh_token = ""
            self._access.clear()

    def end_access(self) -> None:
        """Access tokens end before their time; the consent stays."""
        with self._guard:
            self._access.clear()

    def _authorize(self, request: BaseHTTPRequestHandler) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        fine = asked.get("client_id") == CLIENT_ID and asked.get("code_challenge_method") == "S256"
        if not fine or asked.get("response_type") != "code":
            return _answer(request, 400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(12)
        with self._guard:
            self._codes[code] = (asked["code_challenge"], asked["redirect_uri"])
        request.send_response(302)
        request.send_header("Location", f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")
        request.send_header("Content-Length", "0")
        request.end_headers()
        return None

    def _post(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        if self.is_away:
            return _answer(request, 503, {})
        if request.path == "/introspect":
            return self._introspect(request, form)
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return _answer(request, 401, {"error": "invalid_client"})
        with self._guard:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.05)  # as long as a provider takes, so that two at once would be seen
        with self._guard:
            self.at_once -= 1
            status, said = self._grant(form)
        return _answer(request, status, said)

    def _grant(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        kind = form.get("grant_type")
        if kind == "authorization_code":
            challenge, place = self._codes.pop(form.get("code", ""), ("", ""))
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge or place != form.get("redirect_uri"):
                return 400, {"error": "invalid_grant"}
        elif kind == "refresh_token":
            shown = form.get("refresh_token", "")
            if shown in self._used:  # stolen, for all that we know (RFC 9700, 4.14.2)
                self._refresh_token = ""
                self._access.clear()
            if not shown or shown != self._refresh_token:
                return 400, {"error": "invalid_grant", "error_description": "the consent was taken back"}
            self._used.add(shown)
            self.refreshed += 1
        elif kind != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        access = secrets.token_urlsafe(24)
        self._access[access] = time.monotonic() + self.life
        said: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": int(self.life)}
        if kind != "client_credentials":
            self._refresh_token = said["refresh_token"] = secrets.token_urlsafe(24)
        return 200, said

    def _introspect(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        with self._guard:
            self.introspected += 1
            good = self._access.get(form.get("token", ""), 0.0) > time.monotonic()
        _answer(request, 200, {"active": good, "username": self.user, "scope": SCOPE} if good else {"active": False})


def _answer(request: BaseHTTPRequestHandler, status: int, said: dict[str, Any]) -> None:
    content = json.dumps(said).encode()
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


@contextlib.contextmanager
def running_oauth_server(user: str, *, life: float = 3600.0) -> Iterator[OAuthServer]:
    """A provider for as long as the block lasts."""
    server = OAuthServer(user, life)
    try:
        yield server
    finally:
        server.close()
