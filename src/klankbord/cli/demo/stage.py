"""The conversations of one house, played through the same doors and actions as real ones.

Mails are made as real MIME, stored, parsed in the sandbox and received, many together as in a busy house; staff answer
by `send_reply`, with the clock at the moment at which they did. It goes in rounds: the first thing said in every
conversation, then the second in each, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, groupby

from django.db.models import F, OuterRef, Subquery

from klankbord import clock
from klankbord.channels.arrivals import NewArrival, store_arrivals
from klankbord.channels.models import Arrival, Channel, Dispatch
from klankbord.channels.registry import adapter_for
from klankbord.cli.demo import corpus, timeline
from klankbord.cli.demo.writing import bounce_bytes, form_bytes, made_up, mail_bytes
from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.change_state import finish
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.events import MessageReceived
from klankbord.conversations.models import Conversation, Message, PrivateLink
from klankbord.conversations.reactions import ACKNOWLEDGED, acknowledge_all
from klankbord.conversations.receiving import Receiving
from klankbord.events.reacting import react_to_everything
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.people.models import Membership, Organisation, Team

MANY = 64
"""Mails that are received together."""


@dataclass(slots=True, eq=False)
class Thread:
    """One conversation of the script, as far as it has been played. `sent` is our last reply in it."""

    script: corpus.Conversation
    conversation: Conversation | None = None
    sent: Message | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is said at this moment: the so manieth message of its thread."""

    moment: datetime
    thread: Thread
    number: int

    @property
    def message(self) -> corpus.Message:
        """As it is written."""
        return self.thread.script.messages[self.number]

    @property
    def comes_in(self) -> bool:
        """Whether it comes from outside, and not from staff."""
        return self.message.kind not in (corpus.Kind.REPLY, corpus.Kind.NOTE)


def rounds(threads: Sequence[Sequence[Utterance]]) -> Iterator[list[Utterance]]:
    """The first that is said in each thread, then what is said next in each, and so on; each in the order of time."""
    for number in range(max(map(len, threads), default=0)):
        yield sorted((each[number] for each in threads if number < len(each)), key=lambda each: each.moment)


