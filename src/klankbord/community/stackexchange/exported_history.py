"""What posts said before, as a dump has it: every edition of what was changed here, and of what was said here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import batched, groupby
from uuid import NAMESPACE_URL, uuid5

from klankbord.community.models import Imported
from klankbord.community.stackexchange.exported_posts import LICENCE, is_shown
from klankbord.community.stackexchange.numbering import TOGETHER, Numbers, as_date
from klankbord.community.stackexchange.rows import Row
from klankbord.conversations.models import Message
from klankbord.participation.models import Revision
from klankbord.people.models import Organisation

FIRST_TITLE, FIRST_BODY, NEW_TITLE, NEW_BODY = "1", "2", "4", "5"
_EACH = 4
"""Numbers that one edition may take."""


def history(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[Row]:
    """What came in, as far as it can be read; then the editions that were made here, a post at a time."""
    for row in numbers.imported("PostHistory"):
        if row.message is None or is_shown(row.message):
            yield row.fields
    rows = Revision.objects.of(organisation).filter(message__conversation__question__isnull=False)
    local = rows.filter(message__reply_to__isnull=True).select_related("message__conversation", "by")
    ordered = local.order_by("message_id", "at", "pk").iterator(chunk_size=TOGETHER)
    posts = ((message_id, list(group)) for message_id, group in groupby(ordered, key=lambda each: each.message_id))
    for some in batched(posts, 50):
        came = Imported.objects.of(organisation).rows(source, "Posts")
        since = dict(came.filter(message_id__in=[pk for pk, _ in some]).values_list("message_id", "at"))
        posts_of = numbers.posts({pk for pk, _ in some})
        for message_id, revisions in some:
            if is_shown(revisions[0].message):
                at = since.get(message_id)
                made_here = [each for each in revisions if at is None or each.at >= at]
                if made_here:
                    yield from _editions(numbers, posts_of[message_id], made_here, from_here=at is None)


def _editions(numbers: Numbers, post: int, revisions: Sequence[Revision], *, from_here: bool) -> Iterator[Row]:
    message: Message = revisions[0].message
    users_of = numbers.users([message.person_id, *(each.by_id for each in revisions)])
    titles = [each.subject for each in revisions] + [message.conversation.subject if revisions[0].subject else ""]
    texts = [each.text for each in revisions] + [message.text]
    if from_here:
        first = (FIRST_TITLE, titles[0]), (FIRST_BODY, texts[0])
        user = users_of.get(message.person_id or 0)
        yield from _rows(numbers, post, revisions[0].pk * 2, as_date(message.said_at), user, "", first)
    for number, each in enumerate(revisions):
        changed = [
            (kind, now)
            for kind, before, now in (
                (NEW_TITLE, titles[number], titles[number + 1]),
                (NEW_BODY, texts[number], texts[number + 1]),
            )
            if before != now
        ]
        user = users_of.get(each.by_id)
        yield from _rows(numbers, post, each.pk * 2 + 1, as_date(each.at), user, each.reason, changed)


def _rows(
    numbers: Numbers,
    post: int,
    edition: int,
    date: str,
    user: int | None,
    why: str,
    said: Sequence[tuple[str, str]],
) -> Iterator[Row]:
    guid = str(uuid5(NAMESPACE_URL, f"klankbord:{numbers.organisation.host}:{edition}"))
    for place, (kind, text) in enumerate(said):
        if text:
            yield {
                "Id": str(numbers.beyond("PostHistory", edition * _EACH + place)),
                "PostHistoryTypeId": kind,
                "PostId": str(post),
                "RevisionGUID": guid,
                "CreationDate": date,
                **({"UserId": str(user)} if user is not None else {}),
                **({"Comment": why} if why else {}),
                "Text": text,
                "ContentLicense": LICENCE,
            }
