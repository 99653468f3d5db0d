"""Finding where history begins: "On … wrote:", "-----Original Message-----", a copied block of header fields.

Each look is bounded (at most five lines of 400 characters, or a block of 20 lines), so that the whole pass stays linear
however hostile the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from klankbord.channels.adapters.email.quoting import wording

LINE_LIMIT = 400
"""Longest line, in characters, that can be part of an attribution."""
ATTRIBUTION_LIMIT = 600
"""Longest attribution, in characters, its lines joined."""
MAX_ATTRIBUTION_LINES = 5
MAX_BLOCK_LINES = 20


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in sorted(words, key=len, reverse=True))


_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_WITHOUT_DIRECTIONS = dict.fromkeys(map(ord, _DIRECTIONS))
_DECORATION = " \t\xa0\u200b\u202f<>*_|–—-\r\n" + _DIRECTIONS
_AFTER_COLON = " \t\xa0\u202f>*_–—-" + _DIRECTIONS
_AFTER_VERB = _AFTER_COLON + ".:："
_VERBS_LAST = tuple(sorted(wording.VERBS_LAST, key=len, reverse=True))
_MIDDLE = _either(wording.VERBS_MIDDLE)
_NEED_COLON = frozenset({"says", "said", "scritto", "écrit", "geschreven", "pisze"})
_OPENER_WITHIN = re.compile(r"(?<=[\s–—-])(?:On|Op|Am|Le|El|Il|Em|Den)(?=\s)")
_OPENER = re.compile(rf"(?:{_either(wording.OPENERS)})(?=[\s\d\"'(]|$)")
_VERB_MIDDLE = re.compile(rf"\s(?:{_MIDDLE})\s(?P<name>[^:]{{1,160}}(?:<[^<>]{{1,160}}>)?[^:]{{0,40}}):$")
_VERB_THEN_DATE = re.compile(rf"\s(?:{_MIDDLE})\s{{1,3}}(?:on|am|op|le|den|at|,)\b.{{0,120}}\d.{{0,60}}:$")
_VIA = re.compile(r"\S via \S.{0,120}(?:wrote|schrieb|schreef|a écrit):?$")
_MAIL = re.compile(r"[\w.+-]@[\w-]{1,80}\.\w")
_MAIL_IN_BRACKETS_AT_END = re.compile(r"<[^@<>]{1,120}@[^@<>.]{1,120}\.[^@<>]{1,120}>(:?)$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d[\s,]")
_NUMERIC_DATE = re.compile(r"(?<!\d)20\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d\d|пользователь")
_CLOCK_AT_END = re.compile(r"\d{1,2}[:.h]\d\d(?::\d\d)?(?: ?uhr)?\)?:$")
_DATED = re.compile(
    r"\d{1,2}[:.h]\d\d|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}\.? ?[^\W\d]{3}|[^\W\d]{3}\.? \d{1,2}(?!\d)"
)
_DAY = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}(?!\d)"
    r"|(?<![\d:.h])\d{1,2}\.? ?[^\W\d]{3}|[^\W\d]{3}\.? \d{1,2}(?![\d:.h])"
)
_ADDRESS = re.compile(r"\S{0,200}@\S{0,200}")
_WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)(?:day)?\b|\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\b"
    r"|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b"
)
_ISO_STAMP = re.compile(r"20\d\d-\d\d-\d\d \d{1,2}:\d\d (?:gmt|utc)[+-]\d\d:\d\d [\w\s.'-]{1,80}:?$")
# Whatever the language: an address in brackets, a year, a time, and a colon at the end.
_STAMPED = re.compile(r"<[^@<>\s]{1,120}@[^@<>\s]{1,120}>[^<>@]{0,60}:$")
_OWN_WORD = re.compile(rf"\b(?:{_either(wording.OWN_WORDS)})\b")
_QUOTING = re.compile(rf"(?:{_either(wording.QUOTING)})\s[^:]{{0,160}}[^\s@]@[^\s@]{{1,120}}:$")
# mutt: "* Jan (jan@post.example) [260512 10:04]:".
_IN_PARENTHESES = re.compile(r"\(\S{1,100}@\S{1,100}\) \[\d{6} \d{1,2}:\d\d\]:$")
_OF_THE_READER = re.compile(rf"\b(?:{_either(wording.WORDS_TO_THE_READER)})\b")
_BY_MAIL = re.compile(rf"\s(?:{_either(wording.BY)})\s[^\s@<>]{{1,120}}@[^\s@<>]{{1,120}}:$")
# GroupWise: ">>> Jan 12-5-2026 10:04 >>>".
_BETWEEN_ARROWS = re.compile(r">>> ?[^\s>][^>\n]{0,80}(?:>[^>\n]{0,40})?\d{1,2}[:.]\d\d[^>\n]{0,20}>>>\s{0,3}$")
# Notes: "-----Jan/NL/Org schreef: -----".
_VERB_BETWEEN_DASHES = re.compile(rf"-{{3,10}}\s?[^\n]{{1,120}}\s(?:{_either(wording.VERBS_LAST)})\s?:?\s?-{{3,10}}$")
_POSTED_BY = re.compile(r"posted by .{1,100} on \d{1,2}/\d{1,2}/\d{4}$")
_BETWEEN_DASHES = re.compile(
    rf"[-_=–—]{{2,60}}\s{{0,5}}(?:{_either(wording.TITLES_BETWEEN_DASHES)})\b(?:\s?[-_=–—]{{2,60}}|.{{0,80}}$)"
)
_TITLE_ALONE = re.compile(rf"(?:{_either(wording.TITLES_ALONE)})\s{{0,3}}(?::|$)")
_TITLE_BARE = re.compile(rf"(?:{_either(wording.TITLES_BETWEEN_DASHES)})\s{{0,3}}(?P<colon>:?)$")
_LINE = re.compile(r"\b(?:line|regel|lijn|streep|zeile|linie|ligne)\b")
# Yahoo puts the first line of the quoted mail behind the attribution.
_GOES_ON = re.compile(
    rf"@[^\s<>@]{{1,120}}>?\s?(?:{_either(wording.VERBS_LAST)})\s?:\s|\s(?:{_MIDDLE})\s[^<>@]{{0,100}}<[^<>@\s]{{1,80}}@[^<>@\s]{{1,120}}>:\s"
)
_SENDERS = _either(wording.FIELDS["from"])
_DATES = _either(wording.FIELDS["sent"])
_RECIPIENTS = _either(wording.FIELDS["to"])
_SUBJECTS = _either(wording.FIELDS["subject"])
_FROM_WITHOUT_COLON = re.compile(rf"\s{{0,3}}(?:{_SENDERS})\s{{1,3}}\"[^\"\n]{{1,80}}\"\s?<[^<>\s]{{3,120}}>\s{{0,3}}$")
_FIELD_WITHOUT_COLON = re.compile(rf"\s{{0,3}}(?:{_DATES}|{_RECIPIENTS}|{_SUBJECTS}|cc)\s")
# A block whose line ends were lost: "Van: … Verzonden: … Aan: … Onderwerp: …".
_ALL_FIELDS_IN_A_LINE = re.compile(
    rf"[>\s*_]{{0,5}}(?:{_SENDERS}|{_DATES})\s?[*_]{{0,2}}:[^\n]{{1,90}}?[\s*](?:{_SENDERS}|{_DATES})\s?[*_]{{0,2}}:"
    rf"[^\n]{{1,90}}?[\s*](?:{_RECIPIENTS}|{_SUBJECTS})\s?[*_]{{0,2}}:"
)
_OWN_BEFORE = re.compile(rf"\b(?:{_either(wording.OWN_WORDS_BEFORE)})\s{{1,3}}\S{{1,12}}$")
_OWN_AFTER = re.compile(rf"(?:{_either(wording.OWN_WORDS_AFTER)})\b")


def attribution_length(lines: Sequence[str], start: int) -> int:
    """How many lines from `start` on form one attribution or title of an earlier message; 0 when none does."""
    head = _plain(lines[start]) if len(lines[start]) <= LINE_LIMIT else ""
    if not head:
        return 0
    opens = _OPENER.match(head) is not None
    if _is_title(lines, start, head) or (opens and "@" in head and _GOES_ON.search(head)):
        return 1
    if lines[start].lstrip().startswith(">>>") and _BETWEEN_ARROWS.match(lines[start].strip()):
        return 1
    if opens or "@" in head or " via " in head or "wrote" in head or "schrieb" in head or _YEAR.search(head):
        return _grown_attribution(lines, start, opens=opens)
    return 0


def _grown_attribution(lines: Sequence[str], start: int, *, opens: bool) -> int:
    """Takes in line after line until they are an attribution together; 0 when they never are."""
    joined = ""
    for index in range(start, min(start + MAX_ATTRIBUTION_LINES, len(lines))):
        part = _plain(lines[index]) if len(lines[index]) <= LINE_LIMIT else ""
        # A blank line inside a wrapped attribution happens; after a finished sentence it is a new paragraph.
        if not part and joined.endswith((".", "!", "?")):
            break
        joined = f"{joined} {part}".strip()
        if len(joined) > ATTRIBUTION_LIMIT:
            break
        if part and _is_attribution(joined, lines, index, opens=opens, count=index - start + 1):
            own = any(_begins_later(lines, start, later, index) for later in range(start + 1, index + 1))
            return 0 if own else index - start + 1
    return 0


def _begins_later(lines: Sequence[str], start: int, later: int, last: int) -> bool:
    """Whether the attribution that `start` up to `last` seem to be begins at `later`, under the customer's own words:
    "Op zich prima" above "Op 3 mei 2024 schreef Jan:".
    """
    head = _plain(lines[later])
    if not head or _is_title(lines, later, head):
        return bool(head)
    apart = not lines[later - 1].strip()
    opens = _OPENER.match(head) is not None
    joined = " ".join(_plain(line) for line in lines[later : last + 1]).strip()
    if not apart and _only_ends(lines[later], joined):
        return False
    if not _is_attribution(joined, lines, last, opens=opens, count=last - later + 1):
        return False
    above = " ".join(_plain(line) for line in lines[start:later])
    opened_above = _OPENER.match(above) is not None and _has_day(above)
    if opened_above and _YEAR_FIRST.match(joined):
        return False
    stamped_above = opened_above and (_YEAR.search(above) or _CLOCK.search(above)) is not None
    if not stamped_above:
        return True
    return _has_day(joined) and (apart or opens or bool(_YEAR.search(joined) and _CLOCK.search(joined)))


def _only_ends(line: str, joined: str) -> bool:
    """Whether lines are the end of an attribution at most: the address of the name above, or the rest of its date."""
    if line.lstrip(" \t\xa0>*_")[:1] in ("<", "(", "["):
        return True
    spoken = _verb_at_end(joined) or _VERB_MIDDLE.search(f"{joined.rstrip(_AFTER_VERB)}:")
    return not ("@" in joined or spoken or _VERB_THEN_DATE.search(joined))


def _has_day(text: str) -> bool:
    """Whether a day or a year is named, addresses aside."""
    return _DAY.search(_ADDRESS.sub(" ", text)) is not None


def own_words_before(lines: Sequence[str], index: int) -> int:
    """Where in a line the attribution begins that stands behind the customer's own words ("Prima! On 3 May … wrote:"
    above a quote); 0 when there is none.
    """
    line = lines[index]
    if len(line) > LINE_LIMIT or not line.rstrip(_AFTER_COLON + "\r").endswith(":"):
        return 0
    if not _quote_follows(lines, index + 1) or line.lstrip().startswith(">"):
        return 0
    for found in islice(_OPENER_WITHIN.finditer(line), 5):
        own, rest = line[: found.start()].rstrip(" \t-–—"), _plain(line[found.start() :])
        if not own.strip() or "@" in own or _has_day(own):
            return 0
        if (
            _has_day(rest)
            and _CLOCK.search(rest)
            and _is_opened(f"{rest.rstrip(_AFTER_VERB)}:", _verb_at_end(rest), lines, index + 1)
        ):
            return found.start()
    return 0


def is_lone_attribution(line: str) -> bool:
    """Whether a line such as "Jan wrote:" can introduce the quote under it; too weak to begin history by itself."""
    text = line.strip().casefold()
    return text.endswith(":") and len(text.split()) <= 6 and bool(_verb_at_end(text))


def _plain(line: str) -> str:
    return line.strip(_DECORATION).casefold()


def _is_title(lines: Sequence[str], index: int, head: str) -> bool:
    """Whether a line by itself says that an earlier message follows: "-----Original Message-----"."""
    bare = lines[index].strip(" \t\xa0>*").casefold().replace("’", "'")
    head = head.replace("’", "'").strip("=+~# ")
    if bare[:1] in "-_=–—" and (_BETWEEN_DASHES.match(bare) or _VERB_BETWEEN_DASHES.match(bare)):
        return True
    if _TITLE_ALONE.match(head) or (len(bare) <= 160 and bare.startswith(wording.ABOVE_ALONE) and _LINE.search(bare)):
        return True
    if bare[:1] in "#-=_–—" and len(bare) <= 120 and any(words in head for words in wording.ABOVE_THIS_LINE):
        return True
    title = _TITLE_BARE.match(head)
    if title is None:
        return False
    return bool(title["colon"]) or lines[index].lstrip().startswith("**") or _fields_or_quote_follow(lines, index + 1)


def is_forward_title(line: str) -> bool:
    """Whether a line that is a title says that what follows was forwarded."""
    text = line[:LINE_LIMIT].casefold()
    return any(word in text for word in wording.FORWARDED)


def begins_with_forwarded(quoted: str, subject: str) -> bool:
    """Whether the history of a mail is one that was forwarded, and no earlier part of the same conversation."""
    if not quoted:
        return False
    first = quoted.split("\n", 1)[0][:LINE_LIMIT]
    if is_forward_title(first) and _is_title([first, ">"], 0, _plain(first)):
        return True
    return subject.strip().casefold().startswith(wording.FORWARD_SUBJECTS)


def _fields_or_quote_follow(lines: Sequence[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 3] if line.strip()), "")
    return following.lstrip().startswith(">") or field_kind(following) is not None


def _is_attribution(joined: str, lines: Sequence[str], last: int, *, opens: bool, count: int) -> bool:
    """Whether `joined`, the plain text of `count` lines up to `last`, is an attribution."""
    ending = lines[last].rstrip(_AFTER_COLON + "\r")
    colon = ending.endswith((":", "："))
    goes_on = not colon and last + 1 < len(lines) and lines[last + 1].rstrip(_AFTER_COLON).endswith(":")
    if goes_on:
        return False
    text = f"{joined.rstrip(_AFTER_VERB)}:" if colon else joined
    if "@" not in text and _OF_THE_READER.search(text) and not _quote_follows(lines, last + 1):
        return False
    verb = _verb_at_end(joined)
    if opens and _is_opened(text, verb, lines, last + 1):
        return True
    if count > 3 or len(text) > LINE_LIMIT:
        return False
    ended = " ".join(line.strip() for line in lines[last - min(count, 2) + 1 : last + 1])
    return _is_unopened(text, verb, ended, quoted=_quote_follows(lines, last + 1))


def _verb_at_end(text: str) -> str:
    """The verb that a candidate ends with, or an empty string."""
    bare = text.rstrip(_AFTER_VERB)
    if not bare.endswith(_VERBS_LAST):
        return ""
    verb = next(word for word in _VERBS_LAST if bare.endswith(word))
    before = bare[: -len(verb)][-1:]
    # Chinese puts no space before the verb.
    return "" if before.isalnum() and verb[0] < "⺀" else verb


def _quote_follows(lines: Sequence[str], index: int) -> bool:
    return any(line.lstrip().startswith(">") for line in lines[index : index + 3])


def _is_opened(text: str, verb: str, lines: Sequence[str], following: int) -> bool:
    """Attributions that begin with "On", "Op", "Am", "Le" …; they end with the verb, or with a name and a colon."""
    colon = text.endswith(":")
    quoted = _quote_follows(lines, following)
    # The app of GMX leaves out the colon.
    ends = colon or (quoted and _CLOCK.search(text) is not None and _has_day(text))
    middle = _VERB_MIDDLE.search(text if colon else f"{text}:") if ends and not verb else None
    if not verb and not middle:
        return False
    if "@" in text and _MAIL.search(text) and (colon or verb not in _NEED_COLON):
        return True
    if not colon and (not quoted or verb in _NEED_COLON):
        return False
    own = (
        _OWN_BEFORE.search(text.rstrip(_AFTER_VERB)[-40:])
        if middle is None
        else _OWN_AFTER.match(middle["name"].strip())
    )
    if own and not quoted:
        return False
    if not quoted:
        # "Op maandag was ik bij u en uw collega schreef:" is the customer's own; programs write the whole moment.
        return _YEAR.search(text) is not None or _CLOCK.search(text) is not None or (colon and " via " in text)
    dated = _DATED.search(text) is not None or _WEEKDAY.search(text) is not None
    return dated or colon


def _is_stamped(text: str, *, quoted: bool) -> bool:
    """Whether a text with a year and a colon at its end is an attribution in whatever language."""
    if _CLOCK.search(text) is None:
        return False
    if _BY_MAIL.search(text) or _STAMPED.search(text):
        return quoted or _OWN_WORD.search(text) is None
    # "Jan de Vries, 12-5-2026 10:04:" could be the customer's own heading.
    return quoted and len(text) <= 120 and _CLOCK_AT_END.search(text) is not None


def _speaks_of_another(text: str, *, quoted: bool) -> bool:
    """Whether a text is like "Jan schreef op 3 mei 2024:", and not "Ik schreef op 3 mei 2024:"."""
    found = _VERB_THEN_DATE.search(text)
    if found is None:
        return False
    return quoted or not {*text[: found.start()].split()[-1:]} & {*wording.OWN_WORDS_BEFORE}


def _is_unopened(text: str, verb: str, ended: str, *, quoted: bool) -> bool:
    """Attributions that begin with the name or the date itself."""
    colon = text.endswith(":")
    spoken = bool(verb) and (colon or verb in ("wrote", "writes"))
    dated = colon and _YEAR.search(text) is not None
    if spoken and (("@" in text and _MAIL.search(text)) or (dated and _CLOCK.search(text))):
        return True
    if (colon and _speaks_of_another(text, quoted=quoted)) or (verb and " via " in text and _VIA.search(text)):
        return True
    if (
        _POSTED_BY.match(text)
        or _IN_PARENTHESES.search(text)
        or _ISO_STAMP.match(text)
        or (colon and _QUOTING.match(text))
    ):
        return True
    if dated and _is_stamped(text, quoted=quoted):
        return True
    bracketed = _MAIL_IN_BRACKETS_AT_END.search(ended.rstrip(" \t\xa0*_\r" + _DIRECTIONS).casefold())
    if not bracketed:
        return False
    return dated or _NUMERIC_DATE.search(text) is not None or bool(_YEAR.search(text) and _CLOCK.search(text))


def field_kind(line: str) -> str | None:
    """The kind of header field that a line copies (`from`, `sent`, `to`, `cc`, `subject`, `other`), or None."""
    head = line[:60].replace("：", ":").replace("’", "'")
    name, colon, _ = head.partition(":")
    if not colon:
        return None
    return wording.FIELD_KIND.get(name.strip(" \t\xa0\u202f*_").casefold())


def _fields_without_colons(lines: Sequence[str], start: int) -> int:
    """The length of a block of fields as eM Client writes them, with names but without colons; 0 when none."""
    if not _FROM_WITHOUT_COLON.match(lines[start].casefold()):
        return 0
    stop = start + 1
    while stop < min(start + 6, len(lines)) and _FIELD_WITHOUT_COLON.match(lines[stop][:60].casefold()):
        stop += 1
    return stop - start if stop - start >= 3 else 0


def _block_opens(lines: Sequence[str], index: int, kind: str) -> bool:
    """Whether a copied block begins with a field under a blank line."""
    if kind not in ("from", "sent") or lines[index - 1].strip():
        return False
    if kind == "from" and lines[index].count(":") > 2:
        return True  # all fields in a line
    return index + 1 < len(lines) and field_kind(lines[index + 1]) is not None


def header_block_length(lines: Sequence[str], start: int) -> int:
    """How many lines from `start` on are a copied block of header fields ("Van: … Verzonden: … Aan: …"); 0 when none.

    Wrapped recipients and single blank lines between fields belong to it. Two kinds suffice when the sender's address
    is there; otherwise it takes three, a subject, an address or a time among them, so that "Van: Utrecht / Aan: Zwolle
    / Datum: 3 mei" remains the customer's text.
    """
    kind = field_kind(lines[start])
    if kind is None:
        return _fields_without_colons(lines, start)
    if (
        kind in ("from", "sent")
        and lines[start].count(":") > 2
        and _ALL_FIELDS_IN_A_LINE.match(lines[start].casefold())
    ):
        return 1
    kinds: set[str] = set()
    last_field = start
    since_field = 0
    mailed = sender_mailed = timed = False
    for index in range(start, min(start + MAX_BLOCK_LINES, len(lines))):
        line = lines[index]
        kind = field_kind(line)
        if kind is None:
            since_field += 1
            if since_field > 4 or not _wraps(line, kinds):
                break
            continue
        if kind in kinds and kind in ("from", "subject") and since_field:
            break
        if "from" not in kinds and since_field and _block_opens(lines, index, kind):
            return 0  # above it stands a line of the customer's own that looks like a field
        kinds.add(kind)
        last_field, since_field = index, 0
        timed = timed or (
            kind == "sent" and _CLOCK.search(line[:LINE_LIMIT].translate(_WITHOUT_DIRECTIONS)) is not None
        )
        if "@" in line[:LINE_LIMIT]:
            mailed = True
            sender_mailed = sender_mailed or kind == "from"
    core = kinds & {"from", "sent", "to", "subject"}
    # "Datum: 3 maart / Aan: de balie / Onderwerp: lawaai" says of nobody that they wrote: the customer's own list.
    three = len(kinds) >= 3 and (mailed or timed or ("subject" in kinds and "from" in kinds))
    return last_field - start + 1 if len(core) >= 2 and (three or sender_mailed) else 0


def _wraps(line: str, kinds: set[str]) -> bool:
    """Whether a line without a field can be the rest of one, or a blank line between two."""
    bare = line[: LINE_LIMIT + 1].strip()
    if not bare:
        return True
    return len(line) <= LINE_LIMIT and bare[:3] not in ("---", "___", "===") and not kinds >= {"from", "subject"}
