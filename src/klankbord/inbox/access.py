"""Who may come in: every view of the inbox stands behind `for_staff`."""

from __future__ import annotations

from django.http import HttpRequest

from klankbord.design.writing import plain_lines
from klankbord.signin.staff import STRICT_POLICY, StaffRequest, for_staff, is_partial

__all__ = ("STRICT_POLICY", "StaffRequest", "for_staff", "form_text", "is_partial")


def form_text(request: HttpRequest, name: str) -> str:
    """What was typed into a field, with line ends as people mean them."""
    return plain_lines(request.POST.get(name, ""))
