"""What is asked about a topic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from klankbord.participation.models import Topic


class TopicForm(forms.Form):
    """A topic's name, and under which other it stands."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("One or two words, as your customers say it."))
    description = forms.CharField(label=_("What belongs here?"), max_length=200, required=False)
    parent = forms.ChoiceField(label=_("Stands under"), required=False)

    def __init__(self, *args: Any, others: Sequence[tuple[int, Topic]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _now("nothing")), *((str(each.pk), "– " * depth + each.name) for depth, each in others)]
