"""What is asked about ranks and perks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _


class RanksForm(forms.Form):
    """The ranks, one a line: `50 helps along`."""

    ranks = forms.CharField(
        label=_("Ranks"),
        help_text=_("One on each line: how many points, and what you call it. Leave it empty for the usual ones."),
        required=False,
        widget=forms.Textarea,
        max_length=600,
    )

    def clean_ranks(self) -> list[tuple[int, str]]:
        """As pairs of points and name."""
        found = []
        for line in self.cleaned_data["ranks"].splitlines():
            points, _space, name = line.strip().partition(" ")
            if not line.strip():
                continue
            if not (points.isascii() and points.isdigit() and len(points) < 8 and name.strip()):
                raise forms.ValidationError(__("Write it as “50 helps along”: %(line)s") % {"line": line.strip()[:60]})
            found.append((int(points), name.strip()))
        return found


class PerkForm(forms.Form):
    """Something that the organisation gives who helps."""

    name = forms.CharField(label=_("What is it?"), max_length=80, help_text=_("For example: a coffee in the café."))
    words = forms.CharField(label=_("How does one get it?"), max_length=300, required=False)
    from_points = forms.IntegerField(
        label=_("Offered from how many points?"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Leave it empty to give it by hand only."),
    )
    is_active = forms.BooleanField(label=_("It is given out now"), required=False, initial=True)


class GrantForm(forms.Form):
    """To whom a perk goes."""

    person = forms.ChoiceField(label=_("Who gets it?"))
    code = forms.CharField(
        label=_("Code to hand in"), max_length=40, required=False, help_text=_("Only who gets it sees it.")
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people
