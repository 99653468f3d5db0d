"""Pictures in questions and answers: kept when they are uploaded, hung at the message when that is posted."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.signing import BadSignature, dumps, loads
from django.db import transaction

from klankbord.community.models import Picture
from klankbord.community.refusals import NoPicture, TooLargePicture
from klankbord.conversations.actions.speak_publicly import Picture as NamedFile
from klankbord.conversations.models import Attachment, Message
from klankbord.files.actions import forget_file
from klankbord.files.pictures import LARGEST, NotAPicture, keep_picture
from klankbord.people.models import Organisation

MOST = 4
"""In one message."""
LONGEST_WORDS = 200
_SALT = "klankbord.community.picture"


def take_in(*, organisation: Organisation, content: bytes) -> Picture:
    """Keep an uploaded picture until its message is posted.

    Raises:
        NoPicture, TooLargePicture.
    """
    if len(content) > LARGEST:
        raise TooLargePicture
    try:
        kept = keep_picture(organisation_id=organisation.pk, content=content)
    except NotAPicture:
        raise NoPicture from None
    return Picture.objects.create(organisation=organisation, file=kept.file, width=kept.width, height=kept.height)


def token_of(picture: Picture) -> str:
    """Proof for a form that this very picture was uploaded with it."""
    return dumps(picture.pk, salt=_SALT)


def pictures_of_tokens(organisation: Organisation, tokens: Sequence[str]) -> list[Picture]:
    """The pictures that a form carries, in its order; what we did not sign, or is posted or gone, is left out."""
    wanted = []
    for token in tokens[:MOST]:
        try:
            wanted.append(int(loads(token, salt=_SALT, max_age=24 * 3600)))
        except (BadSignature, ValueError, TypeError):
            continue
    return unposted(organisation, wanted)


def unposted(organisation: Organisation, ids: Sequence[int]) -> list[Picture]:
    """Those of these that hang nowhere yet, in the order of the ids."""
    rows = Picture.objects.of(organisation).filter(pk__in=ids, attachment__isnull=True).select_related("file")
    found = {each.pk: each for each in rows}
    return [found[pk] for pk in ids if pk in found]


def shown_as(pictures: Sequence[tuple[Picture, str]]) -> list[NamedFile]:
    """As `speak_publicly` wants them: what each shows, in words, and its content."""
    return [(words.strip()[:LONGEST_WORDS], picture.file) for picture, words in pictures[:MOST]]


def hang(pictures: Sequence[tuple[Picture, str]], message: Message) -> None:
    """Note at which attachments of `message` these pictures hang."""
    if not pictures:
        return
    attached = Attachment.objects.of(message.organisation_id).filter(message=message).order_by("pk")
    for (picture, _words), attachment in zip(pictures[:MOST], attached, strict=False):
        Picture.objects.of(message.organisation_id).filter(pk=picture.pk).update(attachment=attachment)


def forget_unposted_pictures() -> None:
    """The job: forget pictures whose message was never posted."""
    everywhere = Picture.objects.across_organisations("the job sweeps for all").forgotten()
    for picture in everywhere.select_related("file")[:500]:
        with transaction.atomic():
            picture.delete()
            rows = Picture.objects.of(picture.organisation_id).filter(file=picture.file)
            used = Attachment.objects.of(picture.organisation_id).filter(file=picture.file)
            if not rows.exists() and not used.exists():
                forget_file(picture.file)
