"""How often the splitter of e-mail replies is exactly right, on real mails that no one here wrote.

Reads the mails of GitHub's email_reply_parser (MIT) from the folder `shared/data` beside the checkout, or from the
folder given as argument; says so when they are not there. When the package mail-parser-reply is installed it is scored
on the same mails as the baseline. Run: `python bench/quoting.py [FOLDER]`.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from klankbord.channels.adapters.email.quoting import split_reply

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "mail_email_reply_parser"


def expectation_met(reply: str, expected: dict[str, Any]) -> bool | None:
    """Whether a reply is what the data asks for; None when the data says nothing about the text of the reply.

    Blanks at the ends of lines do not count: the data leaves them out, though the mails have them.
    """
    plain = "\n".join(line.rstrip() for line in reply.strip().split("\n"))
    if "visible" in expected:
        return plain == str(expected["visible"])
    if "startswith" in expected:
        return plain.startswith(str(expected["startswith"]))
    return None


def parts_met(text: str, expected: dict[str, Any]) -> bool | None:
    """Whether signature and hidden history are found where the data has such fragments; None when it is silent."""
    if "hidden" not in expected or "signature" not in expected:
        return None
    split = split_reply(text)
    hidden_quote = any(q and h for q, h in zip(expected.get("quoted", []), expected["hidden"], strict=False))
    return bool(split.signature) == any(expected["signature"]) and bool(split.quoted) >= hidden_quote


def baselines() -> dict[str, Callable[[str], str]]:
    """The ways of asking mail-parser-reply for the reply; empty when it is not installed."""
    try:
        library = importlib.import_module("mailparser_reply")
    except ModuleNotFoundError:
        return {}
    parser = library.EmailReplyParser(languages=["en", "de", "fr", "nl"])

    def body(text: str) -> str:
        replies = parser.read(text).replies
        return str(replies[0].body) if replies else ""

    return {
        "mail-parser-reply, parse_reply()": lambda text: parser.parse_reply(text) or "",
        "mail-parser-reply, first body": body,
    }


def main() -> int:
    """Prints one line of figures for each parser; 0 also when the data is absent."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not (folder / "expected.json").exists():
        print(f"quoting: no data at {folder}; nothing measured")
        return 0
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    mails = {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder / "emails").glob("*.txt"))}
    ways: dict[str, Callable[[str], str]] = {"klankbord": lambda text: split_reply(text).reply, **baselines()}
    for name, way in ways.items():
        began = time.perf_counter()
        met = {stem: expectation_met(way(text), expected.get(stem, {})) for stem, text in mails.items()}
        took = (time.perf_counter() - began) / len(mails)
        judged = [stem for stem, verdict in met.items() if verdict is not None]
        wrong = [stem for stem in judged if not met[stem]]
        print(
            f"quoting: {name}: {len(judged) - len(wrong)} of {len(judged)} replies right, {took * 1000:.2f} ms a mail"
        )
        if wrong:
            print(f"  not right: {', '.join(wrong)}")
    if len(ways) == 1:
        print("quoting: mail-parser-reply is not installed; no baseline")
    parts = [
        verdict for stem, text in mails.items() if (verdict := parts_met(text, expected.get(stem, {}))) is not None
    ]
    print(f"quoting: klankbord: signature and history told apart in {sum(parts)} of {len(parts)} mails with such marks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
