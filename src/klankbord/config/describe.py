"""Writes docs/settings.md from the table of options: `python -m klankbord.config.describe > docs/settings.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from klankbord.config.options import OPTIONS, Option

_HEAD = """# Settings

A setting comes from the command line where a command has an option for it, else from an environment variable, else
from one TOML file: `klankbord.toml` in the data folder, or the file that `KLANKBORD_CONFIG` names. A setting in it that
does not exist is an error, and `klankbord doctor` tells of such a variable, so that a slip of the pen is seen.

```toml
# /var/lib/klankbord/klankbord.toml
database = "postgresql://klankbord:secret@localhost/klankbord"
https = true
trusted_proxies = ["127.0.0.1"]
```

| setting | environment | default | meaning |
|---|---|---|---|
"""


def _default(option: Option) -> str:
    if isinstance(option.default, bool):
        return f"`{str(option.default).lower()}`"
    if option.default in ("", (), None):
        return ""
    return f"`{option.default if not isinstance(option.default, Path) else option.default.as_posix()}`"


def page() -> str:
    """The whole page as Markdown."""
    rows = [f"| `{option.name}` | `{option.variable}` | {_default(option)} | {option.meaning} |" for option in OPTIONS]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
