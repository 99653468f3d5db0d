"""Make the two small font files out of the npm package `@fontsource-variable/atkinson-hyperlegible-next`.

    npm pack @fontsource-variable/atkinson-hyperlegible-next && tar xzf fontsource-variable-*.tgz
    python -m klankbord.design.font.subset package

Needs `fonttools[woff]`, which is a development dependency. The first file holds what Dutch, English, German and French
pages use and comes with every page; the second holds the other Latin letters, mostly for names, and a browser fetches
it only when one of them is on the page.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]

TARGET = Path(__file__).parent.parent / "static/design/font"
LETTERS = "ÀÁÂÄÆÇÈÉÊËÌÍÎÏÑÒÓÔÖŒÙÚÛÜßàáâäæçèéêëìíîïñòóôöœùúûüÿ"
SIGNS = "".join(
    map(
        chr,
        [
            *b"\xa0\xa3\xa7\xa9\xab\xb0\xb7\xbb\xd7",
            *range(0x2018, 0x201F),
            0x2013,
            0x2014,
            0x2022,
            0x2026,
            0x20AC,
            0x2212,
        ],
    )
)
WEIGHTS = (400, 700)
LATIN = {*range(0x20, 0x7F), *map(ord, LETTERS + SIGNS)}


def make(source: Path, target: Path, unicodes: set[int]) -> int:
    """Write the subset of `source` with those code points and the weights we use; returns its size in bytes."""
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        desubroutinize=True,
        layout_features=["ccmp", "locl", "kern", "mark", "mkmk", "tnum"],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        notdef_outline=True,
    )
    font = TTFont(source)
    shrink = subset.Subsetter(options)
    shrink.populate(unicodes=unicodes)
    shrink.subset(font)
    subset.save_font(instancer.instantiateVariableFont(font, {"wght": WEIGHTS}), target, options)
    return target.stat().st_size


def main(package: Path) -> None:
    """Write both files into the static folder and print their sizes."""
    files = package / "files"
    latin, extended = (
        files / f"atkinson-hyperlegible-next-{name}-wght-normal.woff2" for name in ("latin", "latin-ext")
    )
    print(make(latin, TARGET / "atkinson-next.woff2", LATIN))
    rest = set(TTFont(extended).getBestCmap()) | (set(TTFont(latin).getBestCmap()) - LATIN)
    print(make(extended, TARGET / "atkinson-next-more.woff2", rest))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
