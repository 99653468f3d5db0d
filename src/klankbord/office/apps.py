"""Django's registration of this package."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "klankbord.office"
    label = "office"
