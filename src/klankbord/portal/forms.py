"""The forms of the public pages. Each error says in one sentence what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from klankbord.conversations.codes import read_code
from klankbord.conversations.models import ConversationKind
from klankbord.participation.forms import Words

LONGEST_TEXT = 20_000
MOST_FILES = 5
MOST_MEGABYTES = 10
_MEGABYTE = 1024 * 1024


_KINDS = (
    ConversationKind.QUESTION,
    ConversationKind.PROBLEM,
    ConversationKind.COMPLAINT,
    ConversationKind.COMPLIMENT,
    ConversationKind.IDEA,
)
"""What somebody can come with; posts and tips are for the public pages only."""


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """At most five files of ten MB together; cleans to a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files as a list, or one sentence on what is wrong."""
        files: Sequence[UploadedFile[Any]] = data if isinstance(data, list | tuple) else [data] if data else []
        cleaned = [super(FilesField, self).clean(each, initial) for each in files]
        if len(cleaned) > MOST_FILES:
            raise forms.ValidationError(_("Send at most %(count)s files at a time.") % {"count": MOST_FILES})
        if sum(each.size or 0 for each in cleaned) > MOST_MEGABYTES * _MEGABYTE:
            raise forms.ValidationError(
                _("Your files are too large. Together they may be %(size)s MB.") % {"size": MOST_MEGABYTES}
            )
        return cleaned


def _files_field() -> FilesField:
    return FilesField(
        label=_("Add a photo or file"),
        required=False,
        max_length=200,
        help_text=format_lazy(_("At most {count} files, together {size} MB."), count=MOST_FILES, size=MOST_MEGABYTES),
    )


class ContactForm(forms.Form):
    """A first message, without an account."""

    @staticmethod
    def kinds() -> frozenset[str]:
        """What can be chosen."""
        return frozenset(kind.value for kind in _KINDS)

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[(kind.value, kind.label) for kind in _KINDS],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what your message is about."),
            "invalid_choice": _("Choose what your message is about."),
        },
    )
    text = Words(
        label=_("Your message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        error_messages={
            "required": _("Write your message."),
            "max_length": _("Your message is too long. Shorten it, or add it as a file."),
        },
    )
    subject = forms.CharField(
        label=_("In a few words"),
        max_length=150,
        required=False,
        help_text=_("For example: cannot log in to e-books."),
        error_messages={"max_length": _("This is too long. A few words are enough.")},
    )
    attachments = _files_field()
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": _("This name is too long. Shorten it.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=250,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("This e-mail address is not complete. For example: name@example.com."),
            "max_length": _("This e-mail address is too long."),
        },
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"max_length": _("This is not a phone number. For example: 06 12 34 56 78.")},
    )
    link_only = forms.BooleanField(label=_("I leave no address. I look for the answer myself."), required=False)

    def clean_phone(self) -> str:
        """A number that somebody can dial."""
        phone: str = self.cleaned_data["phone"]
        digits = sum(character.isdigit() for character in phone)
        if phone and not (8 <= digits <= 15 and all(each.isdigit() or each in "+-() ./" for each in phone)):
            raise forms.ValidationError(_("This is not a phone number. For example: 06 12 34 56 78."))
        return phone

    def clean(self) -> dict[str, Any]:
        """At least one way to answer, or the clear choice to come and look."""
        found = super().clean() or self.cleaned_data
        tried = {"email", "phone"} & set(self.errors)
        if not (found.get("email") or found.get("phone") or found.get("link_only") or tried):
            self.add_error("email", _("Leave an e-mail address or phone number. Or tick the box below them."))
        return found


class WriteOnForm(forms.Form):
    """A further message under the private link."""

    text = Words(
        label=_("Write something more"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        error_messages={
            "required": _("Write your message."),
            "max_length": _("Your message is too long. Shorten it, or add it as a file."),
        },
    )
    attachments = _files_field()


class WhereForm(forms.Form):
    """The lost link: the code, and something that only the person knows."""

    code = forms.CharField(
        label=_("Your reference"),
        max_length=20,
        help_text=_("Six digits, for example 204 518."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Fill in your reference of six digits.")},
    )
    contact = forms.CharField(
        label=_("Your e-mail address, or the last four digits of your phone number"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Fill in your e-mail address or four digits of your phone number.")},
    )

    def clean_code(self) -> str:
        """The six digits; a slip of the pen is noticed here, without looking whether such a code exists."""
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("This reference is not right. Check the six digits."))
        return code

    def clean_contact(self) -> str:
        """An e-mail address, or at least four digits."""
        contact: str = self.cleaned_data["contact"].strip()
        if "@" not in contact and sum(each.isdigit() for each in contact) < 4:
            raise forms.ValidationError(_("Fill in your e-mail address or four digits of your phone number."))
        return contact
