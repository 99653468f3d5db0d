"""An idea or a reaction as a form sends it, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from klankbord.conversations.actions.send_reply import LONGEST_TEXT
from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.ideas.models import Idea, IdeaPicture
from klankbord.ideas.pictures import LONGEST_WORDS, MOST, picture_of, take_in, token_of
from klankbord.ideas.refusals import NoPicture, TooLargePicture
from klankbord.ideas.suggesting import found_in, is_forbidden
from klankbord.people.models import Organisation


@dataclass(frozen=True, slots=True)
class DraftPicture:
    """A picture that was uploaded and not posted yet. `words` say what it shows."""

    picture: IdeaPicture
    words: str

    @property
    def token(self) -> str:
        """What carries it in a form."""
        return token_of(self.picture)


@dataclass(slots=True)
class Draft:
    """What somebody is writing.

    Attributes:
        title: None for a reaction.
        topics: Ids of those chosen.
        errors: Pairs of a field's id and a sentence.
        personal: What in it is personal, as it stands there.
        forbidden: Whether some of that never stands in public.
        similar: Ideas that are about the same.
        looked: Whether they saw what was found, and want to go on.
    """

    text: str = ""
    title: str | None = None
    topics: list[int] = field(default_factory=list)
    pictures: list[DraftPicture] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    forbidden: bool = False
    similar: Sequence[Idea] = ()
    looked: bool = False

    def error(self, name: str) -> str:
        """What is wrong with one field."""
        return next((sentence for id_, sentence in self.errors if id_ == f"id_{name}"), "")

    @property
    def may_go_on(self) -> bool:
        """Whether it can be posted now: nothing is wrong, and what was found was looked at."""
        if self.errors or self.forbidden:
            return False
        return self.looked or not (self.similar or self.personal)

    def payload(self) -> dict[str, Any]:
        """As a contribution wants it."""
        found: dict[str, Any] = {"text": self.text}
        if self.title is not None:
            found["title"] = self.title
        if self.topics:
            found["topics"] = self.topics
        if self.pictures:
            found["pictures"] = [[each.picture.pk, each.words] for each in self.pictures]
        return found


def read_draft(request: HttpRequest, organisation: Organisation, *, titled: bool) -> Draft:
    """What the form holds, checked; uploaded pictures are kept."""
    post = request.POST
    draft = Draft(
        text=_lines(post.get("text", "")),
        title=" ".join(_lines(post.get("title", "")).split()) if titled else None,
        topics=[int(pk) for pk in post.getlist("topics")[:20] if pk.isascii() and pk.isdigit() and len(pk) < 19],
        looked=bool(post.get("looked")),
    )
    _read_pictures(request, organisation, draft)
    if draft.title is not None and not draft.title:
        draft.errors.append(("id_title", _("Say in one line what you would like.")))
    if draft.title is None and not draft.text.strip():
        draft.errors.append(("id_text", _("Write something first.")))
    if len(draft.title or "") > LONGEST_SUBJECT:
        draft.errors.append(("id_title", _("This is too long for one line. Tell more in the field below.")))
    if len(draft.text) > LONGEST_TEXT:
        draft.errors.append(("id_text", _("This text is too long. Shorten it.")))
    words = f"{draft.title or ''}\n{draft.text}"
    draft.personal, draft.forbidden = found_in(words, organisation), is_forbidden(words, organisation)
    return draft


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _read_pictures(request: HttpRequest, organisation: Organisation, draft: Draft) -> None:
    tokens, words = request.POST.getlist("picture_token"), request.POST.getlist("picture_words")
    dropped = set(request.POST.getlist("picture_drop"))
    for token, shows in zip(tokens[:MOST], [*words, *[""] * MOST], strict=False):
        picture = picture_of(organisation, token) if token not in dropped else None
        if picture is not None:
            draft.pictures.append(DraftPicture(picture, _clean(shows)))
    for uploaded in request.FILES.getlist("picture")[: MOST - len(draft.pictures)]:
        try:
            picture = take_in(organisation=organisation, content=uploaded.read())
        except (NoPicture, TooLargePicture) as refusal:
            draft.errors.append(("id_picture", str(refusal.sentence)))
        else:
            draft.pictures.append(DraftPicture(picture, _clean(request.POST.get("picture_new", ""))))


def _clean(words: str) -> str:
    return " ".join(words.split())[:LONGEST_WORDS]
