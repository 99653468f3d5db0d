"""What every form says of what cannot be used: in the words of a person, in place of the framework's own.

A form that knows better what is meant says so itself (`error_messages`); this is what stands for all others.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

_OF_FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.IntegerField: {"invalid": _("Write a whole number in figures, such as 12.")},
    forms.FloatField: {"invalid": _("Write a number in figures, such as 12 or 0.5.")},
    forms.DecimalField: {"invalid": _("Write a number in figures, such as 12 or 0.5.")},
    forms.DateField: {"invalid": _("This is no date yet.")},
    forms.TimeField: {"invalid": _("This is no time yet. It looks like 17:30.")},
    forms.ChoiceField: {"invalid_choice": _("Choose one that stands in the list.")},
    forms.MultipleChoiceField: {
        "invalid_choice": _("Choose only what stands in the list."),
        "invalid_list": _("Choose only what stands in the list."),
    },
    forms.FileField: {
        "empty": _("This file is empty. Choose another one."),
        "missing": _("No file came along. Choose it again."),
        "invalid": _("No file came along. Choose it again."),
        "max_length": _("The name of this file is too long. Give it a shorter name."),
    },
}

_OF_VALIDATORS: dict[type[Any], Any] = {
    validators.MaxLengthValidator: ngettext_lazy(
        "This is too long: it has %(show_value)d characters, and %(limit_value)d fits.",
        "This is too long: it has %(show_value)d characters, and %(limit_value)d fit.",
        "limit_value",
    ),
    validators.MinLengthValidator: ngettext_lazy(
        "This is too short: it has to have %(limit_value)d character.",
        "This is too short: it has to have %(limit_value)d characters.",
        "limit_value",
    ),
    validators.MinValueValidator: _("Choose %(limit_value)s or more."),
    validators.MaxValueValidator: _("Choose %(limit_value)s or less."),
    validators.EmailValidator: _("This is no e-mail address yet. It looks like name@example.nl."),
    validators.URLValidator: _("This is no web address yet. It looks like https://example.nl."),
    validators.RegexValidator: _("This is not right yet. Look at it again."),
}


def speak_plainly() -> None:
    """Have all forms say these; once, when the application starts."""
    for field, sentences in _OF_FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}
    for validator, sentence in _OF_VALIDATORS.items():
        validator.message = sentence
