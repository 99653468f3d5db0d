"""A draft as a form sends it: words, topics and pictures, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from klankbord.community.drafts import Warned, warn
from klankbord.community.models import Picture
from klankbord.community.pictures import LONGEST_WORDS, MOST, pictures_of_tokens, take_in, token_of
from klankbord.community.reading.lists import ListRow
from klankbord.community.refusals import NoPicture, TooLargePicture
from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.markup.markdown import render_post
from klankbord.people.models import Organisation


@dataclass(frozen=True, slots=True)
class DraftPicture:
    """A picture that was uploaded and not posted yet. `words` say what it shows."""

    picture: Picture
    words: str

    @property
    def token(self) -> str:
        """What carries it in a form."""
        return token_of(self.picture)

    @property
    def url(self) -> str:
        """Where its author sees it."""
        return reverse("community:draft-picture", args=[self.token])


@dataclass(slots=True)
class Draft:
    """What somebody is writing.

    Attributes:
        title: None where there is none to write (an answer, a comment).
        topics: Ids of those chosen; None where none can be chosen.
        errors: Pairs of a field's id and a sentence.
        warned: What is personal in it.
        similar: Questions that are about the same.
    """

    text: str = ""
    title: str | None = None
    topics: list[int] | None = None
    pictures: list[DraftPicture] = field(default_factory=list)
    official: bool = False
    reason: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    warned: list[Warned] = field(default_factory=list)
    similar: Sequence[ListRow] = ()
    looked: bool = False
    is_previewed: bool = False

    @property
    def html(self) -> Markup:
        """As it will stand there."""
        return Markup(render_post(self.text))  # noqa: S704 - the renderer lets no HTML through

    @property
    def is_forbidden(self) -> bool:
        """Whether it holds what nobody may publish."""
        return any(each.forbidden for each in self.warned)

    def error(self, name: str) -> str:
        """What is wrong with one field."""
        return next((sentence for id_, sentence in self.errors if id_ == f"id_{name}"), "")

    def payload(self) -> dict[str, Any]:
        """As a contribution wants it."""
        found: dict[str, Any] = {"text": self.text}
        if self.title is not None:
            found["title"] = self.title
        if self.topics is not None:
            found["topics"] = self.topics
        if self.pictures:
            found["pictures"] = [[each.picture.pk, each.words] for each in self.pictures]
        if self.official:
            found["official"] = True
        if self.reason:
            found["reason"] = self.reason
        return found


def read_draft(
    request: HttpRequest, organisation: Organisation, *, titled: bool, with_topics: bool, with_pictures: bool
) -> Draft:
    """What the form holds, checked; uploaded pictures are kept."""
    post = request.POST
    draft = Draft(
        text=_lines(post.get("text", "")),
        title=" ".join(_lines(post.get("title", "")).split()) if titled else None,
        topics=[int(pk) for pk in post.getlist("topics")[:20] if pk.isascii() and pk.isdigit() and len(pk) < 19]
        if with_topics
        else None,
        official=bool(post.get("official")),
        reason=" ".join(post.get("reason", "").split())[:200],
        looked=bool(post.get("looked")),
        is_previewed="preview" in post,
    )
    if with_pictures:
        _read_pictures(request, organisation, draft)
    _check(draft)
    draft.warned = warn(organisation, *([draft.title] if draft.title else []), draft.text)
    return draft


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _check(draft: Draft) -> None:
    if draft.title is not None and not draft.title:
        draft.errors.append(("id_title", _("Write your question in one sentence.")))
    if draft.title is not None and len(draft.title) > LONGEST_SUBJECT:
        draft.errors.append(("id_title", _("This is too long for one sentence. Tell more in the field below.")))
    if draft.title is None and not draft.text.strip():
        draft.errors.append(("id_text", _("Write something first.")))
    if len(draft.text) > LONGEST_TEXT:
        draft.errors.append(("id_text", _("This text is too long. Shorten it.")))


def _read_pictures(request: HttpRequest, organisation: Organisation, draft: Draft) -> None:
    tokens, words = request.POST.getlist("picture_token"), request.POST.getlist("picture_words")
    dropped = set(request.POST.getlist("picture_drop"))
    for number, token in enumerate(dict.fromkeys(tokens[:MOST])):
        if token not in dropped:
            shows = _clean(words[number]) if number < len(words) else ""
            draft.pictures += [DraftPicture(each, shows) for each in pictures_of_tokens(organisation, [token])]
    for uploaded in request.FILES.getlist("picture")[: MOST - len(draft.pictures)]:
        _take(uploaded, organisation, draft, _clean(request.POST.get("picture_new", "")))
    if any(not each.words for each in draft.pictures):
        draft.errors.append(
            ("id_picture_new", _("Say in a few words what the picture shows. Not everybody can see it."))
        )


def _take(uploaded: UploadedFile[Any], organisation: Organisation, draft: Draft, words: str) -> None:
    try:
        draft.pictures.append(DraftPicture(take_in(organisation=organisation, content=uploaded.read()), words))
    except (NoPicture, TooLargePicture) as refusal:
        draft.errors.append(("id_picture", str(refusal.sentence)))


def _clean(words: str) -> str:
    return " ".join(words.split())[:LONGEST_WORDS]
