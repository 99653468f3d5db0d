"""The forms with which people say how they take part."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from klankbord.design.writing import has_no_word, says_nothing
from klankbord.moderation.rules import FlagReason
from klankbord.participation.models import Rhythm
from klankbord.participation.names import LONGEST_NAME, is_the_houses, tidy_name
from klankbord.people.models import Organisation
from klankbord.understanding.spam_features import link_hosts


class Words(forms.CharField):
    """A text in which something is to be read: what says nothing is nothing."""

    def to_python(self, value: Any) -> Any:
        """What was written."""
        text = super().to_python(value)
        return "" if says_nothing(text or "") else text


class Title(forms.CharField):
    """A line by which something is known: it holds a word."""

    def to_python(self, value: Any) -> Any:
        """What was written."""
        text = super().to_python(value)
        return "" if has_no_word(text or "") else text


class Day(forms.DateField):
    """A day that somebody can mean: one with others before and after it, in every time zone."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    first, last = date(1900, 1, 1), date(2199, 12, 31)

    def to_python(self, value: Any) -> date | None:
        """The day; a year that nobody means was mistyped."""
        day = super().to_python(value)
        if day is not None and not self.first <= day <= self.last:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class MeForm(forms.Form):
    """How others see me, and how I hear from the organisation."""

    pseudonym = forms.CharField(
        label=_("Your name for others"),
        help_text=_("A first name or a nickname is fine. Nobody sees your e-mail address."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"max_length": _("This name is too long. Shorten it.")},
    )
    about = forms.CharField(
        label=_("Something about yourself"),
        help_text=_("For example: reads crime novels, helps with e-readers."),
        max_length=300,
        required=False,
    )
    rhythm = forms.ChoiceField(
        label=_("Mail about what you follow"), choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.DAILY
    )
    wants_credit = forms.BooleanField(label=_("You may thank me by this name when my idea is taken up"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, works_here: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._organisation, self._works_here = organisation, works_here

    def clean_pseudonym(self) -> str:
        """A name that everybody can read, and that is not the organisation's or a colleague's."""
        name = tidy_name(self.cleaned_data["pseudonym"])
        if not self._works_here and is_the_houses(self._organisation, name):
            raise forms.ValidationError(_("This is the name of somebody here. Choose another name."))
        return name

    def clean_about(self) -> str:
        """A line about oneself is on nobody's list to look at, so it leads nowhere else."""
        about = str(self.cleaned_data["about"])
        if link_hosts(about):
            raise forms.ValidationError(_("Links cannot stand here. Leave them out."))
        return about


class FlagForm(forms.Form):
    """What is wrong with something in public."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=FlagReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=_("Would you like to say more?"), max_length=1000, required=False, widget=forms.Textarea
    )
