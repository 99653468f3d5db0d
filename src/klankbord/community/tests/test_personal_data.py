"""What is kept of somebody in the community can be taken along and erased."""

from __future__ import annotations

from types import SimpleNamespace

from django.db import transaction

from klankbord.community.actions.claim import claim
from klankbord.community.models import Account, Claim, Imported, Publication
from klankbord.community.personal_data import CommunityData
from klankbord.people.models import Person
from tests import cast


def test_they_see_their_questions_and_answers_and_what_came_from_elsewhere(scene: SimpleNamespace):
    Imported.objects.create(
        organisation=scene.here, source="x", kind="Users", number=7, fields={"DisplayName": "Piet"}, person=scene.piet
    )
    kept = CommunityData().export(organisation_id=scene.here.pk, person_ids=[scene.piet.pk]).values
    assert [each["message__text"] for each in kept["answers"]] == [scene.answer.message.text]
    assert kept["brought_in"][0]["fields"] == {"DisplayName": "Piet"}
    asked = CommunityData().export(organisation_id=scene.here.pk, person_ids=[scene.ans.pk]).values
    assert [each["conversation__subject"] for each in asked["questions"]] == ["Hoe verleng ik een boek?"]


def test_erased_the_words_are_gone_and_the_numbers_stay(scene: SimpleNamespace):
    here = scene.here
    row = Imported.objects.create(
        organisation=here,
        source="x",
        kind="Posts",
        number=11,
        fields={"Id": "11", "Body": "<p>Mijn adres</p>", "OwnerDisplayName": "Piet", "Score": "3"},
        message=scene.answer.message,
    )
    placeholder = Person.objects.create(organisation=here, pseudonym="Piet elders")
    account = Account.objects.create(
        organisation=here, person=placeholder, source="x", profile_url="https://x.example/users/7"
    )
    claim(account=account, person=scene.piet)
    private = cast.conversation(scene.piet, scene.house.mailbox)
    Publication.objects.create(
        organisation=here, conversation=private, title="Mag dit?", text="Woorden", asked_by=scene.house.jamal,
        token_hash="a" * 64,
    )  # fmt: skip
    for _twice in range(2):
        with transaction.atomic():
            CommunityData().erase(organisation_id=here.pk, person_ids=[scene.piet.pk, placeholder.pk])
    row.refresh_from_db()
    assert row.fields == {"Id": "11", "Body": "", "OwnerDisplayName": "", "Score": "3"}
    assert Account.objects.of(here).get().profile_url == ""
    assert Claim.objects.of(here).get().code == ""
    assert Publication.objects.of(here).get().text == ""