def _in_portions(mails: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    """Many at once; a report of failure by itself, as it marks an address with the moment at which it came."""
    for is_report, some in groupby(mails, key=lambda each: each.message.kind == corpus.Kind.BOUNCE):
        yield from map(list, batched(some, 1 if is_report else MANY))


class Stage:
    """One organisation of the demo, on which its conversations are played."""

    def __init__(
        self, organisation: Organisation, script: corpus.Organisation, members: Mapping[str, Membership]
    ) -> None:
        self.now = clock.now()
        self._organisation = organisation
        self._script = script
        self._members = members
        self._teams = {team.name: team for team in Team.objects.of(organisation)}
        self._mailbox = Channel.objects.create(
            organisation=organisation, kind="email", name="E-mail", address=script.email
        )
        self._form = Channel.objects.create(organisation=organisation, kind="form", name="Formulier")
        self._receiving = Receiving()

    def play(self, scripts: Sequence[corpus.Conversation], told: Callable[[int], None]) -> None:
        """Let everything be said at its moment; `told` hears how many things more were said."""
        threads = [self._utterances(Thread(script)) for script in scripts]
        for together in rounds(threads):
            for mails in _in_portions(each for each in together if each.comes_in):
                self._hear(mails)
                told(len(mails))
            for each in together:
                if not each.comes_in and each.thread.conversation is not None:
                    with clock.reading(each.moment):
                        self._speak(each, each.thread.conversation)
                    told(1)
        for each in (thread[-1] for thread in threads):
            if each.thread.conversation is not None:
                with clock.reading(min(each.moment + timedelta(minutes=2), self.now)):
                    self._end(each.thread.script, each.thread.conversation)
        react_to_everything()
        self._let_mails_be_sent()

    def _utterances(self, thread: Thread) -> list[Utterance]:
        moments = timeline.moments(thread.script, self._script, self.now)
        return [Utterance(moment, thread, number) for number, moment in enumerate(moments)]

    def _hear(self, together: Sequence[Utterance]) -> None:
        """Receive what comes in. Who began a conversation is told so, with the clock at that day."""
        raws = [self._bytes(each) for each in together]
        with clock.reading(together[-1].moment):
            store_arrivals([self._arrival(each, *raw) for each, raw in zip(together, raws, strict=True)])
            while self._receiving.perform_batch(owner="demo"):
                pass
        begun = {
            adapter_for(channel.kind).identify(raw)[0]: each
            for each, (channel, raw) in zip(together, raws, strict=True)
            if each.thread.conversation is None
        }
        opening = list(self._opening(begun)) if begun else []
        for _, day in groupby(opening, key=lambda pair: pair[0].moment.astimezone(self._script.hours.zone).date()):
            said = list(day)
            with clock.reading(said[-1][0].moment):
                acknowledge_all([event for _, event in said])
        self._date_back([event.conversation_id for _, event in opening])

    def _opening(self, begun: Mapping[str, Utterance]) -> Iterator[tuple[Utterance, MessageReceived]]:
        """Those that began a conversation, in the order of time, and what is told of each."""
        said = Message.objects.sifted(self._organisation).filter(
            channel_id__in=[self._mailbox.pk, self._form.pk], external_id__in=begun
        )
        for message in said.select_related("conversation__person", "conversation__channel").in_order():
            each, conversation = begun[message.external_id or ""], message.conversation
            conversation.organisation = self._organisation
            each.thread.conversation = conversation
            yield (
                each,
                MessageReceived(
                    organisation_id=self._organisation.pk,
                    conversation_id=conversation.pk,
                    message_id=message.pk,
                    opened=True,
                ),
            )

    def _date_back(self, conversation_ids: Sequence[int]) -> None:
        """What was acknowledged was so when the message came, not at the end of that day."""
        began = Subquery(
            Conversation.objects.of(self._organisation).filter(pk=OuterRef("conversation_id")).values("created_at")
        )
        rows = Message.objects.sifted(self._organisation).filter(conversation_id__in=conversation_ids)
        acknowledged = rows.filter(automatic=ACKNOWLEDGED)
        acknowledged.update(said_at=began)
        links = PrivateLink.objects.sifted(self._organisation).filter(conversation_id__in=conversation_ids)
        links.update(created_at=began)
        said_at = Subquery(Message.objects.of(self._organisation).filter(dispatch_id=OuterRef("pk")).values("said_at"))
        sent = list(acknowledged.values_list("dispatch_id", flat=True))
        Dispatch.objects.of(self._organisation).filter(pk__in=sent).update(created_at=said_at)

    def _bytes(self, each: Utterance) -> tuple[Channel, bytes]:
        thread, message = each.thread, each.message
        if thread.script.door == corpus.Door.FORM and each.number == 0:
            return self._form, form_bytes(thread.script, message)
        dispatch = thread.sent.dispatch if thread.sent is not None else None
        if message.kind == corpus.Kind.BOUNCE and dispatch is not None:
            return self._mailbox, bounce_bytes(dispatch, self._mailbox.address, each.moment)
        answers = (thread.sent.external_id if thread.sent is not None else None) or ""
        return self._mailbox, mail_bytes(
            thread.script, each.number, to=self._mailbox.address, moment=each.moment, answers=answers
        )

    @staticmethod
    def _arrival(each: Utterance, channel: Channel, raw: bytes) -> NewArrival:
        return NewArrival(
            channel=channel,
            source=Arrival.Source.FORM if channel.kind == "form" else Arrival.Source.SMTP,
            raw=raw,
            envelope={"spam": True} if each.thread.script.ending == corpus.Ending.SPAM else {},
            received_at=each.moment,
        )

    def _speak(self, each: Utterance, conversation: Conversation) -> None:
        """Let staff reply or write a note."""
        message = each.message
        member = self._members[message.author or ""]
        if message.kind == corpus.Kind.NOTE:
            write_note(conversation=conversation, by=member, text=message.text)
            return
        files = [
            (
                one.name,
                keep_file(organisation_id=self._organisation.pk, content=made_up(one), type=one.media_type),
            )
            for one in message.attachments
        ]
        each.thread.sent = send_reply(
            conversation=conversation, by=member, text=message.text, files=files, undo_seconds=0
        )

    def _end(self, script: corpus.Conversation, conversation: Conversation) -> None:
        assignee, team = self._members.get(script.assignee or ""), self._teams.get(script.team or "")
        by = assignee or next(iter(self._members.values()))
        if assignee is not None or team is not None:
            assign(conversation=conversation, to=assignee, by=by, team=team)
        if script.ending == corpus.Ending.DONE:
            finish(conversation=conversation, by=by)

    def _let_mails_be_sent(self) -> None:
        """What the demo's past sent was sent then, not now."""
        waiting = Dispatch.objects.of(self._organisation).filter(state=WorkState.READY)
        waiting.update(state=WorkState.DONE, finished_at=F("created_at"), attempts=1)
