"""What goes on in public in the demo shows what can go on there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klankbord import clock
from klankbord.cli.demo.corpus import Corpus, load
from klankbord.cli.demo.seeding import seed
from klankbord.community.models import Question
from klankbord.ideas.models import Idea
from klankbord.participation.models import Picture
from klankbord.people.models import Organisation
from klankbord.posts.models import Tip
from tests.cast import browser

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_tip_with_a_picture_a_joined_question_and_a_merged_idea() -> None:
    library = replace(load().houses[0], conversations=())
    with clock.reading(datetime(2026, 11, 24, 9, 0, tzinfo=UTC)):
        seed(Corpus((library,)))
        here = Organisation.objects.get()
        tip = Tip.objects.of(here).get(picture__isnull=False)
        page = browser(here).get(f"/tips/{tip.pk}/").content.decode()
        assert f'alt="{tip.picture_words}"' in page
        assert browser(here).get(f"/tips/{tip.pk}/picture.webp").content[8:12] == b"WEBP"
        assert not Picture.objects.of(here).exists(), "none waits to be posted"
        joined = Question.objects.of(here).get(joined_into__isnull=False)
        assert (
            joined.conversation.subject
            in browser(here).get(f"/questions/{joined.root.pk}/", follow=True).content.decode()
        )
        assert Idea.objects.of(here).filter(merged_into__isnull=False).count() == 1
