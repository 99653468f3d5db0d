"""How often the splitter of e-mail replies is exactly right, on real mails that no one here wrote.

Reads the mails of GitHub's email_reply_parser (MIT) from the folder `shared/data` beside the checkout, or from the
folders given as arguments; says so when they are not there. When the package mail-parser-reply is installed it is
scored on the same mails as the baseline. Run: `python bench/quoting.py [FOLDER...]`.

A set is a folder with the mails in `emails/`, as bare texts (`.txt`) or whole (`.eml`), and with `expected.json`: for
the name of each file without its ending an object with `visible` (the whole reply) or `startswith` (its beginning), and
perhaps `signature`, `quoted` and `hidden` (a list of flags for each of its fragments).

Measured: 15 of 15 of GitHub's. The mails of other public parsers and of help desks were divided by a hash of the file
name (SHA-256, first byte even or odd): 87 of the 89 that were looked at while the rules were written, and of the 150
that were kept apart until the rules stood 130 at the first try, 136 after what those taught.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.quoting import SplitReply, split_reply

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


@dataclass(frozen=True)
class Mail:
    """A mail of a set: its text, and what Klankbord makes of it."""

    text: str
    split: Callable[[], SplitReply]


def read_mail(path: Path) -> Mail:
    """A bare text or a whole mail."""
    if path.suffix == ".txt":
        text = path.read_text(encoding="utf-8")
        return Mail(text, lambda: split_reply(text))
    raw = path.read_bytes()
    return Mail(parse_mail(raw).text, lambda: _parts_of(raw))


def _parts_of(raw: bytes) -> SplitReply:
    message = parse_mail(raw)
    return SplitReply(message.reply, message.quoted, message.signature)


def parts_met(mail: Mail, expected: dict[str, Any]) -> bool | None:
    """Whether signature and hidden history are found where the data has such fragments; None when it is silent."""
    if "hidden" not in expected or "signature" not in expected:
        return None
    split = mail.split()
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


def measure(folder: Path) -> None:
    """Prints one line of figures for each parser."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    mails = {path.stem: read_mail(path) for path in sorted((folder / "emails").iterdir())}
    ways: dict[str, Callable[[Mail], str]] = {"klankbord": lambda mail: mail.split().reply}
    for name, baseline in baselines().items():
        ways[name] = lambda mail, way=baseline: way(mail.text)  # type: ignore[misc]
    for name, way in ways.items():
        began = time.perf_counter()
        met = {stem: expectation_met(way(mail), expected.get(stem, {})) for stem, mail in mails.items()}
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
        verdict for stem, mail in mails.items() if (verdict := parts_met(mail, expected.get(stem, {}))) is not None
    ]
    if parts:
        print(f"quoting: klankbord: signature and history told apart in {sum(parts)} of {len(parts)} mails with marks")


def main() -> int:
    """Measures each set; 0 also when the data is absent."""
    for folder in [Path(one) for one in sys.argv[1:]] or [DATA]:
        if (folder / "expected.json").exists():
            measure(folder)
        else:
            print(f"quoting: no data at {folder}; nothing measured")
    return 0


if __name__ == "__main__":
    sys.exit(main())
