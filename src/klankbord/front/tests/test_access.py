"""What is written to the log: what went wrong, and nothing that opens a conversation or says who somebody is."""

from __future__ import annotations

import io
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from klankbord.conversations.actions.private_link import new_private_link
from klankbord.people.models import User
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What our own handler writes of everything that is logged."""
    wanted = settings.LOGGING["handlers"]["console"]
    formatter = dict(settings.LOGGING["formatters"][wanted["formatter"]])
    make = logging.config.DictConfigurator({"version": 1})
    handler = logging.StreamHandler(out := io.StringIO())
    handler.setFormatter(make.configure_custom(formatter))
    for name in wanted["filters"]:
        handler.addFilter(make.configure_custom(dict(settings.LOGGING["filters"][name])))
    monkeypatch.setattr(logging.root, "handlers", [handler])
    return out


def test_a_private_link_that_is_refused_something_is_not_in_the_log(db: None, written: io.StringIO):
    house, visitor = cast.de_klank(), Client(headers={"host": cast.HOST})
    token = new_private_link(conversation=cast.conversation(cast.customer(house.organisation), house.mailbox))
    assert visitor.post(f"/g/{token}/", {"text": ""}).status_code == 422
    assert visitor.get(f"/g/{token}/solved/").status_code == 405
    assert visitor.get(f"/confirm/{token}/").status_code == 404
    assert token not in written.getvalue()
    assert "Unprocessable Content: /g/*/\n" in written.getvalue()
    assert "Not Found: /confirm/*/\n" in written.getvalue()


def test_what_failed_is_named_by_our_own_words_only(written: io.StringIO):
    logging.getLogger("django.request").error("%s: %s", "Internal Server Error", "/questions/12/ans-de-vries-1/")
    assert "Internal Server Error: /questions/*/*/" in written.getvalue()


def test_a_database_that_refuses_a_row_does_not_write_it_into_the_log(written: io.StringIO):
    address = "ans@example.org"
    User.objects.create_user(address)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        User.objects.create_user(address)
    logging.getLogger("klankbord").error("that failed", exc_info=refused.value)
    assert "IntegrityError" in written.getvalue()
    assert address not in written.getvalue()
