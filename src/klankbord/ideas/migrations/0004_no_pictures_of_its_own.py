"""The empty table of pictures goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ideas", "0003_pictures_in_one_place")]

    operations = [migrations.DeleteModel("IdeaPicture")]
