"""What is asked about ranks and perks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from klankbord.reputation.models import PerkKind
from klankbord.reputation.perks import LONGEST_CODE


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
                raise forms.ValidationError(
                    _now("Write it as “50 helps along”: %(line)s") % {"line": line.strip()[:60]}
                )
            found.append((int(points), name.strip()))
        return found


class PerkForm(forms.Form):
    """Something that the organisation gives who helps."""

    name = forms.CharField(label=_("What is it?"), max_length=80, help_text=_("For example: a coffee in the café."))
    words = forms.CharField(
        label=_("Explanation"),
        max_length=300,
        required=False,
        help_text=_("People read this under its name. For example: show your page at the bar, until June."),
    )
    kind = forms.ChoiceField(
        label=_("How does one get it?"), choices=PerkKind.choices, initial=PerkKind.DESK, required=False
    )
    from_points = forms.IntegerField(
        label=_("Offered from how many points?"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Leave it empty to give it by hand only."),
    )
    low_at = forms.IntegerField(
        label=_("With how few codes left do we tell you?"), min_value=0, max_value=1000, initial=5, required=False
    )
    is_active = forms.BooleanField(label=_("It is given out now"), required=False, initial=True)

    def clean_low_at(self) -> int:
        """As usual when nothing was said."""
        found: int | None = self.cleaned_data["low_at"]
        return 5 if found is None else found


class CodesForm(forms.Form):
    """Codes for the stock of a perk, one a line."""

    codes = forms.CharField(
        label=_("Codes"),
        max_length=250_000,
        widget=forms.Textarea,
        help_text=_("One on each line. Each is given out once; one that was here before adds nothing."),
        error_messages={"required": _("Paste at least one code.")},
    )


class GrantForm(forms.Form):
    """To whom a perk goes."""

    person = forms.ChoiceField(label=_("Who gets it?"))
    code = forms.CharField(
        label=_("Code to hand in"),
        max_length=LONGEST_CODE,
        required=False,
        help_text=_("Only who gets it sees it. Left empty, it comes from the stock."),
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people
