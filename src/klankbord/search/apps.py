"""Django's registration of this package."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "klankbord.search"
    label = "search"
