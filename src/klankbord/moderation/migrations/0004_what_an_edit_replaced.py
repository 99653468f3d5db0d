from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0003_editors_and_languages'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='before_subject',
            field=models.TextField(blank=True, default='', help_text='The same of the title, where the edit could change it.'),
        ),
        migrations.AddField(
            model_name='case',
            name='before_text',
            field=models.TextField(blank=True, help_text='Of a held edit: what stood there before; the edit, once that stands there again.', null=True),
        ),
    ]
