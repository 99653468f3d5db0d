"""Faces: pure, various, small, and safe to put into a page."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

from klankbord.design.faces import COLOURS, HAIRS, NEUTRAL, SKINS, STYLES, face_of, face_png, face_svg


def test_spec_is_read_and_written_back_unchanged() -> None:
    spec = "fair-brown-long-clay-sage-glasses-beard"
    face = face_of(spec)
    assert face is not None
    assert face.spec() == spec


def test_same_seed_always_gives_the_same_face() -> None:
    face = face_of("marlies@deklank.example")
    assert face is not None
    # Written out, so that a change of the hashing, which would give everybody another face, is noticed.
    assert face.spec() == "deep-black-tail-sand-teal"


def test_two_hundred_seeds_give_nearly_two_hundred_faces() -> None:
    assert len({str(face_svg(f"person {number}")) for number in range(200)}) > 190


def test_every_skin_hair_style_and_colour_comes_up() -> None:
    faces = [face for number in range(600) if (face := face_of(f"person {number}"))]
    assert {face.skin for face in faces} == set(SKINS)
    assert {face.hair for face in faces} == set(HAIRS)
    assert {face.style for face in faces} == set(STYLES)
    assert {face.background for face in faces} == set(COLOURS)


def test_shirt_and_background_of_a_drawn_face_differ() -> None:
    faces = [face for number in range(300) if (face := face_of(f"person {number}"))]
    assert all(face.shirt != face.background for face in faces)


@pytest.mark.parametrize("style", STYLES)
def test_the_largest_face_of_each_style_is_under_900_bytes(style: str) -> None:
    assert len(str(face_svg(f"pale-chestnut-{style}-clay-sage-glasses-beard")).encode()) < 900


@pytest.mark.parametrize("spec", ["", NEUTRAL])
def test_nobody_in_particular_gets_the_neutral_figure(spec: str) -> None:
    assert face_of(spec) is None
    assert str(face_svg(spec)) == str(face_svg(NEUTRAL))


def test_hostile_seed_class_and_label_do_not_get_into_the_markup() -> None:
    svg = str(face_svg('"><script>alert(1)</script>', css_class='"><b>', label='"><script>'))
    assert "<script" not in svg
    assert "<b>" not in svg


def test_png_is_a_png_of_the_asked_size() -> None:
    png = face_png("tan-black-crop-teal-sand", 64)
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (64, 64)
    assert len(png) < 6000


def test_rasteriser_is_not_loaded_before_a_png_is_asked_for() -> None:
    code = "import sys, klankbord.design.faces as f; f.face_svg('x'); sys.exit('resvg_py' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_all_combinations_are_accepted_as_specs() -> None:
    for skin, hair, style in itertools.product(SKINS, HAIRS, STYLES):
        face = face_of(f"{skin}-{hair}-{style}-clay-sky")
        assert face is not None
        assert (face.skin, face.hair, face.style) == (skin, hair, style)
