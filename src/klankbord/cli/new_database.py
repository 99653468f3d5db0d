"""The tables of a new installation, made in one go.

Walking through every migration that there ever was takes Django a long time, as it draws its picture of all models anew
at each step. An empty database has nothing to bring along: it gets the tables as the models describe them now, and all
migrations are noted as done. A test compares the two ways.
"""

from __future__ import annotations

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, router
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def is_new() -> bool:
    """Whether the database has no tables at all."""
    return not connection.introspection.table_names()


def make_tables() -> None:
    """Make all tables in one transaction, and note all migrations as done in the same."""
    noted = MigrationRecorder(connection).Migration
    known = MigrationLoader(None).disk_migrations
    with connection.schema_editor() as editor:
        for package in apps.get_app_configs():
            for model in router.get_migratable_models(package, connection.alias, include_auto_created=False):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        editor.create_model(noted)
        noted.objects.using(connection.alias).bulk_create(noted(app=app, name=name) for app, name in sorted(known))
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
