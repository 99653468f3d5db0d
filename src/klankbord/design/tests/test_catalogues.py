"""Catalogues are compiled when they changed, complete in Dutch for our own words, and sound in every language."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from klankbord.design import catalogues

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "nl" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + 'msgid "Search"\nmsgstr "Zoek"\n', encoding="utf-8")
    return tmp_path


def test_only_what_changed_is_compiled(folder: Path) -> None:
    (written,) = catalogues.compile_catalogues(folder)
    assert b"Zoek" in written.read_bytes()
    assert catalogues.compile_catalogues(folder) == []
    source = written.with_suffix(".po")
    source.write_text(source.read_text().replace("Zoek", "Vind"))
    os.utime(source, (written.stat().st_mtime + 5,) * 2)
    assert catalogues.compile_catalogues(folder) == [written]
    assert b"Vind" in written.read_bytes()


def test_what_lacks_a_translation_is_named(folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "src" / "klankbord"
    package.mkdir(parents=True)
    (package / "views.py").write_text('_("Search")\n_("Nobody translated this")\n')
    (tmp_path / "babel.cfg").write_text((catalogues.ROOT / "babel.cfg").read_text())
    assert catalogues.untranslated(tmp_path, folder) == {"nl": ["Nobody translated this"]}


def test_update_adds_what_is_new_and_keeps_what_was_translated(folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "src" / "klankbord" / "jinja2"
    package.mkdir(parents=True)
    (package / "page.html").write_text('{{ _("Search") }} {{ _("New %(name)s", name=name) }}')
    (tmp_path / "babel.cfg").write_text((catalogues.ROOT / "babel.cfg").read_text())
    catalogues.update(tmp_path, folder)
    written = (folder / "nl/LC_MESSAGES/django.po").read_text()
    assert 'msgstr "Zoek"' in written
    assert 'msgid "New %(name)s"' in written


@pytest.mark.parametrize("source", catalogues.catalogues(), ids=lambda path: path.parent.parent.name)
def test_a_translation_keeps_the_places_that_the_code_fills_in(source: Path) -> None:
    place = re.compile(r"%\(\w+\)[sd]")
    with source.open("rb") as text:
        for message in read_po(text):
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            asked = message.id if isinstance(message.id, tuple) else (message.id,)
            for string in filter(None, strings if message.id else ()):
                assert set(place.findall(string)) <= {found for one in asked for found in place.findall(one)}, (
                    message.id
                )
