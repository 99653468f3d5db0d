"""Pictures with ideas and reactions: kept when they are uploaded, hung at the message when that is posted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, dumps, loads
from django.db import transaction
from django.urls import reverse

from klankbord.conversations.actions.speak_publicly import Picture
from klankbord.conversations.models import Attachment, Message
from klankbord.files.actions import forget_file
from klankbord.files.pictures import LARGEST, NotAPicture, keep_picture
from klankbord.ideas.models import IdeaPicture
from klankbord.ideas.refusals import NoPicture, TooLargePicture
from klankbord.people.models import Organisation

MOST = 4
"""With one message."""
LONGEST_WORDS = 200
_SALT = "klankbord.ideas.picture"

type Shown = tuple[IdeaPicture, str]
"""A picture, and what it shows in words."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as a page shows it."""

    url: str
    words: str
    width: int
    height: int


def take_in(*, organisation: Organisation, content: bytes) -> IdeaPicture:
    """Keep an uploaded picture until its message is posted.

    Raises:
        NoPicture, TooLargePicture: it cannot be shown.
    """
    if len(content) > LARGEST:
        raise TooLargePicture
    try:
        kept = keep_picture(organisation_id=organisation.pk, content=content)
    except NotAPicture:
        raise NoPicture from None
    return IdeaPicture.objects.create(organisation=organisation, file=kept.file, width=kept.width, height=kept.height)


def token_of(picture: IdeaPicture) -> str:
    """Proof for a form that this very picture was uploaded with it."""
    return dumps(picture.pk, salt=_SALT)


def picture_of(organisation: Organisation, token: str) -> IdeaPicture | None:
    """The picture that a form carries; None for a token that we did not make, or of one that is posted or gone."""
    try:
        pk = int(loads(token, salt=_SALT, max_age=24 * 3600))
    except (BadSignature, ValueError, TypeError):
        return None
    return waiting(organisation, [pk]).get(pk)


def waiting(organisation: Organisation, ids: Collection[int]) -> dict[int, IdeaPicture]:
    """Those of these that hang nowhere yet."""
    rows = IdeaPicture.objects.of(organisation).waiting().filter(pk__in=ids).select_related("file")
    return {each.pk: each for each in rows}


def as_files(pictures: Sequence[Shown]) -> list[Picture]:
    """As `speak_publicly` wants them."""
    return [(words.strip()[:LONGEST_WORDS] or "foto", picture.file) for picture, words in pictures[:MOST]]


def hang(pictures: Sequence[Shown], message: Message) -> None:
    """Note at which attachments of `message` these pictures hang."""
    attached = Attachment.objects.of(message.organisation_id).filter(message=message).order_by("pk")
    for (picture, _words), attachment in zip(pictures[:MOST], attached, strict=False):
        IdeaPicture.objects.of(message.organisation_id).filter(pk=picture.pk).update(attachment=attachment)


def pictures_at(organisation_id: int, message_ids: Collection[int]) -> dict[int, list[ShownPicture]]:
    """By message, in the order in which they were added."""
    rows = IdeaPicture.objects.of(organisation_id).filter(attachment__message_id__in=message_ids)
    found: dict[int, list[ShownPicture]] = {}
    columns = ("attachment__message_id", "pk", "attachment__name", "width", "height")
    for message_id, pk, words, width, height in rows.order_by("attachment_id").values_list(*columns):
        shown = ShownPicture(reverse("ideas:picture", args=[pk]), words, width, height)
        found.setdefault(message_id, []).append(shown)
    return found


def forget_unposted_pictures() -> None:
    """The job: forget pictures whose message was never posted."""
    everywhere = IdeaPicture.objects.across_organisations("the job sweeps for all").forgotten()
    for picture in everywhere.select_related("file")[:500]:
        with transaction.atomic():
            picture.delete()
            house = picture.organisation_id
            others = IdeaPicture.objects.of(house).filter(file=picture.file)
            if not others.exists() and not Attachment.objects.of(house).filter(file=picture.file).exists():
                forget_file(picture.file)
