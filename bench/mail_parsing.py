"""How fast mail is read: one long-lived child against a fresh child for each mail, and our reader against the
standard library's.

Run: `python -m bench.mail_parsing` (or as a file). Prints one JSON object; ratios above 1 are in our favour.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.reading import mail_sandbox

_WORDS = "Beste mensen, gisteren bracht ik mijn boeken terug, maar in mijn lijst staan ze nog als geleend. "


def made_up_mails(count: int) -> list[bytes]:
    """Mails of some 4 kB: plain text, text with HTML, and with a small attachment, in turn."""
    mails = []
    for number in range(count):
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = f"Jöhanna de Vries {number} <klant{number}@example.org>"
        mail["To"] = "Bibliotheek De Klank <info@example.net>"
        mail["Subject"] = f"Vraag {number} over geleende boeken - café"
        mail["Date"] = "Mon, 03 Mar 2025 10:00:00 +0100"
        mail["Message-ID"] = f"<{number}@example.org>"
        mail.set_content(_WORDS * 12 + "\n\nOp ma 3 mrt 2025 schreef Info <info@example.net>:\n> " + _WORDS * 4)
        if number % 3:
            mail.add_alternative(f"<html><body><p style='color:#222'>{_WORDS * 12}</p></body></html>", subtype="html")
        if number % 3 == 2:
            mail.add_attachment(bytes(range(256)) * 4, maintype="image", subtype="png", filename="foto.png")
        mails.append(mail.as_bytes())
    return mails


def per_second(work: Callable[[bytes], object], mails: list[bytes]) -> float:
    """Mails a second."""
    begin = time.perf_counter()
    for mail in mails:
        work(mail)
    return len(mails) / (time.perf_counter() - begin)


def with_standard_library(raw: bytes) -> None:
    """The same facts by way of `email.policy.default`: headers, texts, attachments; no cleaning, no splitting."""
    mail = message_from_bytes(raw, policy=policy.default)
    for name in ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references"):
        str(mail[name])
    for part in mail.walk():
        if not part.is_multipart():
            part.get_content()


def in_a_fresh_child(raw: bytes) -> None:
    """A child for this mail alone."""
    with mail_sandbox() as sandbox:
        sandbox.run(raw)


def main() -> None:
    """Measure and print."""
    mails = made_up_mails(600)
    with mail_sandbox() as sandbox:
        sandbox.start()
        kept = per_second(sandbox.run, mails)
    fresh = per_second(in_a_fresh_child, mails[:15])
    own = per_second(parse_mail, mails)
    standard = per_second(with_standard_library, mails)
    figures = {
        "kept_child_per_second": kept,
        "fresh_child_per_second": fresh,
        "kept_against_fresh": kept / fresh,
        "own_parser_per_second": own,
        "standard_library_per_second": standard,
        "own_against_standard_library": own / standard,
    }
    print(json.dumps({name: round(value, 2) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
