"""What is asked on the pages of moderation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from klankbord.moderation.actions.objecting import LONGEST_WORDS
from klankbord.moderation.actions.official_note import LONGEST_NOTE
from klankbord.moderation.models import HouseRules
from klankbord.people.hosts import host_in


class Weight(forms.FloatField):
    """A number that is mostly whole, and then written so."""

    def prepare_value(self, value: Any) -> Any:
        """As it stands in the field."""
        return int(value) if isinstance(value, float) and value.is_integer() else value


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The numbers that an organisation chooses itself."""

    class Meta:
        model = HouseRules
        fields = ("flags_to_hide", "first_posts", "spam_from", "trusted_hosts")
        labels = {
            "flags_to_hide": _("How much has to be reported before a post is hidden?"),
            "first_posts": _("How many first posts of somebody new do we look at first?"),
            "spam_from": _("From which chance of spam do we look first? (per cent)"),
            "trusted_hosts": _("Websites to which anybody may link"),
        }
        help_texts = {
            "flags_to_hide": _("A report by somebody new weighs 1, by somebody who is always right nearly 2."),
            "first_posts": _("With 0 everything is shown at once."),
            "spam_from": _("Between 50 and 100. Lower holds more."),
            "trusted_hosts": _("One a line, such as kb.nl. Your own website always is."),
        }
        widgets = {"trusted_hosts": forms.Textarea(attrs={"rows": 4})}
        field_classes = {"flags_to_hide": Weight}

    def clean_trusted_hosts(self) -> str:
        """The websites by their names, one a line; an address out of the browser will do."""
        typed = str(self.cleaned_data["trusted_hosts"]).split()
        wrong = [each for each in typed if "." not in host_in(each)]
        if wrong:
            raise forms.ValidationError(_now("This is no website: %(what)s. Write it as kb.nl.") % {"what": wrong[0]})
        return "\n".join(dict.fromkeys(map(host_in, typed)))


class ReasonForm(forms.Form):
    """A reason: its name in the log, and what the author reads."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name, for the public log"), max_length=80)
    sentence = forms.CharField(label=_("What the author reads"), max_length=400, widget=forms.Textarea)
    is_active = forms.BooleanField(label=_("Can be chosen"), required=False, initial=True)


class NoteForm(forms.Form):
    """A correction beside a post."""

    text = forms.CharField(
        label=_("What is right?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea,
        error_messages={"required": _("Write what is right.")},
    )


class ObjectionForm(forms.Form):
    """Why an author thinks that a decision was not right."""

    words = forms.CharField(
        label=_("Why do you see it differently?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea,
        error_messages={"required": _("Write why you see it differently.")},
    )


class ChangeForm(forms.Form):
    """The author's new words."""

    text = forms.CharField(
        label=_("Your message"), widget=forms.Textarea, error_messages={"required": _("Write your message first.")}
    )
