"""How anybody takes part in the community, with an account or without: see `participation.contract.Contribution`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.community.actions.accept import accept, accept_no_longer
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.claim import claim
from klankbord.community.actions.edit import edit, may_edit, withdraw
from klankbord.community.actions.vote import find_no_longer_useful, find_useful, was_helped_too, was_not_helped_too
from klankbord.community.drafts import is_forbidden
from klankbord.community.models import Account, Answer, Picture, Question
from klankbord.community.pictures import unposted
from klankbord.community.refusals import NotYoursToChange, TakesNoAnswers, TooPersonal
from klankbord.community.screening import settle
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Message
from klankbord.conversations.refusals import NothingWritten, Refused, TooLong
from klankbord.participation.actions import follow, unfollow
from klankbord.participation.contract import CannotTakePart, Payload
from klankbord.participation.models import Topic
from klankbord.participation.paths import thread_path
from klankbord.people.models import Membership, Organisation, Person


def _in_words[**P, R](act: Callable[P, R]) -> Callable[P, R]:
    """Turn what an action refuses into what a page can say."""

    @wraps(act)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except Refused as refusal:
            raise CannotTakePart(str(refusal.sentence)) from refusal

    return told


def _short(words: object) -> str:
    text = " ".join(str(words or "").split())
    return text if len(text) <= 120 else text[:119] + "…"


def _check_words(organisation: Organisation, *, text: str, title: str | None = None) -> None:
    if (title is not None and not title.strip()) or (title is None and not text.strip()):
        raise NothingWritten
    if len(title or "") > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise TooLong
    if is_forbidden(organisation, [title or "", text]):
        raise TooPersonal


def _gone() -> CannotTakePart:
    return CannotTakePart(_("This is no longer there."))


def public_question(organisation: Organisation, pk: object) -> Question:
    """The question that everybody may read.

    Raises:
        CannotTakePart: there is none.
    """
    rows = Question.objects.of(organisation).select_related("conversation", "opening")
    found = rows.filter(pk=_number(pk), conversation__hidden_at__isnull=True).first()
    if found is None or found.conversation.in_circle:
        raise _gone()
    return found


def public_answer(organisation: Organisation, pk: object) -> Answer:
    """The answer that everybody may read.

    Raises:
        CannotTakePart: there is none.
    """
    rows = Answer.objects.of(organisation).shown().select_related("message", "question__conversation")
    found: Answer | None = rows.filter(pk=_number(pk), question__conversation__hidden_at__isnull=True).first()
    if found is None:
        raise _gone()
    return found


def public_message(organisation: Organisation, pk: object) -> Message:
    """Something said in a question's thread that everybody may read.

    Raises:
        CannotTakePart: there is none.
    """
    rows = Message.objects.of(organisation).public().select_related("conversation", "reply_to")
    found: Message | None = rows.filter(pk=_number(pk), conversation__question__isnull=False).first()
    if found is None or found.conversation.hidden_at is not None:
        raise _gone()
    return found


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _pictures(organisation: Organisation, payload: Payload) -> list[tuple[Picture, str]]:
    """The uploaded pictures with what each shows."""
    named = {_number(pk): str(words) for pk, words in payload.get("pictures", ())}
    return [(picture, named[picture.pk]) for picture in unposted(organisation, list(named))]


class AskQuestion:
    """Ask in public: `title`, `text`, `topics` (ids), `pictures` ([id, words])."""

    kind = "question"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is a question, and nothing in it that nobody may publish."""
        _check_words(organisation, text=str(payload["text"]), title=str(payload["title"]))

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Ask it; what the screening holds is only seen by moderators."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        title, text = str(payload["title"]), str(payload["text"])
        pictures = _pictures(organisation, payload)
        screened = settle(
            person=person,
            membership=membership,
            text=text,
            subject=title,
            kind=self.kind,
            pictures=len(pictures),
        )
        chosen = [_number(pk) for pk in payload.get("topics", ())]
        question = ask(
            person=person,
            title=title,
            text=text,
            topics=list(Topic.objects.of(organisation).filter(pk__in=chosen)),
            pictures=pictures,
            membership=membership,
            held=screened.held,
        )
        return screened.after(question.opening, thread_path(question.conversation))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your question: %(title)s") % {"title": _short(payload["title"])}


class GiveAnswer:
    """Answer `question`: `text`, `pictures`, for staff `official`."""

    kind = "answer"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question that takes answers, and something to say."""
        if not public_question(organisation, payload["question"]).takes_answers:
            raise TakesNoAnswers
        _check_words(organisation, text=str(payload["text"]))

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Give it."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        question, text = public_question(organisation, payload["question"]), str(payload["text"])
        pictures = _pictures(organisation, payload)
        screened = settle(person=person, membership=membership, text=text, kind=self.kind, pictures=len(pictures))
        made = answer(
            question=question,
            person=person,
            text=text,
            pictures=pictures,
            membership=membership,
            official=bool(payload.get("official")),
            held=screened.held,
        )
        return screened.after(made.message, thread_path(question.root.conversation, made.message))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your answer: %(text)s") % {"text": _short(payload["text"])}


class Comment:
    """Say something under `message`: `text`."""

    kind = "comment"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message, and something to say."""
        public_message(organisation, payload["message"])
        _check_words(organisation, text=str(payload["text"]))

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Say it."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        under, text = public_message(organisation, payload["message"]), str(payload["text"])
        screened = settle(person=person, membership=membership, text=text, kind=self.kind)
        said = comment(message=under, person=person, text=text, membership=membership, held=screened.held)
        question = Question.objects.of(organisation).get(pk=said.conversation_id)
        return screened.after(said, thread_path(question.root.conversation, said))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your reaction: %(text)s") % {"text": _short(payload["text"])}


