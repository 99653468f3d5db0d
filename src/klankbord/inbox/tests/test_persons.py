"""The person: addresses, merging, finding."""

from __future__ import annotations

import pytest

from klankbord.audit.models import AuditEntry
from klankbord.inbox.family import read_family
from klankbord.inbox.rows import initials
from klankbord.inbox.tests.conftest import receive, sign_in
from klankbord.people.actions import merge_persons
from klankbord.people.models import Person
from tests import cast as cast_


def test_addresses_are_shown_in_full_to_who_asks_and_that_is_noted(cast, desk, question):
    person = question.person_id
    part = desk.post(f"/inbox/person/{person}/addresses/", headers={"HX-Request": "true"}).content.decode()
    assert "mohamed@example.org" in part
    entry = AuditEntry.objects.of(cast.house).get()
    assert (entry.verb, entry.membership, entry.subject_id) == ("revealed_addresses", cast.marlies, person)


def test_without_a_script_the_addresses_show_after_a_redirect_and_to_nobody_else(cast, desk, question):
    answer = desk.post(f"/inbox/person/{question.person_id}/addresses/", {"conversation": question.pk})
    assert "mohamed@example.org" in desk.get(answer.url).content.decode()
    assert "mohamed@example.org" not in sign_in(cast.anja).get(answer.url).content.decode()


def test_two_persons_become_one_and_two_again(cast, desk, question):
    other = receive(cast.mail, subject="From my work", address="mo@work.example")
    page = desk.get(f"/inbox/person/{question.person_id}/").content.decode()
    assert f'name="duplicate" value="{other.person_id}"' in page  # the same name is proposed
    desk.post(f"/inbox/person/{question.person_id}/merge/", {"duplicate": other.person_id})
    page = desk.get(f"/inbox/{question.pk}/?view=mine").content.decode()
    assert "From my work" in page
    assert "mo@…" in page
    desk.post(f"/inbox/person/{other.person_id}/unmerge/")
    assert "From my work" not in desk.get(f"/inbox/{question.pk}/?view=mine").content.decode()
    assert [each.verb for each in AuditEntry.objects.of(cast.house).order_by("pk")] == ["merged", "unmerged"]


def test_who_has_no_name_is_found_by_their_address_to_be_merged(cast, desk, question):
    other = receive(cast.mail, address="mo@work.example").person
    Person.objects.of(cast.house).filter(pk=other.pk).update(name="")
    page = desk.get(f"/inbox/person/{question.person_id}/?alike=Mo@work.example").content.decode()
    assert f'name="duplicate" value="{other.pk}"' in page
    page = desk.get(f"/inbox/person/{question.person_id}/?alike=mo@work").content.decode()
    assert 'name="duplicate"' not in page, "an address is no list to leaf through"


def test_a_merged_person_leads_to_who_they_are_now(cast, desk, question):
    other = receive(cast.mail, address="mo@work.example")
    merge_persons(duplicate=other.person, into=question.person, by=cast.marlies)
    assert desk.get(f"/inbox/person/{other.person_id}/").url == f"/inbox/person/{question.person_id}/"


def test_a_family_is_found_from_each_of_its_members_in_one_query(cast, question, django_assert_num_queries):
    second = receive(cast.mail, address="b@example.org").person
    third = receive(cast.mail, address="c@example.org").person
    merge_persons(duplicate=question.person, into=second, by=cast.marlies)
    merge_persons(duplicate=second, into=third, by=cast.marlies)
    for start in (question.person, second, third):
        with django_assert_num_queries(1):
            family = read_family(cast.marlies, start.pk)
        assert family.id == third.pk
        assert set(family.ids) == {question.person_id, second.pk, third.pk}
        assert len(family.addresses) == 3


def test_a_circle_of_pointers_does_not_run_for_ever(cast, question):
    other = receive(cast.mail, address="b@example.org").person
    Person.objects.of(cast.house).filter(pk=other.pk).update(merged_into=question.person)
    Person.objects.of(cast.house).filter(pk=question.person_id).update(merged_into=other)
    assert read_family(cast.marlies, other.pk) is None


def test_a_person_can_be_described(cast, desk, question):
    desk.post(f"/inbox/person/{question.person_id}/about/", {"name": "Mo Bouzid", "preference": "rather called"})
    page = desk.get(f"/inbox/{question.pk}/").content.decode()
    assert "Mo Bouzid" in page
    assert "rather called" in page


def test_a_description_that_is_too_long_is_refused_at_its_field(desk, question):
    answer = desk.post(f"/inbox/person/{question.person_id}/about/", {"name": "x", "preference": "y" * 121})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize(
    "words",
    ["mohamed@example.org", "MOHAMED@EX", "Mohamed", "mohamed bou", "book", "my book where", "code", "spoken code"],
)
def test_a_conversation_is_found_by_what_people_say(desk, question, words):
    code = question.code
    words = {"code": code, "spoken code": f"{code[:3]} {code[3:]}"}.get(words, words)
    assert "Where is my book?" in desk.get("/inbox/", {"q": words}).content.decode()


@pytest.mark.parametrize("words", ["zzzz", "%", "_____", "\x00", "'; drop table", "9" * 300])
def test_what_is_not_there_is_not_found_and_does_no_harm(desk, question, words):
    assert "Where is my book?" not in desk.get("/inbox/", {"q": words}).content.decode()


def test_who_was_merged_is_found_under_both_names(cast, desk, question):
    other = receive(cast.mail, subject="Second subject", name="Mo Bee", address="mo@work.example")
    merge_persons(duplicate=other.person, into=question.person, by=cast.marlies)
    assert "Where is my book?" in desk.get("/inbox/", {"q": "Mo Bee"}).content.decode()


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ans de Wit", "AW"), ("@boekenwurm", "B"), ("", ""), ("رانيا", "ر"), ('(J.) "Jan" Jansen', "JJ")],
)
def test_initials_are_the_first_and_the_last_word(name, letters):
    assert initials(name) == letters


def test_a_person_without_a_name_has_a_page(cast, desk):
    person = cast_.customer(cast.house, name="", email="quiet@example.org")
    assert "quiet@…</h1>" in desk.get(f"/inbox/person/{person.pk}/").content.decode()
    person.addresses.all().delete()
    assert "Unknown</h1>" in desk.get(f"/inbox/person/{person.pk}/").content.decode()


@pytest.mark.parametrize("typed", ["", "Élo", "élodie ö"])
def test_the_same_name_is_proposed_and_found_whatever_letters_it_has(cast, desk, typed):
    first = receive(cast.mail, name="Élodie Özdemir", address="elodie@example.org")
    second = receive(cast.mail, name="Élodie Özdemir", address="elodie@work.example")
    page = desk.get(f"/inbox/person/{first.person_id}/", {"alike": typed} if typed else {}).content.decode()
    assert f'name="duplicate" value="{second.person_id}"' in page


def test_a_name_is_found_in_other_capitals(cast):
    found = receive(cast.mail, name="Özlem Élias", address="ozlem@example.org")
    for typed in ("özlem", "Özlem é", "ÖZLEM"):
        assert [each.pk for each in Person.objects.of(cast.house).named_from(typed)] == [found.person_id]
