"""The label tree, through its pages."""

from __future__ import annotations

import pytest

from klankbord.participation.actions import follow, tag
from klankbord.participation.models import Follow, Tagging, Topic
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return cast.de_klank()


def _topics(house):
    return dict(Topic.objects.of(house.organisation).values_list("name", "parent__name"))


def test_a_moderator_makes_a_tree_of_topics(house):
    browser = cast.browser(house.organisation, house.tom)
    browser.post("/office/topics/new/", {"name": "Collectie"})
    top = Topic.objects.of(house.organisation).get()
    browser.post("/office/topics/new/", {"name": "E-books", "parent": str(top.pk)})
    assert _topics(house) == {"Collectie": None, "E-books": "Collectie"}
    page = browser.get("/office/topics/").content.decode()
    assert page.index("Collectie") < page.index("E-books")


@pytest.mark.parametrize("name", ["", "  ", "E-Books", "!!!"])
def test_a_name_must_be_there_and_be_new(house, name):
    Topic.objects.create(organisation=house.organisation, name="E-books", slug="e-books")
    browser = cast.browser(house.organisation, house.tom)
    browser.post("/office/topics/new/", {"name": name})
    assert _topics(house) == {"E-books": None}


def test_no_topic_comes_to_stand_under_itself(house):
    top = Topic.objects.create(organisation=house.organisation, name="A", slug="a")
    under = Topic.objects.create(organisation=house.organisation, name="B", slug="b", parent=top)
    browser = cast.browser(house.organisation, house.tom)
    browser.post(f"/office/topics/{top.pk}/", {"name": "A", "parent": str(under.pk)})
    assert _topics(house) == {"A": None, "B": "A"}


def test_what_stands_under_a_removed_topic_moves_to_its_heir(house):
    old, heir, under = (
        Topic.objects.create(organisation=house.organisation, name=name, slug=name.lower()) for name in ("A", "B", "C")
    )
    under.parent = old
    under.save()
    reader = cast.helper(house.organisation)
    one, both = cast.thread(reader, "Een").conversation, cast.thread(reader, "Twee").conversation
    tag(conversation=one, topics=[old])
    tag(conversation=both, topics=[old, heir])
    follow(person=reader, topic=old)
    browser = cast.browser(house.organisation, house.tom)
    browser.post(f"/office/topics/{old.pk}/", {"action": "remove", "into": str(heir.pk)})
    assert _topics(house) == {"B": None, "C": "B"}
    tagged = Tagging.objects.of(house.organisation).values_list("conversation_id", "topic__name")
    assert sorted(tagged) == [(one.pk, "B"), (both.pk, "B")]
    assert Follow.objects.of(house.organisation).get().topic == heir
