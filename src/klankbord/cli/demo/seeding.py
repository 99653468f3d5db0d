"""Bringing the demo's texts to life: every utterance goes through the same doors and actions as a real one.

Mails are made as real MIME, parsed in the sandbox and received; staff answer by `send_reply`; the clock stands at the
moment at which each thing was said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.db import transaction

from klankbord import clock
from klankbord.channels.contract import CannotParse, InboundMessage
from klankbord.channels.models import Arrival, Channel, Dispatch
from klankbord.channels.registry import adapter_for
from klankbord.cli.demo import corpus, timeline
from klankbord.cli.demo.public import PublicStage
from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.change_state import finish
from klankbord.conversations.actions.receive_message import receive_message
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.actions.write_note import write_note
from klankbord.conversations.models import Conversation, Message
from klankbord.events.reacting import react_to_everything
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.people.models import (
    Address,
    AddressKind,
    ClosedDay,
    CustomerWord,
    Membership,
    OpeningSpan,
    Organisation,
    Person,
    Role,
    Team,
    User,
    normalise_address,
)

PASSWORD = "welkom-in-de-demo"  # noqa: S105 - printed by the demo, for invented people only
_WORDS = {"lid": CustomerWord.MEMBER, "bezoeker": CustomerWord.VISITOR, "inwoner": CustomerWord.RESIDENT}


def seed(found: corpus.Corpus, *, progress: Callable[[int, int], None] = lambda _done, _all: None) -> None:
    """Fill an empty installation with `found`, in one transaction: all of it or, when interrupted, nothing."""
    total = sum(len(house.conversations) for house in found.houses)
    done = 0
    with transaction.atomic():
        for house in found.houses:
            stage = Stage(house)
            for conversation in house.conversations:
                stage.play(conversation)
                done += 1
                progress(done, total)
            if house.public is not None:
                PublicStage(stage.organisation, stage.members, stage.now).play(house.public)


class Stage:
    """One organisation of the demo, on which its conversations are played."""

    def __init__(self, house: corpus.House) -> None:
        self.now = clock.now()
        self.script = house.organisation
        self.organisation = _organisation(house.organisation, self.now)
        self.members = _staff(house.organisation, self.organisation)
        self.mailbox = Channel.objects.create(
            organisation=self.organisation, kind="email", name="E-mail", address=house.organisation.email
        )
        self.form = Channel.objects.create(organisation=self.organisation, kind="form", name="Formulier")
        self.teams = {team.name: team for team in Team.objects.of(self.organisation)}
        for person in house.people:
            _person(person, self.organisation)
        self._sent: Message | None = None

    def play(self, script: corpus.Conversation) -> None:
        """Let everything in `script` be said at its moment."""
        conversation: Conversation | None = None
        self._sent = None
        moment = self.now
        spoken_at = timeline.moments(script, self.script, self.now)
        for number, (utterance, moment) in enumerate(zip(script.messages, spoken_at, strict=True)):
            with clock.reading(moment):
                conversation = self._say(script, utterance, conversation, moment, number)
        if conversation is not None:
            self._end(script, conversation, moment)

    def _say(
        self,
        script: corpus.Conversation,
        utterance: corpus.Message,
        conversation: Conversation | None,
        moment: datetime,
        number: int,
    ) -> Conversation | None:
        if utterance.kind in (corpus.Kind.REPLY, corpus.Kind.NOTE) and conversation is not None:
            member = self.members[utterance.author or ""]
            if utterance.kind == corpus.Kind.NOTE:
                write_note(conversation=conversation, by=member, text=utterance.text)
            else:
                files = [
                    (
                        each.name,
                        keep_file(organisation_id=self.organisation.pk, content=_made_up(each), type=each.media_type),
                    )
                    for each in utterance.attachments
                ]
                self._sent = send_reply(
                    conversation=conversation, by=member, text=utterance.text, files=files, undo_seconds=0
                )
                _mark_sent(self.organisation, moment)
            conversation.refresh_from_db()
            return conversation
        if script.door == corpus.Door.FORM and number == 0:
            channel, raw = self.form, self._form_bytes(script, utterance)
        else:
            channel, raw = self.mailbox, self._mail_bytes(script, utterance, moment, number)
        heard = self._hear(channel, raw, moment, spam=script.ending == corpus.Ending.SPAM)
        react_to_everything()
        _mark_sent(self.organisation, moment)
        if conversation is not None:
            conversation.refresh_from_db()
        return conversation or heard

    def _hear(self, channel: Channel, raw: bytes, moment: datetime, *, spam: bool) -> Conversation | None:
        adapter = adapter_for(channel.kind)
        external_id, digest = adapter.identify(raw)
        arrival = Arrival.objects.create(
            organisation=self.organisation,
            channel=channel,
            source=Arrival.Source.FORM if channel.kind == "form" else Arrival.Source.SMTP,
            external_id=external_id,
            digest=digest,
            raw=raw,
            size=len(raw),
            received_at=moment,
        )
        try:
            inbound: InboundMessage = adapter.parse(raw)
        except CannotParse as problem:
            arrival.fail(str(problem), final=True)
            return None
        arrival.finish()
        attachments = [
            (each, keep_file(organisation_id=self.organisation.pk, content=each.content, type=each.type))
            for each in inbound.attachments
        ]
        received = receive_message(
            arrival=arrival, inbound=inbound, organisation=self.organisation, attachments=attachments, spam=spam
        )
        return received.message.conversation if received.message else None

    def _form_bytes(self, script: corpus.Conversation, utterance: corpus.Message) -> bytes:
        fields = {
            "id": f"demo-{hashlib.sha256(script.key.encode()).hexdigest()[:24]}",
            "name": script.person.name,
            "address": utterance.address or script.person.addresses[0],
            "subject": script.subject,
            "text": utterance.text,
            "kind": script.form_kind.value if script.form_kind else "question",
        }
        return json.dumps(fields).encode()

    def _mail_bytes(
        self, script: corpus.Conversation, utterance: corpus.Message, moment: datetime, number: int
    ) -> bytes:
        if utterance.kind == corpus.Kind.BOUNCE and self._sent is not None and self._sent.dispatch is not None:
            return _bounce(self._sent.dispatch, self.mailbox.address, moment)
        mail = EmailMessage()
        mail["From"] = formataddr((script.person.name, utterance.address or script.person.addresses[0]))
        mail["To"] = self.mailbox.address
        subject = " ".join(script.subject.split())
        mail["Subject"] = f"Re: {subject}" if number else subject
        mail["Date"] = format_datetime(moment)
        mail["Message-ID"] = f"<{hashlib.sha256(f'{script.key}/{number}'.encode()).hexdigest()[:24]}@demo.example>"
        if self._sent is not None and self._sent.external_id:
            mail["In-Reply-To"] = f"<{self._sent.external_id}>"
        if utterance.kind == corpus.Kind.AUTOMATIC:
            mail["Auto-Submitted"] = "auto-replied"
        if utterance.html:
            mail.set_content(utterance.text, subtype="html")
        else:
            mail.set_content(utterance.text)
        for attachment in utterance.attachments:
            main, _, sub = attachment.media_type.partition("/")
            content = _made_up(attachment)
            mail.add_attachment(content, maintype=main, subtype=sub, filename=attachment.name)
        return mail.as_bytes()

    def _end(self, script: corpus.Conversation, conversation: Conversation, moment: datetime) -> None:
        assignee = self.members.get(script.assignee or "")
        team = self.teams.get(script.team or "")
        with clock.reading(min(moment + timedelta(minutes=2), self.now)):
            if assignee is not None or team is not None:
                by = assignee or next(iter(self.members.values()))
                assign(conversation=conversation, to=assignee, by=by, team=team)
            if script.ending == corpus.Ending.DONE:
                finish(conversation=conversation, by=assignee or next(iter(self.members.values())))
        react_to_everything()


def _organisation(script: corpus.Organisation, now: datetime) -> Organisation:
    organisation = Organisation.objects.create(
        name=script.name,
        host=f"{script.slug.replace('-', '')}.localhost",
        phone=script.phone,
        email=script.email,
        visiting_address="\n".join(script.address_lines),
        introduction=script.about,
        promise_minutes=script.promise_minutes,
        customer_word=_WORDS.get(script.customer_word, CustomerWord.CUSTOMER),
        is_formal=script.form_of_address == "u",
        time_zone=str(script.hours.zone),
    )
    OpeningSpan.objects.bulk_create(
        OpeningSpan(organisation=organisation, weekday=day, opens=span[0], closes=span[1])
        for day, span in enumerate(script.hours.week)
        if span is not None
    )
    years = (now.year - 1, now.year, now.year + 1)
    ClosedDay.objects.bulk_create(
        ClosedDay(organisation=organisation, day=day.falls_on(year), reason=day.name)
        for day in script.hours.closed
        for year in years
    )
    return organisation


def _staff(script: corpus.Organisation, organisation: Organisation) -> dict[str, Membership]:
    teams = {name: Team.objects.create(organisation=organisation, name=name) for name in script.teams}
    members = {}
    for staff in script.staff:
        user = User.objects.create_user(staff.email, PASSWORD, name=staff.name, face=staff.face)
        member = Membership.objects.create(
            organisation=organisation, user=user, role=Role(staff.role.value), title=staff.function, is_public=True
        )
        for name in staff.teams:
            teams[name].members.add(member)
        members[staff.key] = member
    return members


def _person(script: corpus.Person, organisation: Organisation) -> None:
    person = Person.objects.create(
        organisation=organisation, name=script.name, language=script.language, preference=script.about[:120]
    )
    known = [(AddressKind.EMAIL, address) for address in script.addresses]
    if script.phone:
        known.append((AddressKind.PHONE, script.phone))
    for kind, address in known:
        value = normalise_address(kind, address)
        if not Address.objects.of(organisation).filter(kind=kind, value=value).exists():
            Address.objects.create(organisation=organisation, person=person, kind=kind, value=value, shown=address)


def _mark_sent(organisation: Organisation, moment: datetime) -> None:
    """What the demo's past sent was sent at that moment, not now."""
    waiting = Dispatch.objects.of(organisation).filter(state=WorkState.READY)
    waiting.update(state=WorkState.DONE, finished_at=moment, attempts=1)


def _made_up(attachment: corpus.Attachment) -> bytes:
    if attachment.media_type == "application/pdf":
        return b"%PDF-1.4\n%" + b"demo " * 20 + b"\n%%EOF\n"
    if attachment.media_type == "image/png":
        return bytes.fromhex(
            "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
            "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
        )
    return f"Demo: {attachment.name}\n".encode() * 8


def _bounce(dispatch: Dispatch, mailbox: str, moment: datetime) -> bytes:
    return (
        f"From: MAILER-DAEMON@mail.example\r\nTo: {mailbox}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Date: {format_datetime(moment)}\r\nMessage-ID: <bounce-{dispatch.pk}@mail.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered: mailbox full.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {dispatch.recipient}\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{dispatch.message_id}>\r\n\r\n--b--\r\n"
    ).encode()
