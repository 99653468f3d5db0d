"""What is asked about the community."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from klankbord.community.actions.rules import LONGEST_WAIT
from klankbord.community.models import Rules


class CommunityForm(forms.Form):
    """When staff are asked."""

    staff_after_hours = forms.IntegerField(
        label=_("After how many hours without an answer does a question come to you?"),
        help_text=_("Counted day and night: others help in the evening too. Leave it empty for never."),
        min_value=0,
        max_value=LONGEST_WAIT,
        required=False,
    )

    @staticmethod
    def start(rules: Rules) -> dict[str, Any]:
        """What stands in it at first."""
        return {"staff_after_hours": rules.staff_after_hours}
