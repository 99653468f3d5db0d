"""Posts become questions and answers, comments what is said under them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from klankbord import clock
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.counting import add_accepted
from klankbord.community.models import Answer, Imported, Question
from klankbord.community.stackexchange.people import placeholder
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import Source, moment_of, number_of
from klankbord.community.stackexchange.ways_home import with_host
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Message
from klankbord.markup.from_html import TooComplicated, markdown_from_html
from klankbord.markup.plain import text_from_html
from klankbord.participation.models import Topic
from klankbord.people.models import Person

QUESTION, ANSWER, TAG_EXCERPT, TAG_WIKI = "1", "2", "4", "5"
NOTHING = "…"
"""What stands in the place of a text that is empty."""
_TAGS = re.compile(r"<([^<>]+)>")


def bring_in_questions(source: Source) -> None:
    """Questions first: an answer may have a lower number than what it answers (questions that were merged there)."""
    topics = dict(Topic.objects.of(source.organisation).values_list("name", "pk"))

    def bring_in(batch: list[Row]) -> None:
        people = Authors(source, batch, "OwnerUserId", "OwnerDisplayName")
        kept: list[tuple[Row, dict[str, int | None]]] = []
        for row in batch:
            question = ask(
                person=people.of(row),
                title=(" ".join(row.get("Title", "").split()) or NOTHING)[:LONGEST_SUBJECT],
                text=with_host(text_of(row.get("Body", "")), source.site),
                topics=_topics(source, topics, tags_of(row)),
                said_at=moment_of(row, "CreationDate") or clock.now(),
                quiet=True,
            )
            Question.objects.of(source.organisation).filter(pk=question.pk).update(
                closed_at=moment_of(row, "ClosedDate"),
                locked_at=moment_of(row, "LockedDate"),
                wiki_at=moment_of(row, "CommunityOwnedDate"),
            )
            _note_edit(question.opening, row)
            kept.append((row, {"message_id": question.opening_id}))
        source.keep("Posts", kept)

    source.each("Posts", bring_in, only=lambda row: row.get("PostTypeId") == QUESTION)


def bring_in_answers(source: Source) -> None:
    """Answers under their questions; other posts (what a tag is about) are kept as they are."""

    def bring_in(batch: list[Row]) -> None:
        answers = [row for row in batch if row.get("PostTypeId") == ANSWER]
        parents = _questions(source, (number_of(row, "ParentId") for row in answers))
        accepted = _accepted(source, parents)
        people = Authors(source, answers, "OwnerUserId", "OwnerDisplayName")
        kept: list[tuple[Row, dict[str, int | None]]] = []
        for row in batch:
            question = parents.get(number_of(row, "ParentId"))
            if row.get("PostTypeId") != ANSWER or question is None:
                source.aside += row.get("PostTypeId") == ANSWER
                kept.append((row, {}))
                continue
            made = answer(
                question=question,
                person=people.of(row),
                text=with_host(text_of(row.get("Body", "")), source.site) or NOTHING,
                said_at=after(question, moment_of(row, "CreationDate")),
                quiet=True,
            )
            if (wiki_at := moment_of(row, "CommunityOwnedDate")) is not None:
                Answer.objects.of(source.organisation).filter(pk=made.pk).update(wiki_at=wiki_at)
            _note_edit(made.message, row)
            if accepted.get(number_of(row, "ParentId")) == row["Id"]:
                Answer.objects.of(source.organisation).filter(pk=made.pk).update(accepted_at=made.message.said_at)
                add_accepted(question)
            kept.append((row, {"message_id": made.pk}))
        source.keep("Posts", kept)
        _describe_topics(source, batch)

    source.each("Posts", bring_in, only=lambda row: row.get("PostTypeId") != QUESTION)


def bring_in_comments(source: Source) -> None:
    """Comments under the post that they are about."""

    def bring_in(batch: list[Row]) -> None:
        became = source.messages(number_of(row, "PostId") for row in batch)
        rows = Message.objects.of(source.organisation).select_related("conversation__question")
        posts = rows.in_bulk(set(became.values()))
        people = Authors(source, batch, "UserId", "UserDisplayName")
        kept: list[tuple[Row, dict[str, int | None]]] = []
        for row in batch:
            post = posts.get(became.get(number_of(row, "PostId"), 0))
            if post is None:
                source.aside += 1
                kept.append((row, {}))
                continue
            said = comment(
                message=post,
                person=people.of(row),
                text=with_host(row.get("Text", "").replace("\x00", "").strip(), source.site)[:LONGEST_TEXT] or NOTHING,
                said_at=after(post.conversation.question, moment_of(row, "CreationDate")),
                quiet=True,
            )
            kept.append((row, {"message_id": said.pk}))
        source.keep("Comments", kept)

    source.each("Comments", bring_in)


def bring_in_topics(source: Source) -> None:
    """Tags become topics; one that is called the same here is the same."""

    def bring_in(batch: list[Row]) -> None:
        for row in batch:
            _topic_called(source, row.get("TagName", ""))
        source.keep("Tags", ((row, {}) for row in batch))

    source.each("Tags", bring_in)


def text_of(body: str) -> str:
    """A post's HTML as Markdown; as plain text when it is too intricate for that."""
    try:
        return markdown_from_html(body)[:LONGEST_TEXT]
    except TooComplicated:
        return text_from_html(body).replace("\x00", "")[:LONGEST_TEXT]


