"""Pictures of questions, answers, ideas and reactions are kept in one place."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import klankbord.clock


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0004_erased"),
        ("files", "0001_initial"),
        ("participation", "0002_rings"),
        ("people", "0002_public_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(default=klankbord.clock.now)),
                (
                    "attachment",
                    models.OneToOneField(
                        blank=True,
                        help_text="Where it hangs.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="picture",
                        to="conversations.attachment",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unguarded",
                "indexes": [
                    models.Index(
                        condition=models.Q(("attachment__isnull", True)),
                        fields=["created_at"],
                        name="pictures_waiting",
                    )
                ],
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unguarded", django.db.models.manager.Manager()),
            ],
        ),
    ]
