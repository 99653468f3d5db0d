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


def test_every_text_of_the_design_is_translated_into_dutch() -> None:
    with (catalogues.LOCALE / "nl/LC_MESSAGES/django.po").open("rb") as text:
        known = {(message.id, message.context): message.string for message in read_po(text) if message.id}
    missing = []
    for message in catalogues.gather():
        ours = any("/design/" in name and "styleguide" not in name for name, _ in message.locations)
        if message.id and ours and not known.get((message.id, message.context)):
            missing.append(message.id)
    assert missing == []


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
