import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_protected_arrivals"),
        ("conversations", "0005_thanks"),
        ("people", "0003_merged_persons"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="answer_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Where the customer asked to answer to, when that is not where they wrote from (Reply-To).",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.address",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("answer_to__isnull", False)), fields=["answer_to"], name="messages_asking"
            ),
        ),
    ]
