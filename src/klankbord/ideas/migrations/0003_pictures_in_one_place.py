"""Pictures go to where those of everything public are kept."""

from django.db import migrations

_COLUMNS = "organisation_id, file_id, width, height, attachment_id, created_at"
_OWN = """attachment_id IN (
    SELECT attached.id FROM conversations_attachment attached
    JOIN conversations_message message ON message.id = attached.message_id
    JOIN ideas_idea thread ON thread.conversation_id = message.conversation_id
)"""


class Migration(migrations.Migration):
    dependencies = [("ideas", "0002_imported_before"), ("participation", "0003_pictures"), ("conversations", "0004_erased")]

    operations = [
        migrations.RunSQL(
            sql=[
                f"INSERT INTO participation_picture ({_COLUMNS}) SELECT {_COLUMNS} FROM ideas_ideapicture",  # noqa: S608 - constants
                "DELETE FROM ideas_ideapicture",
            ],
            reverse_sql=[
                f"INSERT INTO ideas_ideapicture ({_COLUMNS}) SELECT {_COLUMNS} FROM participation_picture WHERE {_OWN}",  # noqa: S608
                f"DELETE FROM participation_picture WHERE {_OWN}",  # noqa: S608
            ],
        )
    ]
