"""Forms that staff fill in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from klankbord.ideas.actions.changes import to_be_done
from klankbord.ideas.actions.decide import says_why
from klankbord.ideas.models import Board, Idea, Status
from klankbord.ideas.refusals import NotYet
from klankbord.participation.forms import Day, Title, Words
from klankbord.participation.models import Topic
from klankbord.people.models import Organisation

_CANDIDATES = 40
_LONGEST_NUMBER = 18


class DecideForm(forms.Form):
    """What we do with an idea, and the sentence that everybody reads."""

    status = forms.ChoiceField(
        label=_("What do we do with it?"),
        choices=Status.choices[1:],
        error_messages={"required": _("Choose what we do with it.")},
    )
    sentence = Words(
        label=_("Say it in a sentence"),
        help_text=_("Everybody who follows this reads it. Say why, and what is next."),
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": _("Say it in a sentence. Without a reason nothing is decided.")},
    )
    expected = forms.CharField(
        label=_("When will it be there?"), help_text=_("For example: around 15 June."), max_length=60, required=False
    )
    look_again_on = Day(
        label=_("Look again on"), help_text=_("On this day it comes back to our attention."), required=False
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        self._organisation = organisation
        super().__init__(*args, **kwargs)

    def clean_look_again_on(self) -> Any:
        """A day that is still to come, where the organisation is."""
        day = self.cleaned_data["look_again_on"]
        if day is not None and day <= self._organisation.today():
            raise forms.ValidationError(_now("Choose a day that is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        """What `set_status` would refuse is said at the field."""
        found = super().clean() or {}
        status, sentence = found.get("status"), found.get("sentence")
        if status and sentence and not says_why(Status(status), sentence):
            self.add_error("sentence", self.fields["sentence"].error_messages["required"])
        return found


class BoardForm(forms.Form):
    """A board, its theme and when it is open."""

    name = Title(label=_("Name"), max_length=80, error_messages={"required": _("Give the board a name.")})
    introduction = forms.CharField(
        label=_("What do you ask?"),
        help_text=_("A few sentences, in words that a customer would use."),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Topic.objects.none(), required=False, empty_label=_("no theme")
    )
    opens_on = Day(label=_("Open from"), required=False)
    closes_on = Day(label=_("Open up to and including"), required=False)
    is_private = forms.BooleanField(
        label=_("Only for a panel"),
        help_text=_("Whoever was not invited sees nothing of it. This cannot be changed later."),
        required=False,
    )

    def __init__(self, *args: Any, organisation: Organisation, board: Board | None = None, **kwargs: Any) -> None:
        self._organisation = organisation
        if board is not None:
            kwargs.setdefault("initial", self._of(board, organisation))
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = Topic.objects.of(organisation).order_by("name")  # type: ignore[attr-defined]
        if board is not None:
            del self.fields["is_private"]

    def clean(self) -> dict[str, Any]:
        """A round that ends after it begins."""
        found = super().clean() or {}
        opens, closes = found.get("opens_on"), found.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _now("The round ends before it begins."))
        return found

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """When it opens and closes: from the first moment of the one day to the last of the other."""
        opens, closes = self.cleaned_data["opens_on"], self.cleaned_data["closes_on"]
        zone = self._organisation.zone
        return (
            datetime.combine(opens, time(), zone) if opens else None,
            datetime.combine(closes + timedelta(days=1), time(), zone) if closes else None,
        )

    @staticmethod
    def _of(board: Board, organisation: Organisation) -> dict[str, Any]:
        opens, closes = board.opens_at, board.closes_at
        return {
            "name": board.name,
            "introduction": board.introduction,
            "theme": board.theme_id,
            "opens_on": opens.astimezone(organisation.zone).date() if opens else None,
            "closes_on": (closes - timedelta(seconds=1)).astimezone(organisation.zone).date() if closes else None,
        }


class ChangeForm(forms.Form):
    """What is different now, since when, and because of which ideas."""

    title = Title(
        label=_("What is different now?"),
        help_text=_("In one line: Sunday open from 12 to 17."),
        max_length=200,
        error_messages={"required": _("Say in one line what is different.")},
    )
    text = Words(
        label=_("Tell a little more"),
        max_length=8000,
        widget=forms.Textarea,
        error_messages={"required": _("Tell what a customer notices of it.")},
    )
    changed_on = Day(label=_("Since when?"), error_messages={"required": _("Since when is it so?")})
    ideas = forms.MultipleChoiceField(
        label=_("Because of which ideas?"),
        help_text=_("These are on their way or done. Is it another? Open that idea and begin there."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("That idea is not here (any more).")},
    )
    done = forms.BooleanField(
        label=_("These ideas are done now"),
        help_text=_("Their status becomes “done”, with the sentence at the top as our answer."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, organisation: Organisation, is_told: bool = False, **kwargs: Any) -> None:
        self._organisation = organisation
        super().__init__(*args, **kwargs)
        if is_told:
            del self.fields["done"]
        chosen = self["ideas"].value() or []
        cast(forms.MultipleChoiceField, self.fields["ideas"]).choices = self._candidates(chosen)

    def _candidates(self, named: Iterable[str]) -> list[tuple[str, str]]:
        """The ideas that a change may be because of: those on their way, and whichever else was named."""
        rows = Idea.objects.of(self._organisation).filter(board__is_private=False).select_related("conversation")
        on_their_way = rows.filter(merged_into=None, status__in=(Status.STARTED, Status.PLANNED, Status.DONE))
        numbers = [int(each) for each in named if str(each).isdecimal() and len(str(each)) <= _LONGEST_NUMBER]
        others = rows.filter(conversation_id__in=numbers)
        found = {idea.conversation_id: idea for idea in [*others, *on_their_way.order_by("-pk")[:_CANDIDATES]]}
        return [(str(number), idea.conversation.subject) for number, idea in found.items()]

    def clean_changed_on(self) -> Any:
        """A day that has come: what is still to come did not change yet."""
        day = self.cleaned_data["changed_on"]
        if day > self._organisation.today():
            raise forms.ValidationError(NotYet.sentence)
        return day

    def clean(self) -> dict[str, Any]:
        """The title becomes the sentence of what is done by it, and has to say as much."""
        found = super().clean() or {}
        title, ends = found.get("title"), found.get("done") and to_be_done(found.get("ideas", ()))
        if title and ends and not says_why(Status.DONE, title):
            self.add_error("title", self.fields["title"].error_messages["required"])
        return found

    def clean_ideas(self) -> list[Idea]:
        """The ideas with these numbers; what was merged counts as what it went on in."""
        numbers = [int(each) for each in self.cleaned_data["ideas"]]
        rows = Idea.objects.of(self._organisation).filter(conversation_id__in=numbers)
        roots = [idea.root for idea in rows.select_related("merged_into", "board")]
        if any(idea.board.is_private for idea in roots):
            raise forms.ValidationError(_now("An idea of a panel cannot be named in public."))
        return list({idea.pk: idea for idea in roots}.values())
