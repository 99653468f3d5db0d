"""Forms that staff fill in."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from klankbord import clock
from klankbord.ideas.models import Board, Idea, Status
from klankbord.participation.models import Topic
from klankbord.people.models import Organisation


class DecideForm(forms.Form):
    """What we do with an idea, and the sentence that everybody reads."""

    status = forms.ChoiceField(
        label=_("What do we do with it?"),
        choices=Status.choices[1:],
        error_messages={"required": _("Choose what we do with it.")},
    )
    sentence = forms.CharField(
        label=_("Say it in a sentence"),
        help_text=_("Everybody who follows this reads it. Say why, and what is next."),
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": _("Say it in a sentence. Without a reason nothing is decided.")},
    )
    expected = forms.CharField(
        label=_("When will it be there?"), help_text=_("For example: around 15 June."), max_length=60, required=False
    )
    look_again_on = forms.DateField(
        label=_("Look again on"),
        help_text=_("On this day it comes back to our attention."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("This is no date yet.")},
    )

    def clean_look_again_on(self) -> Any:
        """A day that is still to come."""
        day = self.cleaned_data["look_again_on"]
        if day is not None and day <= clock.now().date():
            raise forms.ValidationError(_now("Choose a day that is still to come."))
        return day


class BoardForm(forms.Form):
    """A board, its theme and when it is open."""

    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Give the board a name.")})
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
    opens_on = forms.DateField(label=_("Open from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    closes_on = forms.DateField(
        label=_("Open up to and including"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
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

    title = forms.CharField(
        label=_("What is different now?"),
        help_text=_("In one line: Sunday open from 12 to 17."),
        max_length=200,
        error_messages={"required": _("Say in one line what is different.")},
    )
    text = forms.CharField(
        label=_("Tell a little more"),
        max_length=8000,
        widget=forms.Textarea,
        error_messages={"required": _("Tell what a customer notices of it.")},
    )
    changed_on = forms.DateField(
        label=_("Since when?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Since when is it so?"), "invalid": _("This is no date yet.")},
    )
    ideas = forms.CharField(
        label=_("Because of which ideas?"),
        help_text=_("Their numbers, with commas: they stand in the address of each idea."),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        self._organisation = organisation
        super().__init__(*args, **kwargs)

    def clean_ideas(self) -> list[Idea]:
        """The ideas with these numbers; what was merged counts as what it went on in."""
        numbers = [each for each in self.cleaned_data["ideas"].replace(",", " ").split() if each]
        if any(not each.isdecimal() or len(each) > 18 for each in numbers):
            raise forms.ValidationError(_now("These are no numbers of ideas."))
        rows = Idea.objects.of(self._organisation).filter(conversation_id__in=[int(each) for each in numbers])
        found = {idea.conversation_id: idea.root for idea in rows.select_related("merged_into", "board")}
        missing = [each for each in numbers if int(each) not in found]
        if missing:
            raise forms.ValidationError(_now("There is no idea with number %(number)s.") % {"number": missing[0]})
        if any(idea.board.is_private for idea in found.values()):
            raise forms.ValidationError(_now("An idea of a panel cannot be named in public."))
        return list({idea.pk: idea for idea in found.values()}.values())
