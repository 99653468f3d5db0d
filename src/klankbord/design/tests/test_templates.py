"""Frames and components: every one renders, links its parts, and keeps to the content policy."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

import pytest
from django import forms
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from klankbord import clock
from klankbord.design import styleguide
from klankbord.design.icons import ICONS
from klankbord.design.jinja import environment

IMPORT = '{% import "design/components.html" as ui %}'
STATIC = styleguide.HERE / "static/design"


@pytest.fixture(scope="module")
def made() -> Environment:
    return environment(loader=FileSystemLoader(styleguide.HERE / "jinja2"))


def shown(made: Environment, source: str, **context: Any) -> str:
    return made.from_string(IMPORT + source).render(context)


@pytest.mark.parametrize("template", styleguide.PAGES.values())
def test_every_page_renders_and_keeps_to_the_content_policy(made: Environment, template: str) -> None:
    with clock.reading(styleguide.NOW):
        page = made.get_template(template).render(styleguide.sample())
    assert page.startswith("<!doctype html>")
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son[a-z]+=", page)
    if "mail" not in template:
        assert not re.search(r"\sstyle=", page)
        assert "<style" not in page


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_page_needs_no_context_at_all(made: Environment, code: str) -> None:
    page = made.get_template(f"{code}.html").render()
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("template", ["design/public.html", "design/narrow.html", "design/workplace.html"])
def test_frame_stands_without_organisation_or_navigation(made: Environment, template: str) -> None:
    assert 'id="main"' in made.get_template(template).render()


def test_error_and_hint_are_tied_to_their_field(made: Environment) -> None:
    html = shown(made, '{{ ui.field("email", "E-mail", hint="Voor het antwoord", error="Vul in") }}')
    assert 'aria-describedby="id_email-hint id_email-error" aria-invalid="true"' in html
    assert 'id="id_email-hint"' in html
    assert 'id="id_email-error"' in html
    assert '<label for="id_email">' in html


def test_what_a_person_typed_is_escaped_everywhere(made: Environment) -> None:
    evil = '"><script>alert(1)</script>'
    html = shown(
        made,
        """{{ ui.field("a", evil, evil, evil, evil) }}{{ ui.textarea("b", evil, evil) }}
        {{ ui.person(evil, evil, evil) }}{{ ui.tag(evil) }}{{ ui.queue_row(evil, evil, evil, evil) }}
        {{ ui.attachment(evil, evil, evil) }}
        {{ ui.choices("c", evil, [{"value": evil, "label": evil, "hint": evil}], evil) }}{{ ui.notice(evil) }}
        {% call ui.message("inbound", evil, evil, how=evil) %}{{ evil }}{% endcall %}{{ evil | plain_paragraphs }}
        {{ ui.error_summary([(evil, evil)]) }}{{ ui.select("d", evil, [(evil, evil)]) }}{{ ui.button(evil, href=evil) }}
        {{ ui.path([{"title": evil, "detail": evil}]) }}{{ ui.view_links([{"label": evil, "url": evil}], evil) }}""",
        evil=evil,
    )
    assert "<script" not in html


class Contact(forms.Form):
    kind = forms.ChoiceField(choices=[("q", "Vraag"), ("i", "Idee")], widget=forms.RadioSelect)
    text = forms.CharField(widget=forms.Textarea)
    email = forms.EmailField(required=False, help_text="Voor het antwoord")
    copy = forms.BooleanField(required=False)
    branch = forms.ChoiceField(choices=[("c", "Centrum")])


def test_django_form_is_shown_with_summary_and_errors(made: Environment) -> None:
    form = Contact({"text": "<b>", "email": "geen"})
    html = shown(made, "{{ ui.form_errors(form) }}{% for field in form %}{{ ui.bound(field) }}{% endfor %}", form=form)
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html
    assert 'role="alert"' in html
    assert "&lt;b&gt;" in html
    assert html.count('type="radio"') == 2
    assert "<option" in html
    assert 'type="checkbox"' in html


def test_clock_says_when_and_how_full(made: Environment) -> None:
    now = datetime(2026, 5, 20, 8, 30, tzinfo=UTC)
    with clock.reading(now):
        html = shown(made, "{{ ui.clock(due, share=0.5) }}", due=now - timedelta(hours=2))
    assert "late" in html
    assert 'stroke-dasharray="18.8 37.7"' in html


def test_password_is_never_written_back(made: Environment) -> None:
    class SignIn(forms.Form):
        password = forms.CharField(widget=forms.PasswordInput)

    form = SignIn({"password": "geheim"})
    assert "geheim" not in shown(made, '{{ ui.bound(form["password"]) }}', form=form)


def test_unknown_icon_is_an_error_and_not_a_hole(made: Environment) -> None:
    with pytest.raises(KeyError):
        shown(made, '{{ icon("no such thing") }}')
    assert all(str(shown(made, "{{ icon(name) }}", name=name)).startswith("<svg") for name in ICONS)


def test_csrf_field_gives_what_django_put_into_the_context(made: Environment) -> None:
    assert made.from_string("{{ csrf_field() }}").render(csrf_input=Markup("<input>")) == "<input>"


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _themes() -> list[dict[str, str]]:
    css = (STATIC / "tokens.css").read_text()
    light, *dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part)) for part in css.split("color-scheme: dark;"))
    system = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css.split("prefers-color-scheme: dark")[1].split("[data-theme=")[1])
    )
    return [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css.split("@media (prefers-color")[0])),
        system or light,
        dark[0],
    ]


def test_both_ways_to_dark_give_the_same_colours() -> None:
    _, system, chosen = _themes()
    assert system == chosen


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "grounds", "least"),
    [
        ("ink", ["paper", "surface", "sunk", "accent-wash", "note", "good-wash", "soon-wash", "late-wash"], 7),
        ("ink-soft", ["paper", "surface", "sunk", "accent-wash", "note"], 4.5),
        ("accent", ["paper", "surface", "sunk", "accent-wash"], 4.5),
        ("link", ["paper", "surface", "sunk", "accent-wash", "note"], 4.5),
        ("good", ["paper", "surface", "sunk", "good-wash"], 4.5),
        ("soon", ["paper", "surface", "sunk", "soon-wash"], 4.5),
        ("late", ["paper", "surface", "sunk", "late-wash"], 4.5),
        ("on-accent", ["accent", "accent-strong"], 4.5),
        ("edge", ["paper", "surface", "sunk"], 3),
    ],
)
def test_contrast_is_enough_in_both_themes(theme: int, ink: str, grounds: list[str], least: float) -> None:
    colours = _themes()[theme]
    assert {
        ground: round(_contrast(colours[ink], colours[ground]), 2)
        for ground in grounds
        if _contrast(colours[ink], colours[ground]) < least
    } == {}


def test_the_font_is_fetched_once(made: Environment) -> None:
    page = made.get_template("design/public.html").render()
    (preloaded,) = re.findall(r'rel="preload" href="([^"]+)"', page)
    (sheet,) = re.findall(r'href="([^"]*tokens[^"]*css)"', page)
    in_sheet = re.findall(r'url\("([^"]+)"\)', (STATIC / "tokens.css").read_text())
    assert preloaded in {urljoin(sheet, name) for name in in_sheet}


def test_a_public_page_weighs_less_than_sixty_kilobytes(made: Environment) -> None:
    with clock.reading(styleguide.NOW):
        page = made.get_template("design/styleguide.html").render(styleguide.sample())
    named = re.findall(r'(?:href|src)="/static/([^"?]+)"', page)
    # The storage of the settings may put a hash into the names.
    linked = {re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name) for name in named if "/icon-" not in name}
    weight = len(zlib.compress(page.encode()))
    for name in linked:
        content = (styleguide.HERE / "static" / name).read_bytes()
        weight += len(content) if name.endswith("woff2") else len(zlib.compress(content))
    assert {"design/font/atkinson-next.woff2", "design/base.css", "design/enhance.js"} <= linked
    assert weight < 40_000


def test_nl_design_system_theme_leaves_no_colour_of_the_dark_theme_behind() -> None:
    dark = (STATIC / "tokens.css").read_text().split('[data-theme="dark"]')[1]
    named = set(re.findall(r"--([\w-]+):", dark))
    assert named <= set(re.findall(r"--([\w-]+):", (STATIC / "nl-design-system.css").read_text()))
