"""What is asked about the organisation, its hours, its people and teams."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from klankbord.office.actions.organisation import Span
from klankbord.participation.forms import Day
from klankbord.people.models import CustomerWord, Language, Membership, OpeningSpan, Organisation, Role

SPANS_A_DAY = 3
KEPT_FOR = (3, 6, 12, 18, 24, 36, 60, 84, 120)


def months_in_words(months: int) -> str:
    """As one says it: "18 months", "2 years"."""
    if months < 24 or months % 12:
        return ngettext("%(num)s month", "%(num)s months", months) % {"num": months}
    return ngettext("%(num)s year", "%(num)s years", months // 12) % {"num": months // 12}


class ProfileForm(forms.Form):
    """What the organisation says of itself."""

    name = forms.CharField(label=_("Name"), max_length=120)
    introduction = forms.CharField(
        label=_("Who are you?"),
        help_text=_("One or two sentences, for the home page."),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
    )
    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("It stands on every page, for whoever would rather speak to someone."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail address for visitors"), required=False)
    visiting_address = forms.CharField(
        label=_("Visiting address"), widget=forms.Textarea, max_length=500, required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    is_formal = forms.ChoiceField(
        label=_("How do you address people in Dutch?"),
        choices=[("je", _("je: as one speaks")), ("u", _("u: formally"))],
        widget=forms.RadioSelect,
    )
    customer_word = forms.ChoiceField(label=_("What do you call the people you are there for?"), choices=CustomerWord)
    promise_hours = forms.DecimalField(
        label=_("Within how many hours does everyone have an answer?"),
        help_text=_("Counted in the hours that you are open. It stands on the home page."),
        min_value=0.25,
        max_value=400,
        decimal_places=2,
        max_digits=6,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(name, name) for name in sorted(available_timezones())]
    )

    @classmethod
    def start(cls, organisation: Organisation) -> dict[str, Any]:
        """What stands in it at first."""
        values = {name: getattr(organisation, name) for name in cls.base_fields if name != "promise_hours"}
        return values | {
            "promise_hours": f"{organisation.promise_minutes / 60:g}",
            "is_formal": "u" if organisation.is_formal else "je",
        }

    def values(self) -> dict[str, Any]:
        """For `change_profile`."""
        found = dict(self.cleaned_data)
        found["is_formal"] = found["is_formal"] == "u"
        found["promise_minutes"] = int(found.pop("promise_hours") * 60)
        return found


class HoursForm(forms.Form):
    """Up to three times a day; an empty one does not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in range(7):
            for number in range(SPANS_A_DAY):
                for edge in ("opens", "closes"):
                    self.fields[f"{edge}_{day}_{number}"] = forms.TimeField(
                        required=False, widget=forms.TimeInput(attrs={"type": "time"}), input_formats=["%H:%M", "%H.%M"]
                    )

    @classmethod
    def start(cls, organisation: Organisation) -> dict[str, Any]:
        """What stands in it at first."""
        found: dict[str, Any] = {}
        seen: dict[int, int] = {}
        for span in OpeningSpan.objects.of(organisation).order_by("weekday", "opens"):
            number = seen.get(span.weekday, 0)
            seen[span.weekday] = number + 1
            found[f"opens_{span.weekday}_{number}"] = span.opens.strftime("%H:%M")
            found[f"closes_{span.weekday}_{number}"] = span.closes.strftime("%H:%M")
        return found

    def days(self) -> Iterator[dict[str, Any]]:
        """For the page: each weekday with its pairs of fields."""
        for day in range(7):
            pairs = [(self[f"opens_{day}_{number}"], self[f"closes_{day}_{number}"]) for number in range(SPANS_A_DAY)]
            yield {"name": WEEKDAYS[day], "pairs": pairs}

    def clean(self) -> dict[str, Any]:
        """Each time has a beginning and an end."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for day in range(7):
            for number in range(SPANS_A_DAY):
                opens, closes = found.get(f"opens_{day}_{number}"), found.get(f"closes_{day}_{number}")
                name = f"{'closes' if opens is not None else 'opens'}_{day}_{number}"
                if (opens is None) != (closes is None) and name not in self.errors:
                    self.add_error(name, ValidationError(_now("%(day)s: fill in both times.") % {"day": WEEKDAYS[day]}))
        return found

    def spans(self) -> list[Span]:
        """For `set_opening_hours`."""
        found: list[Span] = []
        for day in range(7):
            for number in range(SPANS_A_DAY):
                opens: time | None = self.cleaned_data[f"opens_{day}_{number}"]
                closes: time | None = self.cleaned_data[f"closes_{day}_{number}"]
                if opens is not None and closes is not None:
                    found.append((day, opens, closes))
        return found


class ClosedDayForm(forms.Form):
    """A date, and why."""

    day = Day(label=_("Date"))
    reason = forms.CharField(label=_("Why"), help_text=_("For example: King's Day."), max_length=80, required=False)


ROLE_HINTS = {
    Role.AGENT: _("Reads and answers."),
    Role.MODERATOR: _("Also watches over what the public writes."),
    Role.LEAD: _("Also sees figures and outgoing mail, and handles requests about personal data."),
    Role.ADMINISTRATOR: _("Also changes everything on these pages."),
}


class MemberForm(forms.Form):
    """What somebody is here."""

    role = forms.ChoiceField(label=_("What may they do?"), choices=Role.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("What visitors read under their name"), max_length=80, required=False)
    is_public = forms.BooleanField(label=_("Show this person to visitors, by name and face"), required=False)

    @staticmethod
    def role_options() -> list[dict[str, Any]]:
        """The roles with what each may do."""
        return [{"value": role.value, "label": role.label, "hint": ROLE_HINTS[role]} for role in Role]


class InviteForm(MemberForm):
    """Somebody new."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    field_order = ("email", "name", "role", "title", "is_public")


class TeamForm(forms.Form):
    """A name and who is in it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    members = forms.MultipleChoiceField(label=_("Who is in it?"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, colleagues: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(each.pk), each.user.name) for each in colleagues]


class MailboxForm(forms.Form):
    """A new mailbox."""

    name = forms.CharField(label=_("What do you call it?"), max_length=80, help_text=_("For example: Questions."))
    address = forms.EmailField(label=_("The address that customers write to"))


class KeepingForm(forms.Form):
    """For how long what is over is kept."""

    months = forms.ChoiceField(
        label=_("How long do you keep what is over?"),
        help_text=_("Counted from the last word in a conversation in which nobody waits any more."),
        choices=lambda: [("0", _("for ever")), *((str(each), months_in_words(each)) for each in KEPT_FOR)],
    )
    sure = forms.BooleanField(label=_("Yes, erase them. I know that nobody can bring them back."), required=False)

    @property
    def chosen(self) -> int | None:
        """How many months; None for ever."""
        return int(self.cleaned_data["months"]) or None
