"""Django's registration of this package."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "klankbord.moderation"
    label = "moderation"
