"""The empty table of pictures goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("community", "0002_pictures_in_one_place")]

    operations = [migrations.DeleteModel("Picture")]
