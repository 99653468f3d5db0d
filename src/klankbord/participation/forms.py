"""The forms with which people say how they take part."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from klankbord.moderation.rules import FlagReason
from klankbord.participation.models import Rhythm


class MeForm(forms.Form):
    """How others see me, and how I hear from the organisation."""

    pseudonym = forms.CharField(
        label=_("Your name for others"),
        help_text=_("A first name or a nickname is fine. Nobody sees your e-mail address."),
        max_length=40,
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
    wants_credit = forms.BooleanField(
        label=_("You may thank me by this name when my idea is taken up"), required=False, initial=True
    )


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
