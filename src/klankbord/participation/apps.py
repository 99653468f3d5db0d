"""Django's registration of this package."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "klankbord.participation"
    label = "participation"
