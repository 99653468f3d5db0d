"""Django's registration of this package."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "klankbord.notifications"
    label = "notifications"
