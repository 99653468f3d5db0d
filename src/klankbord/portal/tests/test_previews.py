"""What a messenger or a search engine shows of a list or a profile, when somebody passes its link on."""

from __future__ import annotations

import re
from html import unescape

import pytest

from klankbord.community.actions.answer import answer
from klankbord.community.actions.ask import ask
from klankbord.participation.actions import change_participant
from klankbord.participation.models import Topic
from klankbord.people.visitors import person_of_member
from klankbord.posts.actions import save_log
from klankbord.posts.models import Theme
from tests import cast

LISTS = {
    "/questions/": "Vragen",
    "/questions/topics/": "Thema's",
    "/questions/topics/e-books/": "E-books",
    "/ideas/": "Ideeën",
    "/ideas/boards/": "Alle borden",
    "/ideas/roadmap/": "Wat we plannen en doen",
    "/changes/": "Jullie zeiden, wij deden",
    "/posts/": "Van ons",
    "/posts/log/ouders/": "Ouders",
    "/tips/": "Tips",
    "/tips/theme/vakantie/": "Vakantie",
    "/question-of-the-month/all/": "Vragen van de maand",
    "/thanks/": "De muur van dank",
    "/log/": "Hoe we beoordelen",
}


def _shown(furnished: cast.DeKlank, path: str) -> dict[str, str]:
    page = cast.browser(furnished.organisation).get(path).content.decode()
    found = re.findall(r'<meta (?:property="og:|name=")(\w+)" content="([^"]*)">', page.partition("</head>")[0])
    names = [name for name, _words in found]
    assert (names.count("title"), names.count("description")) == (1, 2), "to messengers and to search engines"
    return {name: unescape(words) for name, words in found}


@pytest.fixture
def furnished(house: cast.DeKlank) -> cast.DeKlank:
    here = house.organisation
    Topic.objects.create(organisation=here, name="E-books", slug="e-books")
    Theme.objects.create(organisation=here, name="Vakantie", slug="vakantie", invitation="Wat gaat er mee in de tent?")
    save_log(organisation=here, by=house.tom, name="Ouders", about="")
    return house


@pytest.mark.parametrize(("path", "title"), LISTS.items())
def test_a_list_says_what_it_is_and_what_stands_there(furnished: cast.DeKlank, path: str, title: str) -> None:
    shown = _shown(furnished, path)
    assert shown["title"] == title
    assert shown["site_name"] == "Bibliotheek De Klank"
    assert re.fullmatch(r"[A-Z].*[.?]", shown["description"])


def test_a_theme_and_a_topic_have_words_of_their_own(furnished: cast.DeKlank) -> None:
    assert _shown(furnished, "/tips/theme/vakantie/")["description"] == "Wat gaat er mee in de tent?"
    assert _shown(furnished, "/questions/topics/e-books/")["description"] == "Vragen en antwoorden over E-books."


def test_a_profile_says_who_it_is(house: cast.DeKlank) -> None:
    piet, jamal = cast.helper(house.organisation, "Piet"), person_of_member(membership=house.jamal)
    question = ask(person=piet, title="Hoe laat?", text="")
    answer(question=question, person=jamal, text="Tot acht uur.", membership=house.jamal)
    known = _shown(house, f"/people/{piet.pk}/")
    assert (known["title"], known["description"]) == (
        "Piet",
        "Wat Piet vraagt, antwoordt en deelt bij Bibliotheek De Klank.",
    )
    assert _shown(house, f"/people/{jamal.pk}/")["description"].startswith("Jamal Haddou werkt bij")
    change_participant(person=piet, about="Leert nog elke dag.")
    assert _shown(house, f"/people/{piet.pk}/")["description"] == "Leert nog elke dag."
