"""Ending sessions elsewhere also ends what is open in them."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.core import context as allauth_context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession

from klankbord.signin.adapter import close_screens


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Tells open screens when sessions are ended."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """End them, and have live streams ask again whether they may go on."""
        super().end_sessions(sessions)
        close_screens(allauth_context.request)
