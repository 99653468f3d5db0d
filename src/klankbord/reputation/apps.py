"""Django's registration of this package."""

from django.apps import AppConfig


class ReputationConfig(AppConfig):
    name = "klankbord.reputation"
    label = "reputation"
