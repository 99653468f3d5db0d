"""A form out of what an adapter says has to be filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klankbord.channels.models import Channel
from klankbord.channels.settings_form import SettingField, SettingsForm


class ChannelForm(forms.Form):
    """Name, whether it is open, the ways in and out, and what these ways need. Secrets never come back out."""

    name = forms.CharField(label=gettext_lazy("What do you call it?"), max_length=80)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False)

    def __init__(self, *args: Any, channel: Channel, asked: SettingsForm, kept: frozenset[str], **kwargs: Any) -> None:
        """`kept`: names of the secrets that are stored."""
        known = {each.name: channel.settings.get(each.name) or each.default for each in (*asked.ways, *asked.fields)}
        kwargs.setdefault("initial", {**known, "name": channel.name, "is_active": channel.is_active})
        super().__init__(*args, **kwargs)
        self._asked = asked
        chosen: Mapping[str, Any] = self.data if self.is_bound else known
        self._shown = [*asked.ways, *(each for each in asked.fields if each.is_asked(chosen))]
        for each in self._shown:
            self.fields[each.name] = _field(each, is_kept=each.name in kept)

    def ways(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """The choices that come first, each with its options and their hints."""
        return [
            (
                self[each.name],
                [
                    {
                        "value": choice[0],
                        "label": _(choice[1]),
                        "hint": _(choice[2]) if choice[2:] and choice[2] else "",
                    }
                    for choice in each.choices
                ],
            )
            for each in self._asked.ways
        ]

    def details(self) -> list[Any]:
        """The other fields that matter with these ways."""
        return [self[each.name] for each in self._shown if each not in self._asked.ways]

    def missing(self) -> bool:
        """Whether the ways that were just chosen need fields that were not on the page."""
        return any(each.name not in self.data and each.kind != "yes" for each in self._shown)

    def settings(self) -> dict[str, Any]:
        """The settings as the adapter reads them; None removes one."""
        plain = {each.name: self.cleaned_data[each.name] for each in self._shown if each.kind != "secret"}
        gone = {each.name: None for each in self._asked.fields if each not in self._shown and each.kind != "secret"}
        return {**gone, **self._asked.complete(plain)}

    def secrets(self) -> dict[str, str]:
        """The secrets that were typed anew."""
        typed = {each.name: self.cleaned_data[each.name] for each in self._shown if each.kind == "secret"}
        return {name: value for name, value in typed.items() if value}


def _option(value: str, label: str, hint: str = "") -> dict[str, Any]:
    return {"value": value, "label": _(label), "hint": _(hint) if hint else ""}


def _field(each: SettingField, *, is_kept: bool) -> forms.Field:
    label, hint = _(each.label), _(each.help) if each.help else ""
    if each.kind == "choice":
        choices = [(choice[0], _(choice[1])) for choice in each.choices]
        return forms.ChoiceField(label=label, help_text=hint, choices=choices, required=each.required)
    if each.kind == "number":
        return forms.IntegerField(label=label, help_text=hint, min_value=1, max_value=65535, required=each.required)
    if each.kind == "yes":
        return forms.BooleanField(label=label, help_text=hint, required=False)
    if each.kind == "secret":
        hint = _("It is kept. Fill in only to change it.") if is_kept else hint
        return forms.CharField(
            label=label,
            help_text=hint,
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            required=each.required and not is_kept,
            strip=False,
            max_length=4000,
        )
    return forms.CharField(label=label, help_text=hint, required=each.required, max_length=500)