class AnswerVote:
    """Find `answer` useful, or no longer (`stop`)."""

    kind = "answer-vote"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an answer."""
        public_answer(organisation, payload["answer"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Vote, once."""
        chosen = public_answer(person.organisation, payload["answer"])
        if payload.get("stop"):
            find_no_longer_useful(answer=chosen, person=person)
        else:
            find_useful(answer=chosen, person=person, place=str(payload.get("place", "")))
        return thread_path(chosen.question.root.conversation, chosen.message)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You found an answer useful.")


class QuestionMeToo:
    """`question` helped this person too, or did not after all (`stop`)."""

    kind = "question-me-too"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question."""
        public_question(organisation, payload["question"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Vote, once."""
        question = public_question(person.organisation, payload["question"])
        if payload.get("stop"):
            was_not_helped_too(question=question, person=person)
        else:
            was_helped_too(question=question, person=person, place=str(payload.get("place", "")))
        return thread_path(question.root.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("A question helped you too.")


class QuestionFollow:
    """Hear what happens to `question`, or no longer (`stop`)."""

    kind = "question-follow"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question."""
        public_question(organisation, payload["question"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Follow, or stop."""
        question = public_question(person.organisation, payload["question"])
        act = unfollow if payload.get("stop") else follow
        act(person=person, conversation=question.conversation)
        return thread_path(question.root.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You want to hear when somebody answers.")


class AcceptAnswer:
    """The asker: `answer` helped, or did not after all (`stop`)."""

    kind = "answer-accept"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an answer."""
        public_answer(organisation, payload["answer"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Accept it, if it was theirs to."""
        chosen = public_answer(person.organisation, payload["answer"])
        act = accept_no_longer if payload.get("stop") else accept
        act(answer=chosen, by=person)
        return thread_path(chosen.question.root.conversation, chosen.message)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("An answer to your question helped.")


class EditMessage:
    """Change what `message` says: `text`, for a question also `title` and `topics`, `reason`."""

    kind = "message-edit"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message, and something to say."""
        public_message(organisation, payload["message"])
        title = payload.get("title")
        _check_words(organisation, text=str(payload["text"]), title=None if title is None else str(title))

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Change it; what stood there stays to be seen."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        message = public_message(organisation, payload["message"])
        if not may_edit(message=message, person=person, membership=membership):
            raise NotYoursToChange
        title, text = payload.get("title"), str(payload["text"])
        screened = settle(person=person, membership=membership, text=text, subject=str(title or ""), kind=self.kind)
        topics: list[Topic] | None = None
        if payload.get("topics") is not None:
            topics = list(Topic.objects.of(organisation).filter(pk__in=[_number(pk) for pk in payload["topics"]]))
        edit(
            message=message,
            by=person,
            membership=membership,
            text=text,
            title=None if title is None else str(title),
            topics=topics,
            reason=str(payload.get("reason", "")),
        )
        question = Question.objects.of(organisation).get(pk=message.conversation_id)
        place = message if message.pk != question.opening_id else None
        return screened.after(message, thread_path(question.root.conversation, place))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You changed your text: %(text)s") % {"text": _short(payload.get("title") or payload["text"])}


class WithdrawMessage:
    """The author takes `message` back."""

    kind = "message-withdraw"

    @_in_words
    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message."""
        public_message(organisation, payload["message"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Take it back."""
        message = public_message(person.organisation, payload["message"])
        withdraw(message=message, by=person)
        return thread_path(message.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You take back something that you wrote.")


class ClaimAccount:
    """Somebody says that `account`, brought in from elsewhere, is theirs."""

    kind = "account-claim"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an account."""
        _account(organisation, payload["account"])

    @_in_words
    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Note it; the page with the code."""
        made = claim(account=_account(person.organisation, payload["account"]), person=person)
        return reverse("community:claimed", args=[made.pk])

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You say that an account from before is yours.")


def _account(organisation: Organisation, pk: object) -> Account:
    found = Account.objects.of(organisation).select_related("person").filter(pk=_number(pk)).first()
    if found is None:
        raise _gone()
    return found


CONTRIBUTIONS: tuple[Any, ...] = (
    AskQuestion(),
    GiveAnswer(),
    Comment(),
    AnswerVote(),
    QuestionMeToo(),
    QuestionFollow(),
    AcceptAnswer(),
    EditMessage(),
    WithdrawMessage(),
    ClaimAccount(),
)
"""All of them, for `wiring/`."""
