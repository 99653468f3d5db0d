"""Django's registration of this package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "klankbord.audit"
    label = "audit"
