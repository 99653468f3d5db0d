"""What one says of oneself, and what is asked of whoever comes to work here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from klankbord.design.faces import COLOURS, HAIRS, NEUTRAL, SKINS, STYLES, Face, face_of
from klankbord.people.models import Language, Membership, User

_SKIN_WORDS = {
    "pale": _("pale"),
    "fair": _("fair"),
    "olive": _("olive"),
    "tan": _("tan"),
    "brown": pgettext_lazy("skin", "brown"),
    "deep": _("dark brown"),
}
_HAIR_WORDS = {
    "black": _("black"),
    "brown": pgettext_lazy("hair", "brown"),
    "chestnut": _("chestnut"),
    "blond": _("blond"),
    "red": _("red"),
    "grey": _("grey"),
    "white": _("white"),
}
_STYLE_WORDS = {
    "short": _("short"),
    "crop": _("very short"),
    "parted": _("with a parting"),
    "quiff": _("with a quiff"),
    "long": _("long"),
    "bob": _("to the chin"),
    "curls": _("curls"),
    "afro": _("afro"),
    "bun": _("in a bun"),
    "tail": _("in a ponytail"),
    "bald": _("bald"),
    "scarf": _("under a headscarf"),
}
_COLOUR_WORDS = {
    "clay": _("brick red"),
    "sand": _("sand"),
    "moss": _("moss green"),
    "sage": _("sage green"),
    "teal": _("teal"),
    "sky": _("sky blue"),
    "iris": _("violet"),
    "plum": _("plum"),
}


def _choices(keys: Any, words: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(key, words.get(key, key)) for key in keys]


class OwnProfileForm(forms.Form):
    """Name, title, language and drawn face."""

    name = forms.CharField(
        label=_("Your name, as customers see it"), max_length=120, help_text=_("A first name is enough.")
    )
    title = forms.CharField(
        label=_("What visitors read under your name"),
        max_length=80,
        required=False,
        help_text=_("For example: helps with e-books."),
    )
    language = forms.ChoiceField(
        label=_("Language of your pages"),
        required=False,
        choices=[("", _("as the organisation")), *Language.choices],
    )
    face = forms.ChoiceField(
        label=_("Your face"),
        choices=[("drawn", _("A drawn face")), ("none", _("No face"))],
        widget=forms.RadioSelect,
    )
    skin = forms.ChoiceField(label=_("Skin"), choices=_choices(SKINS, _SKIN_WORDS))
    hair = forms.ChoiceField(label=_("Colour of your hair"), choices=_choices(HAIRS, _HAIR_WORDS))
    style = forms.ChoiceField(label=_("Your hair"), choices=_choices(STYLES, _STYLE_WORDS))
    shirt = forms.ChoiceField(label=_("Clothes"), choices=_choices(COLOURS, _COLOUR_WORDS))
    background = forms.ChoiceField(label=_("Background"), choices=_choices(COLOURS, _COLOUR_WORDS))
    glasses = forms.BooleanField(label=_("Glasses"), required=False)
    beard = forms.BooleanField(label=_("Beard"), required=False)

    @classmethod
    def start(cls, membership: Membership) -> dict[str, Any]:
        """What stands in it at first."""
        user = membership.user
        drawn = face_of(user.face) or face_of(user.name)
        assert drawn is not None
        return {
            "name": user.name,
            "title": membership.title,
            "language": user.language,
            "face": "drawn" if user.face and user.face != NEUTRAL else "none",
            **{name: getattr(drawn, name) for name in Face.__dataclass_fields__},
        }

    def clean_name(self) -> str:
        """A name has something to read in it."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("Fill in your name."))
        return name

    def spec(self) -> str:
        """The chosen face."""
        if self.cleaned_data.get("face") == "none":
            return NEUTRAL
        return Face(**{name: self.cleaned_data[name] for name in Face.__dataclass_fields__}).spec()


class AcceptForm(forms.Form):
    """A name and a new password."""

    name = forms.CharField(
        label=_("Your name, as customers see it"), max_length=120, help_text=_("A first name is enough.")
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least ten characters. A short sentence is easy to remember."),
        widget=forms.PasswordInput,
        strip=False,
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_password(self) -> str:
        """As strict as everywhere."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self._email, name=str(self.cleaned_data.get("name", ""))))
        return password


class AcceptKnownForm(forms.Form):
    """For who works elsewhere already: the password they have."""

    password = forms.CharField(label=_("Your password"), widget=forms.PasswordInput, strip=False)
