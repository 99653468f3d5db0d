"""Django's registration of this package."""

from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "klankbord.ideas"
    label = "ideas"
