"""How anybody takes part in the community, with an account or without: see `participation.contract.Contribution`."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from klankbord.community.actions.accept import accept, accept_no_longer
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.claim import claim
from klankbord.community.actions.edit import edit, may_edit, retag, withdraw
from klankbord.community.actions.vote import find_no_longer_useful, find_useful, was_helped_too, was_not_helped_too
from klankbord.community.models import Account, Answer, Question
from klankbord.community.refusals import TakesNoAnswers
from klankbord.conversations.models import Message
from klankbord.moderation.actions.hold import Before
from klankbord.participation.actions import follow, unfollow
from klankbord.participation.contract import NoLongerThere, NotYoursToChange, Payload
from klankbord.participation.held import settle
from klankbord.participation.models import Topic
from klankbord.participation.paths import thread_path
from klankbord.participation.pictures import pictures_in
from klankbord.participation.saying import check_words, number, shortened, topics_in
from klankbord.people.models import Membership, Organisation, Person


def public_question(organisation: Organisation, pk: object) -> Question:
    """The question that everybody may read.

    Raises:
        NoLongerThere: there is none.
    """
    rows = Question.objects.of(organisation).select_related("conversation", "opening")
    found = rows.filter(pk=number(pk), conversation__hidden_at__isnull=True).first()
    if found is None or found.conversation.in_circle:
        raise NoLongerThere
    return found


def public_answer(organisation: Organisation, pk: object) -> Answer:
    """The answer that everybody may read.

    Raises:
        NoLongerThere: there is none.
    """
    rows = Answer.objects.of(organisation).shown().select_related("message", "question__conversation")
    found: Answer | None = rows.filter(pk=number(pk), question__conversation__hidden_at__isnull=True).first()
    if found is None:
        raise NoLongerThere
    return found


def public_message(organisation: Organisation, pk: object) -> Message:
    """Something said in a question's thread that everybody may read.

    Raises:
        NoLongerThere: there is none.
    """
    rows = Message.objects.of(organisation).public().select_related("conversation", "reply_to")
    found: Message | None = rows.filter(pk=number(pk), conversation__question__isnull=False).first()
    if found is None or found.conversation.hidden_at is not None:
        raise NoLongerThere
    return found


class AskQuestion:
    """Ask in public: `title`, `text`, `topics` (ids), `pictures` ([id, words])."""

    kind = "question"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is a question, and nothing in it that nobody may publish."""
        check_words(organisation, text=str(payload["text"]), title=str(payload["title"]))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Ask it; what the screening holds is only seen by moderators."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        title, text = str(payload["title"]), str(payload["text"])
        pictures = pictures_in(organisation, payload)
        screened = settle(
            person=person,
            membership=membership,
            text=text,
            subject=title,
            pictures=len(pictures),
        )
        question = ask(
            person=person,
            title=title,
            text=text,
            topics=topics_in(organisation, payload.get("topics", ())),
            pictures=pictures,
            membership=membership,
            held=screened.held,
        )
        return screened.after(question.opening, thread_path(question.conversation))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your question: %(title)s") % {"title": shortened(payload["title"])}


class GiveAnswer:
    """Answer `question`: `text`, `pictures`, for staff `official`."""

    kind = "answer"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question that takes answers, and something to say."""
        if not public_question(organisation, payload["question"]).takes_answers:
            raise TakesNoAnswers
        check_words(organisation, text=str(payload["text"]))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Give it."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        question, text = public_question(organisation, payload["question"]), str(payload["text"])
        pictures = pictures_in(organisation, payload)
        screened = settle(person=person, membership=membership, text=text, pictures=len(pictures))
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
        return _("Your answer: %(text)s") % {"text": shortened(payload["text"])}


class Comment:
    """Say something under `message`: `text`."""

    kind = "comment"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message, and something to say."""
        public_message(organisation, payload["message"])
        check_words(organisation, text=str(payload["text"]))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Say it."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        under, text = public_message(organisation, payload["message"]), str(payload["text"])
        screened = settle(person=person, membership=membership, text=text)
        said = comment(message=under, person=person, text=text, membership=membership, held=screened.held)
        question = Question.objects.of(organisation).get(pk=said.conversation_id)
        return screened.after(said, thread_path(question.root.conversation, said))

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("Your reaction: %(text)s") % {"text": shortened(payload["text"])}


