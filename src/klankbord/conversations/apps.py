"""Django's registration of this package."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "klankbord.conversations"
    label = "conversations"
