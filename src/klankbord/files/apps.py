"""Django's registration of this package."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "klankbord.files"
    label = "files"
