"""Django's registration of this package."""

from django.apps import AppConfig
from django.urls import register_converter

from klankbord.people.row_id import RowIdConverter


class PeopleConfig(AppConfig):
    name = "klankbord.people"
    label = "people"

    def ready(self) -> None:
        """Before any package's addresses are read, in whatever order: they use it."""
        register_converter(RowIdConverter, "row")
