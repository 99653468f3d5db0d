"""Compiles the catalogues into the wheel; they are not kept in the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):
    """Writes a .mo beside each .po and has it packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile all catalogues before the wheel is packed."""
        del version
        for po in Path(self.root, "src/klankbord/locale").glob("*/LC_MESSAGES/*.po"):
            with po.open("rb") as source:
                catalogue = read_po(source)
            mo = po.with_suffix(".mo")
            with mo.open("wb") as target:
                write_mo(target, catalogue)
            inside = mo.relative_to(Path(self.root, "src")).as_posix()
            build_data["force_include"][str(mo)] = inside