def tags_of(row: Row) -> list[str]:
    """The names of its tags, as `<a><b>` or, in newer dumps, `|a|b|`."""
    text = row.get("Tags", "")
    return [name for name in text.split("|") if name] if text.startswith("|") else _TAGS.findall(text)


def after(question: Question, moment: datetime | None) -> datetime:
    """When it was said; never before the question, which is what its thread begins with."""
    return max(moment or question.asked_at, question.asked_at + timedelta(microseconds=1))


class Authors:
    """Who wrote the rows of one batch. Who is no user any more is somebody of that name."""

    def __init__(self, source: Source, rows: Sequence[Row], id_field: str, name_field: str) -> None:
        self._source = source
        self._id, self._name = id_field, name_field
        became = source.persons(number_of(row, id_field) for row in rows if row.get(id_field))
        persons = Person.objects.of(source.organisation).select_related("organisation").in_bulk(set(became.values()))
        self._persons = {number: persons[pk] for number, pk in became.items() if pk in persons}
        self._named: dict[str, Person] = {}

    def of(self, row: Row) -> Person:
        """The author of this row."""
        known = self._persons.get(number_of(row, self._id)) if row.get(self._id) else None
        if known is not None:
            return known
        name = row.get(self._name, "")
        if name not in self._named:
            self._named[name] = placeholder(self._source, name, row)
            self._named[name].save()
        return self._named[name]


def _questions(source: Source, numbers: Iterable[int]) -> dict[int, Question]:
    became = source.messages(numbers)
    rows = Question.objects.of(source.organisation).filter(opening_id__in=became.values())
    by_opening = {each.opening_id: each for each in rows.select_related("conversation__organisation")}
    return {number: by_opening[pk] for number, pk in became.items() if pk in by_opening}


def _accepted(source: Source, numbers: Iterable[int]) -> dict[int, str]:
    """The number of the answer that each of these questions names as accepted."""
    rows = Imported.objects.of(source.organisation).rows(source.name, "Posts").filter(number__in=list(numbers))
    return {number: str(fields.get("AcceptedAnswerId", "")) for number, fields in rows.values_list("number", "fields")}


def _note_edit(message: Message, row: Row) -> None:
    edited = moment_of(row, "LastEditDate")
    if edited is not None and edited > message.said_at:
        Message.objects.of(message.organisation_id).filter(pk=message.pk).update(edited_at=edited)


def _topics(source: Source, known: dict[str, int], names: Sequence[str]) -> list[Topic]:
    for name in names:
        if name not in known:
            known[name] = _topic_called(source, name).pk
    found = Topic.objects.of(source.organisation).in_bulk([known[name] for name in names])
    return list(found.values())


def _topic_called(source: Source, name: str) -> Topic:
    rows = Topic.objects.of(source.organisation)
    known: Topic | None = rows.filter(name=name[:60]).first()
    if known is not None:
        return known
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:50] or "topic"
    taken = rows.filter(slug__startswith=slug).values_list("slug", flat=True)
    free = next(each for each in (slug, *(f"{slug}-{number}" for number in range(2, 10_000))) if each not in set(taken))
    made: Topic = Topic.objects.create(organisation=source.organisation, name=name[:60], slug=free)
    return made


def _describe_topics(source: Source, batch: Sequence[Row]) -> None:
    """What a tag is for, in one line, if the topic has no line yet."""
    excerpts = {row["Id"]: row for row in batch if row.get("PostTypeId") == TAG_EXCERPT and row.get("Id")}
    if not excerpts:
        return
    tags = Imported.objects.of(source.organisation).rows(source.name, "Tags").values_list("fields", flat=True)
    for fields in tags.iterator(chunk_size=1000):
        row = excerpts.get(fields.get("ExcerptPostId", ""))
        if row is not None:
            line = " ".join(row.get("Body", "").split())[:200]
            topics = Topic.objects.of(source.organisation).filter(name=fields["TagName"][:60], description="")
            topics.update(description=line)
