"""Django's registration of this package."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "klankbord.community"
    label = "community"
