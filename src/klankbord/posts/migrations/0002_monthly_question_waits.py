from django.db import migrations, models

import klankbord.clock


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="monthlyquestion",
            name="asked_at",
            field=models.DateTimeField(
                blank=True,
                default=klankbord.clock.now,
                help_text="None while it waits, hidden, for its month to begin.",
                null=True,
            ),
        ),
    ]
