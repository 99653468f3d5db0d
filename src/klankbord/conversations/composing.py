"""The mail that carries a reply or an acknowledgement: who from, where an answer goes, how it looks."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from klankbord.channels.contract import OutboundAttachment, OutboundMessage, Party
from klankbord.channels.models import Channel
from klankbord.conversations.codes import spoken
from klankbord.conversations.models import Conversation, Direction, Message
from klankbord.conversations.signing import new_message_id, reply_address
from klankbord.design.faces import face_png
from klankbord.markup.markdown import render_markdown
from klankbord.people.models import Address, AddressKind, Membership, Organisation, Person

FACE_SIZE = 96
"""Pixels; shown at half that size."""


def mail_channel(conversation: Conversation) -> Channel | None:
    """The mailbox through which this conversation goes on: its own, else the organisation's first."""
    if conversation.channel.kind == "email" and conversation.channel.is_active:
        return conversation.channel
    return Channel.objects.of(conversation.organisation_id).active().filter(kind="email").order_by("pk").first()


def reply_recipient(conversation: Conversation) -> Address | None:
    """Where an answer goes: the mail address the person wrote from last in this thread, else any that they have."""
    last = (
        Message.objects.of(conversation.organisation_id)
        .filter(conversation=conversation, direction=Direction.INBOUND, person__isnull=False)
        .order_by("-said_at", "-id")
        .values_list("person_id", flat=True)
        .first()
    )
    person_id = last or conversation.person_id
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
    known = _said_before(conversation) if said_before is None else said_before
    thread = [each for each in known if "@" in each and "#" not in each]
    sender = Party(f"{by.user.name} · {organisation.name}" if by else organisation.name, channel.address)
    context = {
        "organisation": organisation,
        "by": by,
        "subject": reply_subject(conversation),
        "preview": text[:120],
        "text_html": mark_safe(render_markdown(text)),  # noqa: S308 - our own rendering, which lets no HTML through
        # An acknowledgement says the code in its own words.
        "spoken_code": spoken(conversation.code) if conversation.code and not automatic else "",
        "link": link,
    }
    face = [OutboundAttachment("face.png", "image/png", face_png(by.user.face, FACE_SIZE), "face")] if by else []
    return OutboundMessage(
        message_id=new_message_id(organisation.pk, conversation.pk, channel.address),
        sender=sender,
        to=(Party(recipient.person.name, recipient.shown),),
        subject=reply_subject(conversation),
        text="\n".join(_plain_lines(text, organisation, by, None if automatic else conversation.code, link)),
        html=render_to_string("conversations/mail.html", context),
        reply_to=reply_address(organisation.pk, conversation.pk, channel.address),
        in_reply_to=thread[-1] if thread else None,
        references=thread,
        attachments=(*face, *attachments),
        automatic=automatic,
        language=organisation.speaks(conversation.person.language).partition("-")[0],
    )


def _said_before(conversation: Conversation) -> list[str]:
    """The external ids of the last few messages of the thread, oldest first."""
    last = (
        Message.objects.of(conversation.organisation_id)
        .filter(conversation=conversation, external_id__isnull=False)
        .exclude(direction=Direction.NOTE)
        .order_by("-said_at", "-id")
    )
    return [each or "" for each in reversed(last.values_list("external_id", flat=True)[:10])]


def _plain_lines(
    text: str, organisation: Organisation, by: Membership | None, code: str | None, link: str
) -> list[str]:
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
