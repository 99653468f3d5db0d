"""Django's registration of this package."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "klankbord.channels"
    label = "channels"
