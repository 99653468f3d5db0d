"""Users, tags, posts and comments, as a dump has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from klankbord.community.models import Answer, Imported, Question
from klankbord.community.stackexchange.numbering import TOGETHER, Numbers, as_date
from klankbord.community.stackexchange.posts import ANSWER, NOTHING, QUESTION, tags_of
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import number_of
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Direction, Message
from klankbord.markup.markdown import render_post
from klankbord.participation.authors import authors
from klankbord.participation.models import Revision, Tagging, Topic, Vote
from klankbord.people.models import Organisation, Person
from klankbord.reputation.models import Standing

LICENCE = "CC BY-SA 4.0"


def users(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[Row]:
    """Who was brought in, and whoever said something here since; staff under their own name."""
    for row in numbers.imported("Users"):
        yield row.fields
    known = Imported.objects.of(organisation).rows(source, "Users").values("person_id")
    said = local_messages(organisation, numbers).values("person_id")
    rows = Person.objects.of(organisation).filter(pk__in=said, merged_into__isnull=True).exclude(pk__in=known)
    for some in batched(rows.order_by("pk").iterator(chunk_size=TOGETHER), TOGETHER):
        ids = [person.pk for person in some]
        shown = authors(organisation_id=organisation.pk, person_ids=ids)
        points = dict(Standing.objects.of(organisation).filter(person_id__in=ids).values_list("person_id", "points"))
        for person in some:
            yield {
                "Id": str(numbers.beyond("Users", person.pk)),
                "Reputation": str(max(points.get(person.pk, 0), 1)),
                "CreationDate": as_date(person.created_at),
                "DisplayName": shown[person.pk].name,
                "LastAccessDate": as_date(person.created_at),
                "Views": "0",
                "UpVotes": "0",
                "DownVotes": "0",
            }


def tags(organisation: Organisation, source: str) -> Iterator[Row]:
    """The tags that came in, and topics under which a question was asked here since."""
    numbers = Numbers(organisation, source)
    known = set()
    for row in numbers.imported("Tags"):
        known.add(row.fields.get("TagName", "")[:60])
        yield row.fields
    asked = Count("taggings", filter=Q(taggings__conversation__question__isnull=False))
    for topic in Topic.objects.of(organisation).annotate(asked=asked).filter(asked__gt=0).order_by("pk"):
        if topic.name not in known:
            number = numbers.beyond("Tags", topic.pk)
            yield {"Id": str(number), "TagName": topic.name, "Count": str(topic.asked)}


def posts(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[Row]:
    """Questions and answers: those that came in as they are now, then those of here."""
    del source
    for some in numbers.batches("Posts"):
        yield from _came_in(organisation, numbers, some)
    local = local_messages(organisation, numbers).filter(reply_to__isnull=True)
    for batch in batched(local.order_by("pk").iterator(chunk_size=TOGETHER), TOGETHER):
        yield from _born_here(organisation, numbers, batch)


def comments(organisation: Organisation, source: str, numbers: Numbers) -> Iterator[Row]:
    """What is said under posts."""
    del source
    for some in numbers.batches("Comments"):
        changed = changed_since(organisation, some)
        for row in some:
            if row.message is None:
                yield row.fields
            elif is_shown(row.message):
                yield row.fields | ({"Text": row.message.text} if row.message.pk in changed else {})
    local = local_messages(organisation, numbers).filter(reply_to__isnull=False)
    for batch in batched(local.order_by("pk").iterator(chunk_size=TOGETHER), TOGETHER):
        users_of = numbers.users([each.person_id for each in batch])
        posts_of = numbers.posts({each.reply_to_id for each in batch if each.reply_to_id is not None})
        for each in batch:
            yield {
                "Id": str(numbers.beyond("Comments", each.pk)),
                "PostId": str(posts_of[each.reply_to_id or 0]),
                "Score": "0",
                "Text": each.text,
                "CreationDate": as_date(each.said_at),
                **({"UserId": str(users_of[each.person_id])} if each.person_id in users_of else {}),
                "ContentLicense": LICENCE,
            }


def local_messages(organisation: Organisation, numbers: Numbers) -> QuerySet[Message]:
    """What was said here in public, questions, answers and comments, and can be read by everybody."""
    rows = Message.objects.of(organisation).public().exclude(direction=Direction.NOTE)
    rows = rows.filter(conversation__question__isnull=False, conversation__hidden_at__isnull=True)
    rows = rows.exclude(pk__in=numbers.brought_in)
    is_post = Q(reply_to__isnull=False) | Q(answer__isnull=False) | Q(pk__in=_openings(organisation))
    return rows.filter(is_post).select_related("conversation", "person")


def _openings(organisation: Organisation) -> Any:
    return Question.objects.of(organisation).values("opening_id")


def is_shown(message: Message) -> bool:
    """Whether everybody can read it."""
    hidden = message.hidden_at or message.withdrawn_at or message.conversation.hidden_at
    return hidden is None


def changed_since(organisation: Organisation, rows: Sequence[Imported]) -> set[int]:
    """Messages among these whose words were changed here after they came in."""
    came = {row.message_id: row.at for row in rows if row.message_id is not None}
    revised = Revision.objects.of(organisation).filter(message_id__in=came).values("message_id")
    latest = revised.annotate(last=Max("at")).values_list("message_id", "last")
    return {pk for pk, last in latest if last >= came[pk]}


def _came_in(organisation: Organisation, numbers: Numbers, rows: Sequence[Imported]) -> Iterator[Row]:
    ids = [row.message_id for row in rows if row.message_id is not None]
    questions = {each.opening_id: each for each in Question.objects.of(organisation).filter(opening_id__in=ids)}
    since = _Since(organisation, numbers, ids, [each.pk for each in questions.values()])
    changed = changed_since(organisation, rows)
    for row in rows:
        message = row.message
        if message is None:
            yield row.fields
            continue
        if not is_shown(message):
            continue
        fields = dict(row.fields)
        if message.pk in changed:
            fields["Body"] = render_post(message.text)
            fields["LastEditDate"] = as_date(message.edited_at or message.said_at)
        if since.votes.get(message.pk):
            fields["Score"] = str(number_of(row.fields, "Score") + since.votes[message.pk])
        if since.comments.get(message.pk):
            fields["CommentCount"] = str(number_of(row.fields, "CommentCount") + since.comments[message.pk])
        question = questions.get(message.pk)
        yield _question_now(fields, row, question, since) if question is not None else fields


def _question_now(fields: Row, row: Imported, question: Question, since: _Since) -> Row:
    """A question that came in, with what was done to it here."""
    assert row.message is not None
    title = " ".join(fields.get("Title", "").split())[:LONGEST_SUBJECT]
    subject = row.message.conversation.subject
    if subject != (title or NOTHING):
        fields["Title"] = subject
    names = since.topics.get(question.pk, [])
    if set(names) != {name[:60] for name in tags_of(fields)}:
        fields["Tags"] = "".join(f"<{name}>" for name in names)
    if since.answers.get(question.pk):
        fields["AnswerCount"] = str(number_of(fields, "AnswerCount") + since.answers[question.pk])
    accepted = since.accepted.get(question.pk, [])
    if number_of(fields, "AcceptedAnswerId") not in accepted:
        fields.pop("AcceptedAnswerId", None)
        if accepted:
            fields["AcceptedAnswerId"] = str(accepted[0])
    for name, moment in (("ClosedDate", question.closed_at), ("CommunityOwnedDate", question.wiki_at)):
        if moment is None:
            fields.pop(name, None)
        else:
            fields.setdefault(name, as_date(moment))
    if question.active_at > row.at:
        fields["LastActivityDate"] = as_date(question.active_at)
    return fields


class _Since:
    """What was added here to posts that came in: votes, answers, comments; and their topics and accepted answers."""

    def __init__(
        self, organisation: Organisation, numbers: Numbers, ids: Sequence[int], question_ids: Sequence[int]
    ) -> None:
        cast = Vote.objects.of(organisation).on(ids).values("message_id")
        self.votes = dict(cast.annotate(number=Count("pk")).values_list("message_id", "number"))
        local = local_messages(organisation, numbers)
        said = local.filter(reply_to_id__in=ids).values("reply_to_id").order_by("reply_to_id")
        self.comments = dict(said.annotate(number=Count("pk")).values_list("reply_to_id", "number"))
        given = local.filter(answer__question_id__in=question_ids).values("conversation_id").order_by("conversation_id")
        self.answers = dict(given.annotate(number=Count("pk")).values_list("conversation_id", "number"))
        self.topics = topics_of(organisation, question_ids)
        self.accepted = accepted_of(organisation, numbers, question_ids)


def topics_of(organisation: Organisation, question_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of their topics."""
    found: dict[int, list[str]] = {}
    rows = Tagging.objects.of(organisation).filter(conversation_id__in=question_ids).order_by("pk")
    for pk, name in rows.values_list("conversation_id", "topic__name"):
        found.setdefault(pk, []).append(name)
    return found