class AnswerVote:
    """Find `answer` useful, or no longer (`stop`)."""

    kind = "answer-vote"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an answer."""
        public_answer(organisation, payload["answer"])

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
    """`question` helped this person too, or did not after all (`stop`); before it was `answered`, they ask it too."""

    kind = "question-me-too"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question."""
        public_question(organisation, payload["question"])

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
        return _("A question helped you too.") if payload.get("answered", True) else _("You want to know this too.")


class QuestionFollow:
    """Hear what happens to `question`, or no longer (`stop`)."""

    kind = "question-follow"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question."""
        public_question(organisation, payload["question"])

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

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such an answer."""
        public_answer(organisation, payload["answer"])

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Accept it, if it was theirs to."""
        chosen = public_answer(person.organisation, payload["answer"])
        if payload.get("stop"):
            accept_no_longer(answer=chosen, by=person)
        else:
            accept(answer=chosen, by=person, place=str(payload.get("place", "")))
        return thread_path(chosen.question.root.conversation, chosen.message)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("An answer to your question helped.")


class EditMessage:
    """Change what `message` says: `text`, for a question also `title` and `topics`, `reason`."""

    kind = "message-edit"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message, and something to say."""
        public_message(organisation, payload["message"])
        title = payload.get("title")
        check_words(organisation, text=str(payload["text"]), title=None if title is None else str(title))

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Change it; what stood there stays to be seen."""
        organisation = person.organisation
        self.check(organisation=organisation, payload=payload)
        message = public_message(organisation, payload["message"])
        if not may_edit(message=message, person=person, membership=membership):
            raise NotYoursToChange
        title, text = payload.get("title"), str(payload["text"])
        screened = settle(person=person, membership=membership, text=text, subject=str(title or ""))
        topics: list[Topic] | None = None
        if payload.get("topics") is not None:
            topics = topics_in(organisation, payload["topics"])
        before = Before(message.text, message.conversation.subject if title is not None else "", message.edited_at)
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
        return screened.after(message, thread_path(question.root.conversation, place), before=before)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You changed your text: %(text)s") % {"text": shortened(payload.get("title") or payload["text"])}


class RetagQuestion:
    """Say what `question` is about: `topics` (ids)."""

    kind = "question-retag"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a question."""
        public_question(organisation, payload["question"])

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Change its topics."""
        question = public_question(person.organisation, payload["question"])
        chosen = topics_in(person.organisation, payload["topics"])
        retag(question=question, by=person, membership=membership, topics=chosen)
        return thread_path(question.root.conversation)

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You say what a question is about.")


class WithdrawMessage:
    """The author takes `message` back."""

    kind = "message-withdraw"

    def check(self, *, organisation: Organisation, payload: Payload) -> None:
        """There is such a message."""
        public_message(organisation, payload["message"])

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

    def perform(self, *, person: Person, membership: Membership | None, payload: Payload) -> str:
        """Note it; the page with the code."""
        made = claim(account=_account(person.organisation, payload["account"]), person=person)
        return reverse("community:claimed", args=[made.pk])

    def words(self, payload: Payload) -> str:
        """What the mail says."""
        return _("You say that an account from before is yours.")


def _account(organisation: Organisation, pk: object) -> Account:
    found = Account.objects.of(organisation).select_related("person").filter(pk=number(pk)).first()
    if found is None:
        raise NoLongerThere
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
    RetagQuestion(),
    WithdrawMessage(),
    ClaimAccount(),
)
"""All of them, for `wiring/`."""
