"""Drawn faces: people are visible everywhere, and nobody has to upload a photo.

A face is a pure function of a short *spec*: `skin-hair-style-shirt-background`, optionally followed by `-glasses` and
by `-beard`, for example `tan-black-curls-teal-sand-glasses`. Any other text is a *seed*: the same seed gives the same
face for ever. An empty spec or `neutral` gives a figure without features, for somebody we know nothing of.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

NEUTRAL = "neutral"

# Skin, and the darker tone of it that draws eyes, mouth and ears.
SKINS = {
    "pale": ("#f6d7c0", "#8a5742"),
    "fair": ("#efc4a0", "#7d4a33"),
    "olive": ("#dca87c", "#6b3f28"),
    "tan": ("#c68a5c", "#56301d"),
    "brown": ("#9a6240", "#3c1f12"),
    "deep": ("#6b432e", "#2a140c"),
}
HAIRS = {
    "black": "#2a211d",
    "brown": "#4f3423",
    "chestnut": "#7d4a2a",
    "blond": "#d3a858",
    "red": "#b3562a",
    "grey": "#a39a90",
    "white": "#e4ded4",
}
# Name: (background, cloth). One lightness and chroma each (oklch 87% .055 and 50% .085), so no face shouts.
COLOURS = {
    "clay": ("#f5c9b9", "#8c523d"),
    "sand": ("#e5d2ac", "#795f22"),
    "moss": ("#c8dcb6", "#536d37"),
    "sage": ("#b9e0c5", "#36714e"),
    "teal": ("#aae0e2", "#007176"),
    "sky": ("#b7d9f7", "#356890"),
    "iris": ("#d0d0f8", "#5e5c92"),
    "plum": ("#eac8e6", "#7e517a"),
}


def _fill(path: str, colour: str = "{h}") -> str:
    return f'<path d="{path.removesuffix("z")}" fill="{colour}"/>'


def _curl(path: str, width: float) -> str:
    """Round dots of that width, one for each point of the path: locks of curly hair."""
    return f'<path d="{path}" stroke="{{h}}" stroke-width="{width}" stroke-linecap="round"/>'


# Style: what lies behind the head, what lies before it. `{h}` is the hair colour, `{c}` the cloth colour of a scarf.
STYLES = {
    "short": ("", _fill("M13 18c-1-8 3-11.5 9-11.5S32 10 31 18c-1-4-3-6-5-6.5-3 1.5-9 1-11 0-1 1.5-1.5 3.5-2 6.5z")),
    "crop": ("", _fill("M13.5 16.5C13.5 9.5 17 7 22 7s8.5 2.5 8.5 9.5c-1.5-3.5-4-5-8.5-5s-7 1.5-8.5 5z")),
    "parted": ("", _fill("M13 19c-1.5-9 3-12.5 9.5-12.5 6 0 9.5 4 8.5 12.5-1-4.5-4-6-7-8.5-2 3.5-8 4-11 8.5z")),
    "quiff": (
        "",
        _fill(
            "M13.3 17.5C12 8 17 4.5 25 5.5c4 .5 7 4 5.7 12-1-3-2.2-4.5-3.7-5.5-4 .8-8.5.2-11-1-1.2 1.5-2 3.5-2.7 6.5z"
        ),
    ),
    "long": (
        _fill("M11.5 33c-2-6-1.5-10-.5-15C12 9.5 16 6 22 6s10 3.5 11 12c1 5 1.5 9-.5 15z"),
        _fill("M13 20c-.5-8 3-12.5 9-12.5S31.5 12 31 20c-1.5-2.5-2-6-3.5-8-3 1.8-8 1.8-11 0-1.5 2-2 5.5-3.5 8z"),
    ),
    "bob": (
        _fill("M12 27c-2-9-1.5-20.5 10-20.5S34 18 32 27c-2 1.5-4 2-6 2h-8c-2 0-4-.5-6-2z"),
        _fill("M13.5 20c-1-8 2.5-12 8.5-12s9.5 4 8.5 12c-1-3-1.5-4.5-2.5-6-4 .5-9-.5-11-3-1 3-2.5 5-3.5 9z"),
    ),
    "curls": (
        _curl("M13 17h0M31 17h0M12.5 23.5h0M31.5 23.5h0M19 11h6", 8.5),
        _curl("M16.5 11h0M22 9.5h0M27.5 11h0", 7.5),
    ),
    "afro": (_curl("M22 15.5h0", 24), _fill("M13.4 17c0-6 3.6-8.7 8.6-8.7s8.6 2.7 8.6 8.7c-2.5-4-14.7-4-17.2 0z")),
    "bun": (
        _curl("M22 6h0", 8.5),
        _fill("M13.2 18.5C12.5 10.5 16 7 22 7s9.5 3.5 8.8 11.5c-1.5-4-4.5-7-8.8-7s-7.3 3-8.8 7z"),
    ),
    "tail": (
        _fill("M28 9c6 0 8.5 6 6.5 15-.5 2-2.5 2.5-3.5 1 1-6 0-11-5-13z"),
        _fill("M13.3 17.5C12.8 10 16.5 7 22 7s9.2 3 8.7 10.5c-2-4.5-5-6-8.7-6.2-4 1-7 2.7-8.7 6.2z"),
    ),
    "bald": ("", _fill("M13.4 21c-1-2-1-4 0-6 .8 2 .8 4 0 6zm17.2 0c1-2 1-4 0-6-.8 2-.8 4 0 6z")),
    "scarf": (
        _fill("M22 5c-8 0-11.5 6-11 14 .3 6-1 10-4 14 8 5 22 5 30 0-3-4-4.3-8-4-14C33.5 11 30 5 22 5z", "{c}"),
        _fill(
            "M14 20c-1-7 2-11 8-11s9 4 8 11c0 6-3.5 9.5-8 9.5S14 26 14 20zm8-15c-8 0-11 6-10.5 14 .4 7 3 12.5 10.5 13"
            ' 7.5-.5 10.1-6 10.5-13C33 11 30 5 22 5z" fill-rule="evenodd',
            "{c}",
        ),
    ),
}
_NECK = "M18.3 25h7.4v6c-1.5 3-6 3-7.4 0"
_HEAD = "M13.5 18.5C13.5 12 17 9 22 9s8.5 3 8.5 9.5S27 29 22 29s-8.5-4-8.5-10.5"
_SHIRT = "M6.5 44C7 35 13 31 22 31s15 4 15.5 13z"
_MOUTH = "M19.5 23.8c1.5 1.5 3.5 1.5 5 0"
_GLASSES = "M15.5 19a3 3 0 1 0 6 0 3 3 0 1 0-6 0m7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0m-1 0h1"
_BEARD = _fill("M13.7 19.5c-.3 7 3 11 8.3 11s8.6-4 8.3-11c-1.3 3-2.3 4-4.3 4.2-2.5-1-5.5-1-8 0-2-.2-3-1.2-4.3-4.2z")
_EXTRAS = ("glasses", "beard")
_SPEC = re.compile(
    rf"({'|'.join(SKINS)})-({'|'.join(HAIRS)})-({'|'.join(STYLES)})-({'|'.join(COLOURS)})-({'|'.join(COLOURS)})"
    r"((?:-(?:glasses|beard))*)"
)
_NEUTRAL_BODY = (
    '<circle cx="22" cy="22" r="22" fill="#e6dccb"/><g fill="#a8977f">'
    '<path d="M6.5 44C7 34 13.5 30 22 30s15 4 15.5 14z"/><circle cx="22" cy="19" r="8.5"/></g>'
)


@dataclass(frozen=True, slots=True)
class Face:
    """The parts of one drawn face: keys of SKINS, HAIRS and STYLES; `shirt` and `background` of COLOURS."""

    skin: str
    hair: str
    style: str
    shirt: str
    background: str
    glasses: bool = False
    beard: bool = False

    def spec(self) -> str:
        """The text that gives this face again."""
        extras = [name for name in _EXTRAS if getattr(self, name)]
        return "-".join([self.skin, self.hair, self.style, self.shirt, self.background, *extras])


def face_of(spec: str) -> Face | None:
    """Read a spec, or hash any other text to a face; None stands for the neutral figure."""
    if not spec or spec == NEUTRAL:
        return None
    if found := _SPEC.fullmatch(spec):
        skin, hair, style, shirt, background, extras = found.groups()
        return Face(skin, hair, style, shirt, background, "glasses" in extras, "beard" in extras)
    return _from_seed(spec)


def _from_seed(seed: str) -> Face:
    """A face that belongs to this text; drawn evenly, but with hair that goes with the skin and age with the hair."""
    drawn = hashlib.blake2b(seed.encode(), digest_size=16).digest()
    skin = list(SKINS)[drawn[0] % len(SKINS)]
    light = skin in ("pale", "fair")
    hairs = (
        ("black", "brown", "brown", "chestnut", "blond", "red", "grey", "white")
        if light
        else ("black", "black", "brown", "grey")
    )
    style = list(STYLES)[drawn[2] % len(STYLES)]
    shirt = list(COLOURS)[drawn[3] % len(COLOURS)]
    # A step of three or more away, so that cloth and background differ.
    background = list(COLOURS)[(drawn[3] + 2 + drawn[4] % 5) % len(COLOURS)]
    beardless = style in ("long", "bob", "bun", "tail", "scarf")
    return Face(
        skin,
        hairs[drawn[1] % len(hairs)],
        style,
        shirt,
        background,
        glasses=drawn[5] % 4 == 0,
        beard=not beardless and drawn[6] % 3 == 0,
    )


def _body(face: Face | None) -> str:
    if face is None:
        return _NEUTRAL_BODY
    skin, dark = SKINS[face.skin]
    cloth = COLOURS[face.shirt][1]
    behind, before = STYLES[face.style]
    neck = "" if face.style == "scarf" else _fill(_NECK, skin)
    glasses = _GLASSES if face.glasses else ""
    parts = [
        f'<circle cx="22" cy="22" r="22" fill="{COLOURS[face.background][0]}"/>',
        behind,
        _fill(_SHIRT, cloth) + neck + _fill(_HEAD, skin),
        _BEARD if face.beard and face.style != "scarf" else "",
        f'<g fill="none" stroke="{dark}" stroke-linecap="round"><path d="M18.5 19h0M25.5 19h0" stroke-width="2"/>',
        f'<path d="{_MOUTH}{glasses}"/></g>',
        before,
    ]
    return "".join(parts).replace("{h}", HAIRS[face.hair]).replace("{c}", cloth)


@lru_cache(maxsize=512)
def face_svg(spec: str, css_class: str = "face", label: str = "") -> Markup:
    """The face as inline SVG of less than 900 bytes; decorative, unless a `label` says whose it is.

    The name normally stands beside a face, so that a screen reader should not hear it twice.
    """
    naming = f'role="img" aria-label="{Markup.escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{Markup.escape(css_class)}" viewBox="0 0 44 44" {naming}>{_body(face_of(spec))}</svg>')  # noqa: S704 - built from the tables above, the two free texts escaped


@lru_cache(maxsize=4096)
def face_from_parts(spec: str, css_class: str = "face") -> Markup:
    """The same face in a fifth of the bytes, for a page with dozens of them.

    `face_parts` has to stand on that page once, and its style sheet has to hold `face_colours`.
    """
    face = face_of(spec)
    if face is None:
        return face_svg(spec, css_class)
    name = f"{Markup.escape(css_class)} k-{face.skin} r-{face.hair} t-{face.shirt} g-{face.background}"
    over = ["f-beard"] if face.beard and face.style != "scarf" else []
    parts = [f"fb-{face.style}", *over, f"ff-{face.style}", *(["f-specs"] if face.glasses else [])]
    uses = "".join(f'<use href="#{part}"/>' for part in parts)
    return Markup(f'<svg class="{name}" viewBox="0 0 44 44" aria-hidden="true">{uses}</svg>')  # noqa: S704 - as `face_svg`


@lru_cache(maxsize=1)
def face_parts() -> Markup:
    """What all faces of a page are put together from (4 kB); colours are each face's own."""
    lines = 'fill="none" stroke="var(--d)" stroke-linecap="round"'
    eyes = '<path d="M18.5 19h0M25.5 19h0" stroke-width="2"/>'
    ground = '<circle cx="22" cy="22" r="22" fill="var(--g)"/>'
    bust = _fill(_SHIRT, "var(--t)") + _fill(_NECK, "var(--k)") + _fill(_HEAD, "var(--k)")
    veiled = _fill(_SHIRT, "var(--t)") + _fill(_HEAD, "var(--k)")
    whole = '<use href="#f-bust"/>'
    drawn = {
        "f-bust": bust,
        "f-lines": f'<g {lines}>{eyes}<path d="{_MOUTH}"/></g>',
        "f-specs": f'<path {lines} d="{_GLASSES}"/>',
        "f-beard": _BEARD,
        **{
            f"fb-{name}": f"{ground}{behind}{veiled if name == 'scarf' else whole}"
            for name, (behind, _before) in STYLES.items()
        },
        **{f"ff-{name}": f'<use href="#f-lines"/>{before}' for name, (_behind, before) in STYLES.items()},
    }
    groups = "".join(f'<g id="{name}">{path}</g>' for name, path in drawn.items())
    coloured = groups.replace("{h}", "var(--r)").replace("{c}", "var(--t)")
    return Markup(f'<svg class="unseen" aria-hidden="true"><defs>{coloured}</defs></svg>')  # noqa: S704 - our own tables


def face_colours() -> str:
    """The style rules that give a face from parts its colours."""
    rules = [f".k-{name} {{ --k: {skin}; --d: {dark}; }}" for name, (skin, dark) in SKINS.items()]
    rules += [f".r-{name} {{ --r: {hair}; }}" for name, hair in HAIRS.items()]
    rules += [f".t-{name} {{ --t: {cloth}; }}" for name, (_ground, cloth) in COLOURS.items()]
    rules += [f".g-{name} {{ --g: {ground}; }}" for name, (ground, _cloth) in COLOURS.items()]
    return "\n".join(rules)


@lru_cache(maxsize=128)
def face_png(spec: str, size: int = 96) -> bytes:
    """The face as a round PNG of `size` by `size` pixels, for mail programs, which show no SVG."""
    # The rasteriser costs 3.5 MB of memory, which a process that sends no mail need not spend.
    import resvg_py  # noqa: PLC0415

    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44"><clipPath id="r"><circle cx="22" cy="22" r="22"/>'
        f'</clipPath><g clip-path="url(#r)">{_body(face_of(spec))}</g></svg>'
    )
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=size, height=size, skip_system_fonts=True))