def accepted_of(organisation: Organisation, numbers: Numbers, question_ids: Sequence[int]) -> dict[int, list[int]]:
    """The numbers of their accepted answers, earliest first."""
    rows = Answer.objects.of(organisation).shown().filter(question_id__in=question_ids, accepted_at__isnull=False)
    pairs = list(rows.order_by("accepted_at", "pk").values_list("question_id", "pk"))
    posts_of = numbers.posts({pk for _question, pk in pairs})
    found: dict[int, list[int]] = {}
    for question_id, pk in pairs:
        found.setdefault(question_id, []).append(posts_of[pk])
    return found


def _born_here(organisation: Organisation, numbers: Numbers, batch: Sequence[Message]) -> Iterator[Row]:
    """Questions and answers that were said here."""
    ids = [each.pk for each in batch]
    questions = {each.opening_id: each for each in Question.objects.of(organisation).filter(opening_id__in=ids)}
    answers = Answer.objects.of(organisation).select_related("question").in_bulk(ids)
    since = _Since(organisation, numbers, ids, [each.pk for each in questions.values()])
    users_of = numbers.users([each.person_id for each in batch])
    posts_of = numbers.posts({*ids, *(each.question.opening_id for each in answers.values())})
    for each in batch:
        question = questions.get(each.pk)
        fields: Row = {
            "Id": str(posts_of[each.pk]),
            "PostTypeId": QUESTION if question is not None else ANSWER,
            "CreationDate": as_date(each.said_at),
            "Score": str(since.votes.get(each.pk, 0)),
            "Body": render_post(each.text),
            "LastActivityDate": as_date(each.edited_at or each.said_at),
            "CommentCount": str(since.comments.get(each.pk, 0)),
            "ContentLicense": LICENCE,
        }
        if each.person_id in users_of:
            fields["OwnerUserId"] = str(users_of[each.person_id])
        if each.edited_at is not None:
            fields["LastEditDate"] = as_date(each.edited_at)
        if question is None:
            fields["ParentId"] = str(posts_of[answers[each.pk].question.opening_id])
        else:
            fields |= _asked_here(each, question, since)
        yield fields


def _asked_here(message: Message, question: Question, since: _Since) -> Row:
    accepted = since.accepted.get(question.pk, [])
    moments = {
        "ClosedDate": question.closed_at,
        "LockedDate": question.locked_at,
        "CommunityOwnedDate": question.wiki_at,
    }
    return {
        "Title": message.conversation.subject,
        "Tags": "".join(f"<{name}>" for name in since.topics.get(question.pk, [])),
        "ViewCount": "0",
        "AnswerCount": str(since.answers.get(question.pk, 0)),
        "LastActivityDate": as_date(question.active_at),
        **({"AcceptedAnswerId": str(accepted[0])} if accepted else {}),
        **{name: as_date(moment) for name, moment in moments.items() if moment is not None},
    }
