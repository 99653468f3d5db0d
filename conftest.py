"""For all tests: a data folder of their own and the current catalogues, before Django reads its settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import trans_real

from klankbord.design.catalogues import compile_catalogues

_folder = tempfile.mkdtemp(prefix="klankbord-tests-")
os.environ["KLANKBORD_DIR"] = _folder
os.environ.setdefault("KLANKBORD_SECRET_KEY", "only-for-tests-and-nothing-else-0123456789")
os.environ["DJANGO_SETTINGS_MODULE"] = "klankbord.config.settings"
if os.environ.get("KLANKBORD_TEST_DATABASE"):
    os.environ["KLANKBORD_DATABASE"] = os.environ["KLANKBORD_TEST_DATABASE"]

# A worker of pytest-xdist read the settings of the process that started it; its files are to be its own.
settings.OPTIONS.values["dir"] = Path(_folder)
settings.MEDIA_ROOT = Path(_folder) / "files"

if compile_catalogues():
    # Django was set up by pytest's plug-in already, and remembers that there was nothing.
    trans_real._translations.clear()
    trans_real._default = None

pytest_plugins = ["tests.services"]
