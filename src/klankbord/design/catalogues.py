"""The translations: compile them, or bring them up to date with the code.

    python -m klankbord.design.catalogues               compile each `.po` that is newer than its `.mo`
    python -m klankbord.design.catalogues --update      gather the texts from the code into every `.po`, then compile
    python -m klankbord.design.catalogues --complete    say what lacks a translation; fails when something does

One catalogue a language, `klankbord/locale/<language>/LC_MESSAGES/django.po`. English is the source, so its catalogue
stays empty; `nl_Formal` holds only what differs from `nl` when an organisation says "u". A further language is a
further folder. Compiled files are not committed; a wheel brings them along, and then Babel is not needed.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALE = Path(__file__).parent.parent / "locale"
ROOT = LOCALE.parent.parent.parent
# Also the names by which a module calls gettext beside its lazy twin; tests/architecture knows of no others.
ALIASES = ("_now",)
_KEYWORDS = {
    **dict.fromkeys(ALIASES),
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def catalogues(folder: Path = LOCALE) -> list[Path]:
    """The `.po` files, in the order of their language."""
    return sorted(folder.glob("*/LC_MESSAGES/*.po"))


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Write the `.mo` of every catalogue that changed; returns those written.

    Raises:
        ModuleNotFoundError: something is to be compiled and Babel is not installed.
    """
    stale = []
    for source in catalogues(folder):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            stale.append(source)
    return [_compile(source) for source in stale]


def _compile(source: Path) -> Path:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - a development dependency
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as text:
        catalogue = read_po(text, locale=_locale(source), domain="django")
    written = io.BytesIO()
    write_mo(written, catalogue)
    target = source.with_suffix(".mo")
    # Replaced in one step: a server that starts meanwhile never reads half a file.
    partial = target.with_suffix(".mo.new")
    partial.write_bytes(written.getvalue())
    partial.replace(target)
    return target


def _name(source: Path) -> str:
    return source.parent.parent.name


def _locale(source: Path) -> str:
    """The locale that Babel knows: `nl_Formal` has the plural forms of `nl`."""
    return _name(source).removesuffix("_Formal")


def _is_sparse(source: Path) -> bool:
    """Whether a catalogue holds only what differs: English from the source, a form of address from its language."""
    return _name(source) in ("en", f"{_locale(source)}_Formal")


def _translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def gather(root: Path = ROOT) -> Catalog:
    """All texts of the code and the templates, as `babel.cfg` at the root says where they are."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir  # noqa: PLC0415
    from babel.messages.frontend import parse_mapping_cfg  # noqa: PLC0415

    with (root / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    template = Catalog(project="Klankbord", charset="utf-8")
    found = extract_from_dir(
        root / "src",
        methods,
        options,
        keywords={**DEFAULT_KEYWORDS, **_KEYWORDS},
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    )
    for filename, line, message, comments, context in found:
        template.add(message, None, [(f"src/{filename}", line)], auto_comments=comments, context=context)
    return template


def update(root: Path = ROOT, folder: Path = LOCALE) -> None:
    """Add new texts to every catalogue; what the code no longer asks for stays at the end, marked `#~`."""
    from babel.messages.pofile import read_po, write_po  # noqa: PLC0415

    template = gather(root)
    for source in catalogues(folder):
        with source.open("rb") as text:
            catalogue = read_po(text, locale=_locale(source), domain="django")
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.fuzzy = False
        catalogue.last_translator, catalogue.language_team = "Klankbord", "Klankbord"
        catalogue.msgid_bugs_address = ""
        missing = [message for message in catalogue if message.id and not _translated(message)]
        if _is_sparse(source):
            for message in missing:
                catalogue.delete(message.id, message.context)
        else:
            print(f"{_name(source)}: {len(missing)} still to translate")
        with source.open("wb") as text:
            # File names without line numbers: a moved line is no change of the catalogue.
            write_po(text, catalogue, width=120, include_lineno=False, omit_header=False)


def untranslated(root: Path = ROOT, folder: Path = LOCALE) -> dict[str, list[str]]:
    """For each language that is to be complete, the texts of the code that its catalogue does not have."""
    from babel.messages.pofile import read_po  # noqa: PLC0415

    asked = [message for message in gather(root) if message.id]
    found = {}
    for source in catalogues(folder):
        if _is_sparse(source):
            continue
        with source.open("rb") as text:
            known = {(message.id, message.context) for message in read_po(text) if message.id and _translated(message)}
        missing = [message.id for message in asked if (message.id, message.context) not in known]
        found[_name(source)] = [one if isinstance(one, str) else one[0] for one in missing]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Read the command line; 1 when a catalogue is not complete, or there is no Babel to do what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="gather the texts from the code first")
    parser.add_argument("--complete", action="store_true", help="only say what is not translated yet, and fail if so")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.complete:
            missing = untranslated()
            for language, texts in missing.items():
                print(*(f"{language} lacks: {text}" for text in texts), sep="\n", end="\n" if texts else "")
            return int(any(missing.values()))
        if chosen.update:
            update()
        for written in compile_catalogues():
            print(written)
    except ModuleNotFoundError as missing:
        print(
            f"Translations need {missing.name} to be compiled: install the development dependencies.", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
