"""`klankbord setup`; that it asks is tried where the installation of these tests is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from klankbord.channels.models import Channel
from klankbord.people.models import Membership, OpeningSpan, Organisation, Role, User
from tests.command import PASSWORD, SETUP, invoke

pytestmark = pytest.mark.django_db
SECOND = (
    *("--name", "Gemeente Klankerveen", "--host", "Klankerveen.localhost", "--mail", "post@klankerveen.example"),
    *("--email", " Marlies@deklank.example ", "--person", "Marlies Verhoef"),
)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    assert invoke("setup", "--dir", tmp_path, *SETUP, "--json", password=PASSWORD).told() == {
        "organisation": "Bibliotheek De Klank",
        "host": "deklank.localhost",
        "email": "marlies@deklank.example",
    }
    return tmp_path


def test_all_that_an_organisation_needs_to_begin_is_made(first: Path):
    made = Organisation.objects.get()
    assert OpeningSpan.objects.of(made).count() == 5
    assert sorted(Channel.objects.of(made).values_list("kind", flat=True)) == ["email", "form"]
    assert Membership.objects.of(made).get().role == Role.ADMINISTRATOR
    assert User.objects.get().check_password(PASSWORD)


def test_a_password_is_made_and_shown_once_when_none_is_given(tmp_path: Path):
    told = invoke("setup", "--dir", tmp_path, *SETUP, "--json").told()
    assert User.objects.get().check_password(told["password"])


def test_what_it_asks_for_is_not_called_required():
    told = invoke("setup", "--help").said
    assert "--host" in told
    assert "required" not in told
    assert "Asks for the first five" in told


def test_nobody_who_answers_is_no_traceback(tmp_path: Path):
    done = invoke("setup", "--dir", tmp_path)
    assert done.code == 1
    assert not Organisation.objects.exists()


def test_an_answer_that_cannot_be_used_is_asked_for_again_and_that_one_only(first: Path):
    said = ["Gemeente Klankerveen", "http://x", "info@deklank.example", "marlies@deklank.example", "Marlies"]
    done = invoke(
        "setup", "--dir", first, entered="\n".join([*said, "klankerveen.localhost", "post@gemeente.example", ""])
    )
    assert done.code == 0
    assert done.said.count("Name of the organisation") == 1
    assert [done.said.count(each) for each in ("Host name of its pages", "Address that customers write to")] == [2, 2]
    made = Organisation.objects.get(host="klankerveen.localhost")
    assert (made.name, made.email) == ("Gemeente Klankerveen", "post@gemeente.example")


def test_a_second_organisation_by_somebody_who_is_known_keeps_the_password(first: Path):
    told = invoke("setup", "--dir", first, *SECOND, "--json").told()
    assert told == {
        "organisation": "Gemeente Klankerveen",
        "host": "klankerveen.localhost",
        "email": "marlies@deklank.example",
    }, "and no password that nobody can sign in with"
    assert User.objects.get().check_password(PASSWORD)
    assert Membership.objects.across_organisations("test").count() == 2


def test_it_says_how_to_sign_in(first: Path):
    said = invoke("setup", "--dir", first, *SECOND).said
    assert "Sign in as marlies@deklank.example with the password you have." in said


@pytest.mark.parametrize(
    ("changed", "to", "text"),
    [
        ("--host", "deklank.localhost", "There is an organisation at deklank.localhost already."),
        (
            "--host",
            "http://x",
            "'http://x' is not a host name. Write something like help.example.org, without http://.",
        ),
        ("--mail", "info@deklank.example", "info@deklank.example is another channel's address already."),
        ("--mail", "info", "'info' is not an e-mail address."),
        ("--name", "  ", "The organisation needs a name."),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_made(changed: str, to: str, text: str, first: Path):
    arguments = list(SECOND)
    arguments[arguments.index(changed) + 1] = to
    assert invoke("setup", "--dir", first, *arguments).sentence(2) == text
    assert Organisation.objects.count() == 1


def test_what_is_wrong_with_a_password_is_said_in_one_language(tmp_path: Path):
    assert invoke("setup", "--dir", tmp_path, *SETUP, password="1").sentence(2) == (
        "This password is too short. Use at least 10 characters. Too many people use this password. Choose another one."
    )


def test_a_password_that_anyone_guesses_is_refused_and_nothing_is_left_behind(tmp_path: Path):
    assert invoke("setup", "--dir", tmp_path, *SETUP, password="password123").sentence(2)
    assert not Organisation.objects.exists()
