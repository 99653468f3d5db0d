"""Answers written into an earlier mail that bears no quote marks, as happens below Outlook's header fields.

Nothing in the text tells such answers from what was there before: the program showed them in red. So the earlier mail
is kept as part of the reply, but only when the words above it say that there are answers in it ("Mijn antwoorden staan
hieronder in rood"): too much is better than an answer that nobody reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from klankbord.channels.adapters.email.quoting.lines import Kind, Run

_LONGEST_ANNOUNCEMENT = 4_000
_HEADS = (Kind.ATTRIBUTION, Kind.HEADERS)

# What is announced, and where it stands: within a sentence, in either order. "Bedankt voor je antwoord hieronder"
# speaks of the other's answer, so an answer must be one's own or there must be several.
_ANNOUNCEMENTS = (
    # Dutch
    (
        (
            r"(?<!je )(?<!uw )(?<!jouw )(?<!jullie )(?<!voor de )"
            r"(?:antwoorden|reacties|opmerkingen|aanvullingen|mijn (?:antwoord|reactie|commentaar))"
        ),
        (
            r"hieronder|onderstaand|onderaan|in(?: het)? (?:rood|blauw|groen|vet|paars|oranje)|in de tekst|tussendoor|"
            r"tussen (?:de|je|jouw|uw|jullie) (?:tekst|vragen|regels)|"
            r"(?:in|bij|onder|achter) (?:je|jouw|uw|jullie) (?:mail|e-mail|bericht|tekst|vragen)"
        ),
    ),
    (r"ik", r"(?:hieronder|tussendoor|in (?:het )?(?:rood|blauw|groen)|inline) (?:geantwoord|gereageerd)"),
    # English
    (
        r"(?<!your )(?<!for the )(?<!for )(?:answers|replies|comments|responses|my (?:answer|reply|response))",
        (
            r"below|inline|in-line|in line|in (?:red|blue|green|bold|purple|capitals|caps)|"
            r"in (?:your|the) (?:text|message|email|e-mail)|under(?:neath)? your questions|between"
        ),
    ),
    (r"answered|replied|responded|commented|see", r"inline|in-line|in (?:red|blue|green) below"),
    # German
    (
        r"(?<!ihre )(?<!deine )(?<!eure )(?:antworten|anmerkungen|kommentare|meine antwort)",
        (
            r"unten|unterhalb|im text|darunter|in (?:rot|blau|grün|fett)|(?:rot|blau|grün) (?:markiert|geschrieben)|"
            r"in (?:ihrer|deiner) mail|dazwischen|zwischen (?:ihren|deinen)"
        ),
    ),
    # French
    (
        r"(?:mes|nos) (?:réponses|commentaires|remarques)|ma réponse",
        (
            r"ci-dessous|en (?:rouge|bleu|vert|gras)|dans (?:le|votre|ton) (?:texte|message|mail|courriel)|"
            r"sous (?:vos|tes) questions"
        ),
    ),
)
_ANNOUNCED = re.compile(
    "|".join(
        rf"\b(?:{what})\b[^.!?:]{{0,60}}\b(?:{where})\b|\b(?:{where})\b[^.!?:]{{0,40}}\b(?:{what})\b"
        for what, where in _ANNOUNCEMENTS
    )
)


def announces_answers(text: str) -> bool:
    """Whether someone says that answers stand in the mail below: "Please see my comments below in red"."""
    return _ANNOUNCED.search(" ".join(text[:_LONGEST_ANNOUNCEMENT].casefold().split())) is not None


def kept_with_answers(lines: Sequence[str], runs: Sequence[Run]) -> set[int]:
    """The numbers of the runs of a reply with answers in an earlier mail; empty when it is not of that form."""
    first = next((number for number, run in enumerate(runs) if run.kind in _HEADS), None)
    if first is None:
        return set()
    own = {number for number in range(first) if runs[number].kind in (Kind.TEXT, Kind.BLANK)}
    if not announces_answers("\n".join(_text(lines, runs[number]) for number in sorted(own))):
        return set()
    below = next((number for number in range(first, len(runs)) if runs[number].kind not in (*_HEADS, Kind.BLANK)), None)
    if below is None or runs[below].kind is not Kind.TEXT:
        return set()
    stop = next((number for number in range(below, len(runs)) if runs[number].kind in _HEADS), len(runs))
    kinds = (Kind.TEXT, Kind.BLANK, Kind.QUOTE)
    return own | {number for number in range(below, stop) if runs[number].kind in kinds}


def _text(lines: Sequence[str], run: Run) -> str:
    return "\n".join(lines[run.start : run.stop])
