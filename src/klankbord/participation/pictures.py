"""Pictures in public texts: kept when they are uploaded, hung at the message when that is posted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, dumps, loads
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klankbord.conversations.actions.speak_publicly import Picture as NamedFile
from klankbord.conversations.models import Attachment, Message
from klankbord.conversations.refusals import Refused
from klankbord.files.actions import forget_file
from klankbord.files.pictures import LARGEST, NotAPicture, keep_picture
from klankbord.limits import Limit, allow_from
from klankbord.participation.contract import Payload
from klankbord.participation.models import Picture
from klankbord.participation.saying import number
from klankbord.people.models import Organisation
from klankbord.people.requests import membership_of, organisation_of

FROM_ONE_ADDRESS = Limit("pictures-address", 60, timedelta(hours=1))
FROM_ONE_NETWORK = Limit("pictures-network", 300, timedelta(hours=1))
"""Drawing a large picture anew takes seconds, also for who never posts it."""
MOST = 4
"""In one message."""
LONGEST_WORDS = 200
_SALT = "klankbord.participation.picture"
_A_DAY = 24 * 3600

type Shown = tuple[Picture, str]
"""A picture, and what it shows in words."""


class NoPicture(Refused):
    """What was uploaded is no picture that can be shown."""

    sentence = gettext_lazy("This file is no picture that we can show. Use a JPEG, PNG, WebP or GIF.")


class TooLargePicture(Refused):
    """More bytes than a picture here has."""

    sentence = gettext_lazy("This picture is too large. Use one of at most 12 MB.")


class TooManyPictures(Refused):
    """More pictures from one sender than people send."""

    sentence = gettext_lazy("Many pictures came from your network. Try again in an hour.")


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as a page shows it. `words` say what it shows."""

    url: str
    words: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DraftPicture:
    """A picture that was uploaded and not posted yet."""

    picture: Picture
    words: str

    @property
    def token(self) -> str:
        """What carries it in a form."""
        return token_of(self.picture)

    @property
    def url(self) -> str:
        """Where its author sees it."""
        return reverse("participation:draft-picture", args=[self.token])


def check_pace(request: HttpRequest) -> None:
    """Count one more picture from where this request comes from.

    Raises:
        TooManyPictures: it is not to be looked at now.
    """
    if membership_of(request) is not None:
        return
    remote, house = request.META.get("REMOTE_ADDR", ""), organisation_of(request).pk
    if not allow_from(remote, FROM_ONE_ADDRESS, FROM_ONE_NETWORK, house):
        raise TooManyPictures


def take_in(*, organisation: Organisation, content: bytes) -> Picture:
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
    return Picture.objects.create(organisation=organisation, file=kept.file, width=kept.width, height=kept.height)


def token_of(picture: Picture) -> str:
    """Proof for a form that this very picture was uploaded with it."""
    return dumps(picture.pk, salt=_SALT)


def picture_of(organisation: Organisation, token: str) -> Picture | None:
    """The picture that a form carries; None for a token that we did not make, or of one that is posted or gone."""
    try:
        pk = int(loads(token, salt=_SALT, max_age=_A_DAY))
    except (BadSignature, ValueError, TypeError):
        return None
    return next(iter(waiting(organisation, [pk])), None)


def waiting(organisation: Organisation, ids: Sequence[int]) -> list[Picture]:
    """Those of these that hang nowhere yet, in the order of the ids."""
    rows = Picture.objects.of(organisation).waiting().filter(pk__in=ids).select_related("file")
    found = {each.pk: each for each in rows}
    return [found[pk] for pk in ids if pk in found]


def pictures_in(organisation: Organisation, payload: Payload) -> list[Shown]:
    """The pictures of a contribution, `pictures` ([id, words]) in its payload, that hang nowhere yet."""
    named = {number(pk): str(words) for pk, words in payload.get("pictures", ())}
    return [(picture, named[picture.pk]) for picture in waiting(organisation, list(named))]


def as_files(pictures: Sequence[Shown]) -> list[NamedFile]:
    """As `speak_publicly` wants them: what each shows, in words, and its content."""
    return [(words.strip()[:LONGEST_WORDS], picture.file) for picture, words in pictures[:MOST]]


def hang(pictures: Sequence[Shown], message: Message) -> None:
    """Note at which attachments of `message`, which was said with these pictures, they hang."""
    if not pictures:
        return
    attached = Attachment.objects.of(message.organisation_id).filter(message=message).order_by("pk")
    for (picture, _words), attachment in zip(pictures[:MOST], attached, strict=False):
        Picture.objects.of(message.organisation_id).filter(pk=picture.pk).update(attachment=attachment)


def pictures_at(organisation_id: int, message_ids: Collection[int]) -> dict[int, list[ShownPicture]]:
    """By message, in the order in which they were added."""
    rows = Picture.objects.of(organisation_id).filter(attachment__message_id__in=message_ids).order_by("attachment_id")
    found: dict[int, list[ShownPicture]] = {}
    columns = ("attachment__message_id", "pk", "attachment__name", "width", "height")
    for message_id, pk, words, width, height in rows.values_list(*columns):
        shown = ShownPicture(reverse("participation:picture", args=[pk]), words, width, height)
        found.setdefault(message_id, []).append(shown)
    return found


def read_pictures(
    request: HttpRequest, organisation: Organisation, *, most: int = MOST
) -> tuple[list[DraftPicture], list[tuple[str, str]]]:
    """What a form holds of pictures, at most so many: those that were uploaded before and are still wanted, and new
    ones, which are kept; and what is wrong with them, as pairs of a field's id and a sentence.
    """
    pictures, errors = _kept_before(request, organisation)[:most], []
    for uploaded in request.FILES.getlist("picture")[: most - len(pictures)]:
        try:
            check_pace(request)
            picture = take_in(organisation=organisation, content=uploaded.read())
        except (NoPicture, TooLargePicture, TooManyPictures) as refusal:
            errors.append(("id_picture", str(refusal.sentence)))
        else:
            pictures.append(DraftPicture(picture, _clean(request.POST.get("picture_new", ""))))
    if any(not each.words for each in pictures):
        errors.append(("id_picture_new", _("Say in a few words what the picture shows. Not everybody can see it.")))
    return pictures, errors


def _kept_before(request: HttpRequest, organisation: Organisation) -> list[DraftPicture]:
    tokens, words = request.POST.getlist("picture_token"), request.POST.getlist("picture_words")
    dropped = set(request.POST.getlist("picture_drop"))
    found = []
    for place, token in enumerate(dict.fromkeys(tokens[:MOST])):
        picture = picture_of(organisation, token) if token not in dropped else None
        if picture is not None:
            found.append(DraftPicture(picture, _clean(words[place]) if place < len(words) else ""))
    return found


def _clean(words: str) -> str:
    return " ".join(words.split())[:LONGEST_WORDS]


def forget_unposted_pictures() -> None:
    """The job: forget pictures whose message was never posted."""
    everywhere = Picture.objects.across_organisations("the job sweeps for all").forgotten()
    for picture in everywhere.select_related("file")[:500]:
        with transaction.atomic():
            picture.delete()
            forget_file(picture.file)
