"""The question that only the front may ask."""

from __future__ import annotations

import json

import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from klankbord.live.contract import Audience
from klankbord.live.views import QUESTION, audience_view


class OffersInbox:
    name = "inbox"

    def audience(self, request: HttpRequest, parameter: str) -> Audience | None:
        if request.headers.get("Cookie") != "sessionid=staff" or parameter not in ("", "17"):
            return None
        return Audience((f"inbox:{parameter or 'all'}",), "user:1", ("user:1:rights",))


VIEW = audience_view([OffersInbox()])


def question(cookie: str = "sessionid=staff", *, from_the_front: bool = True) -> HttpRequest:
    request = RequestFactory().get("/live/inbox", headers={"Cookie": cookie, "Klankbord-Live-Question": "1"})
    if from_the_front:
        request.META[QUESTION] = True
    return request


def test_the_front_hears_what_this_session_may_hear():
    said = json.loads(VIEW(question(), "inbox/17").content)
    assert said == {"topics": ["inbox:17"], "recheck_on": ["user:1:rights"], "listener": "user:1"}


@pytest.mark.parametrize(
    ("request_", "stream"),
    [
        (question("sessionid=stranger"), "inbox"),
        (question(), "inbox/18"),
        (question(), "other"),
        (question(from_the_front=False), "inbox"),
    ],
)
def test_everybody_else_finds_nothing(request_: HttpRequest, stream: str):
    with pytest.raises(Http404):
        VIEW(request_, stream)
