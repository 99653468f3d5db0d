"""Django's registration of this package."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "klankbord.portal"
    label = "portal"
