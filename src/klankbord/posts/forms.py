"""The forms of posts, tips, logs, themes and the question of the month."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from klankbord.participation.forms import Day, Title, Words
from klankbord.posts.models import Log, Theme


class PostForm(forms.Form):
    """A short message to everybody."""

    title = Title(label=_("What is it about?"), max_length=150)
    text = Words(
        label=_("Your message"),
        max_length=20_000,
        widget=forms.Textarea,
        help_text=_("Short, and as you would say it. Your name and face stand above it."),
    )
    log = forms.ChoiceField(label=_("In which log?"), required=False)

    def __init__(self, *args: Any, logs: list[Log], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["log"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("For everybody")), *((str(each.pk), each.name) for each in logs)]
        if not logs:
            del self.fields["log"]


class TipForm(forms.Form):
    """Something to give to others, besides its picture (see `participation.pictures`)."""

    title = Title(
        label=_("What do you recommend?"),
        max_length=150,
        help_text=_("For example: The Evenings, Gerard Reve."),
        error_messages={"required": _("Say what you recommend.")},
    )
    text = Words(
        label=_("Why?"),
        max_length=5_000,
        widget=forms.Textarea,
        help_text=_("One or two sentences are fine."),
        error_messages={"required": _("Say in a sentence why.")},
    )
    theme = forms.ChoiceField(label=_("Does it belong to a theme?"), required=False)

    def __init__(self, *args: Any, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["theme"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("no theme")), *((str(each.pk), each.name) for each in themes)]
        if not themes:
            del self.fields["theme"]


class MonthlyForm(forms.Form):
    """The question of a month."""

    title = Title(label=_("The question"), max_length=150, help_text=_("One that everybody can answer in a sentence."))
    text = Words(label=_("A word beside it"), max_length=2_000, required=False, widget=forms.Textarea)
    month = forms.DateField(
        label=_("For which month?"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages={"invalid": _("Write it as year and month, such as 2026-12.")},
    )


class LogForm(forms.Form):
    """A running log."""

    name = Title(label=_("Name"), max_length=60)
    about = forms.CharField(label=_("For whom is it?"), max_length=200, required=False)


class ThemeForm(forms.Form):
    """A theme for tips."""

    name = Title(label=_("Name"), max_length=80)
    invitation = forms.CharField(label=_("What do you ask, in a sentence?"), max_length=300, required=False)
    opens_on = Day(label=_("First day"), required=False)
    closes_on = Day(label=_("Last day"), required=False)
