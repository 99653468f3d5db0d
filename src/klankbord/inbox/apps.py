"""Django's registration of this package."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "klankbord.inbox"
    label = "inbox"
