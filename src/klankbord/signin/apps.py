"""Django's registration of this package."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "klankbord.signin"
    label = "signin"
