"""What somebody writes for everybody, as a form sends it: words, topics and pictures, with what is wrong with them.

Packages above add what their own forms have besides.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from markupsafe import Markup

from klankbord.conversations.actions.speak_publicly import LONGEST_SUBJECT
from klankbord.conversations.models import Message
from klankbord.design.writing import has_no_word, plain_lines, says_nothing
from klankbord.markup.markdown import render_post
from klankbord.participation.pictures import DraftPicture, read_pictures
from klankbord.participation.privacy import Warned, warn
from klankbord.participation.saying import number
from klankbord.people.models import Organisation

LONGEST_POST = 10_000
"""Characters that somebody types for everybody; what came otherwise (a mail, an import) may be longer."""
MOST_TOPICS = 20
"""Of one thread."""


@dataclass(slots=True)
class Draft:
    """What somebody is writing.

    Attributes:
        title: None where there is none to write (an answer, a comment).
        topics: Ids of those chosen; None where none can be chosen.
        errors: Pairs of a field's id and a sentence.
        warned: What is personal in it.
        anyway: Whether they say that what is personal may be public.
        looked: Whether they saw what is like it, and want to go on.
        longest: How many characters of text fit.
    """

    text: str = ""
    title: str | None = None
    topics: list[int] | None = None
    pictures: list[DraftPicture] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    warned: list[Warned] = field(default_factory=list)
    anyway: bool = False
    looked: bool = False
    longest: int = LONGEST_POST
    longest_title: ClassVar[int] = LONGEST_SUBJECT

    @property
    def html(self) -> Markup:
        """As it will stand there."""
        return Markup(render_post(self.text))  # noqa: S704 - the renderer lets no HTML through

    @property
    def is_forbidden(self) -> bool:
        """Whether it holds what nobody may publish."""
        return any(each.forbidden for each in self.warned)

    @property
    def never(self) -> list[str]:
        """What of it cannot be published, in words."""
        return list(dict.fromkeys(kind for each in self.warned for kind in each.never))

    @property
    def if_wanted(self) -> list[str]:
        """What else is personal in it, and may stand there, in words."""
        found = dict.fromkeys(kind for each in self.warned for kind in each.kinds)
        return [kind for kind in found if kind not in self.never]

    @property
    def is_unsettled(self) -> bool:
        """Whether something personal is in it that cannot stand there, or that they did not say may stand there.

        What they saw before says nothing: the words may be others by now.
        """
        return bool(self.warned) and (self.is_forbidden or not self.anyway)

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
        return found


def fill(
    draft: Draft,
    request: HttpRequest,
    organisation: Organisation,
    *,
    wants_title: str = "",
    with_topics: bool = False,
    with_pictures: bool = True,
    stood: str = "",
) -> None:
    """Put into `draft` what the form holds, checked; uploaded pictures are kept. `wants_title` is what is said where a
    title is missing; empty where there is none to write. `stood` is what they change: as long as that it may stay.
    """
    post = request.POST
    draft.text, draft.looked = plain_lines(post.get("text", "")), bool(post.get("looked"))
    draft.anyway = bool(post.get("anyway"))
    if wants_title:
        draft.title = " ".join(plain_lines(post.get("title", "")).split())
    if with_topics:
        draft.topics = chosen_topics(request)
    if with_pictures:
        draft.pictures, wrong = read_pictures(request, organisation)
        draft.errors += wrong
    draft.longest = longest_instead_of(stood)
    _check(draft, wants_title)
    draft.warned = warn(organisation, *([draft.title] if draft.title else []), draft.text)


def looked_over(request: HttpRequest, organisation: Organisation, *texts: str) -> Draft:
    """Words that are about to be public by another form than `fill` reads: what is personal in them, and whether the
    form says that it may be.
    """
    return Draft(warned=warn(organisation, *texts), anyway=bool(request.POST.get("anyway")))


def edition_of(message: Message, *, title: str | None) -> str:
    """What tells these words from any that stand here later; a thread's `title` where it changes along with them."""
    return hashlib.sha256(f"{title}\0{message.text}".encode()).hexdigest()[:16]


def changed_meanwhile(draft: Draft, request: HttpRequest, edition: str) -> bool:
    """Whether other words than the form was made for stand there now (`edition`): nobody writes over what they did not
    see. The draft says so; the form that goes back is made for these.
    """
    if request.POST.get("edition", edition) == edition:
        return False
    draft.errors.append(("id_text", _("Somebody changed this meanwhile. It stands above; now change it again.")))
    return True


def chosen_topics(request: HttpRequest) -> list[int]:
    """The ids of the topics that a form chose."""
    return [pk for pk in map(number, request.POST.getlist("topics")[:MOST_TOPICS]) if pk]


def longest_instead_of(stood: str) -> int:
    """How many characters fit where this text stands."""
    return max(LONGEST_POST, len(stood))


def too_long(text: str, longest: int) -> str:
    """What is said of a text of which not all fits; empty when it does."""
    if len(text) <= longest:
        return ""
    told = _("This text has %(num)s characters. At most %(most)s fit. Shorten it.")
    return told % {
        name: number_format(each, force_grouping=True) for name, each in (("num", len(text)), ("most", longest))
    }


def _check(draft: Draft, wants_title: str) -> None:
    if draft.title is not None and has_no_word(draft.title):
        draft.errors.append(("id_title", wants_title))
    if len(draft.title or "") > LONGEST_SUBJECT:
        draft.errors.append(("id_title", _("This is too long for one line. Tell more in the field below.")))
    if draft.title is None and says_nothing(draft.text):
        draft.errors.append(("id_text", _("Write something first.")))
    if told := too_long(draft.text, draft.longest):
        draft.errors.append(("id_text", told))
