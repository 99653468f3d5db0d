"""The mail that carries a reply or an acknowledgement: who from, where an answer goes, how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from klankbord.channels.contract import OutboundAttachment, OutboundMessage, Party
from klankbord.channels.models import Channel
from klankbord.conversations.codes import spoken
from klankbord.conversations.models import NEEDS_NO_ANSWER, Conversation, Direction, Message
from klankbord.conversations.signing import new_message_id, reply_address
from klankbord.design.faces import face_png
from klankbord.design.writing import plain_paragraphs
from klankbord.markup.markdown import render_markdown
from klankbord.people.models import Address, AddressKind, Membership, Organisation, Person

FACE_SIZE = 96
"""Pixels; shown at half that size."""
REFERENCES = 10
"""Messages of a long thread that an answer names, besides its first."""
PREVIEW = 120
"""Characters of the text that mail programs may show beside the subject."""


def mail_channel(conversation: Conversation) -> Channel | None:
    """The mailbox through which this conversation goes on: its own, else the organisation's first."""
    if conversation.channel.kind == "email" and conversation.channel.is_active:
        return conversation.channel
    return Channel.objects.of(conversation.organisation_id).active().filter(kind="email").order_by("pk").first()


def reply_recipient(conversation: Conversation) -> Address | None:
    """Where an answer goes: the mail address the person wrote from last in this thread, else any that they have.

    A machine that answered in between, such as somebody's ticket system, is not whom we talk to. Who asked for an
    answer elsewhere gets it there.
    """
    last = (
        Message.objects.of(conversation.organisation_id)
        .filter(conversation=conversation, direction=Direction.INBOUND, person__isnull=False, automatic="")
        .order_by("-said_at", "-id")
        .select_related("answer_to__person")
        .only("person_id", "answer_to")
        .first()
    )
    if last is not None and last.answer_to is not None and last.answer_to.bounced_at is None:
        return last.answer_to
    person_id = (last.person_id if last else None) or conversation.person_id
    everyone = Person.objects.of(conversation.organisation_id).same_as(conversation.person)
    addresses = Address.objects.of(conversation.organisation_id).filter(kind=AddressKind.EMAIL)
    own = addresses.filter(person_id=person_id).order_by(F("bounced_at").asc(nulls_first=True), "pk").first()
    return own or addresses.filter(person_id__in=everyone).order_by(F("bounced_at").asc(nulls_first=True), "pk").first()


def private_url(organisation: Organisation, token: str) -> str:
    """The address at which a private link's token opens its conversation."""
    return f"{settings.PUBLIC_SCHEME}://{organisation.host}{settings.PUBLIC_PORT}/g/{token}/"


def reply_subject(conversation: Conversation) -> str:
    """`Re: ...`, once."""
    subject = conversation.subject.strip() or _("Your message")
    return subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()


@dataclass(frozen=True, slots=True)
class Written:
    """What a mail says: its subject, its text and the same as HTML."""

    subject: str
    text: str
    html: str


def compose(
    *,
    conversation: Conversation,
    channel: Channel,
    recipient: Address,
    text: str,
    by: Membership | None,
    organisation: Organisation,
    automatic: bool = False,
    link: str = "",
    attachments: Sequence[OutboundAttachment] = (),
    said_before: Sequence[str] | None = None,
) -> OutboundMessage:
    """The mail with a text and an HTML part, in which the staff member is recognisable by name and face.

    Without `by` it comes from the organisation itself and says so. `link` is the customer's private link, if any.
    `said_before` are the external ids of what this answers, oldest first, when the caller knows them.
    """
    # An acknowledgement says the code in its own words.
    code = conversation.code if conversation.code and not automatic else ""
    subject = reply_subject(conversation)
    written = write(
        subject=subject, text=text, preview=text[:PREVIEW], organisation=organisation, by=by, code=code, link=link
    )
    return addressed(
        written,
        conversation=conversation,
        channel=channel,
        recipient=recipient,
        by=by,
        organisation=organisation,
        automatic=automatic,
        attachments=attachments,
        said_before=_said_before(conversation) if said_before is None else said_before,
    )


def write(
    *,
    subject: str,
    text: str,
    preview: str,
    organisation: Organisation,
    by: Membership | None = None,
    code: str = "",
    link: str = "",
) -> Written:
    """Put `text` into the organisation's frame, in the active language.

    What a member of staff wrote (`by`) goes out as it was typed and as the thread shows it; what we print ourselves is
    Markdown.
    """
    said = plain_paragraphs(text) if by is not None else mark_safe(render_markdown(text))  # noqa: S308 - lets no HTML through
    context = {
        "organisation": organisation,
        "by": by,
        "subject": subject,
        "preview": preview,
        "text_html": said,
        "spoken_code": spoken(code) if code else "",
        "link": link,
    }
    return Written(
        subject=subject,
        text="\n".join(_plain_lines(text, organisation, by, code, link)),
        html=render_to_string("conversations/mail.html", context),
    )


def addressed(
    written: Written,
    *,
    conversation: Conversation,
    channel: Channel,
    recipient: Address,
    by: Membership | None,
    organisation: Organisation,
    said_before: Sequence[str],
    automatic: bool = False,
    attachments: Sequence[OutboundAttachment] = (),
) -> OutboundMessage:
    """Say from whom it comes, to whom it goes, what it answers and where an answer to it is to go."""
    thread = [each for each in said_before if "@" in each and "#" not in each]
    face = [OutboundAttachment("face.png", "image/png", face_png(by.user.face, FACE_SIZE), "face")] if by else []
    return OutboundMessage(
        message_id=new_message_id(organisation.pk, conversation.pk, channel.address),
        sender=Party(f"{by.user.name} · {organisation.name}" if by else organisation.name, channel.address),
        to=(Party(recipient.person.name, recipient.shown),),
        subject=written.subject,
        text=written.text,
        html=written.html,
        reply_to=reply_address(organisation.pk, conversation.pk, channel.address),
        in_reply_to=thread[-1] if thread else None,
        references=thread,
        attachments=(*face, *attachments),
        automatic=automatic,
        language=organisation.speaks(conversation.person.language).partition("-")[0],
    )


def _said_before(conversation: Conversation) -> list[str]:
    """The external ids of the first and the last few messages of the thread, oldest first; but for what the customer
    never saw. Mail programs know a thread by its first (RFC 5322, 3.6.4).
    """
    said = (
        Message.objects.of(conversation.organisation_id)
        .filter(conversation=conversation, external_id__isnull=False)
        .exclude(direction=Direction.NOTE)
        .exclude(direction=Direction.INBOUND, automatic__in=NEEDS_NO_ANSWER)
        .values_list("external_id", flat=True)
    )
    last = list(reversed(said.order_by("-said_at", "-id")[:REFERENCES]))
    first = said.order_by("said_at", "id")[:1] if len(last) == REFERENCES else ()
    return [each or "" for each in dict.fromkeys([*first, *last])]


def _plain_lines(text: str, organisation: Organisation, by: Membership | None, code: str, link: str) -> list[str]:
    """The text part: what was written, and below the signature mark who it is from and how to go on."""
    lines = [text.strip(), "", "-- "]
    if by is not None:
        lines.append(by.user.name)
    lines.append(organisation.name)
    if organisation.phone:
        lines.append(f"{_('Would you rather call?')} {organisation.phone}")
    if code:
        lines.append(_("Your reference: %(code)s") % {"code": spoken(code)})
    if link:
        lines.append(f"{_('See or continue this conversation on our website')}: {link}")
    return lines
