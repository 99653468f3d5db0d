"""Pictures go to where those of everything public are kept."""

from django.db import migrations

_COLUMNS = "organisation_id, file_id, width, height, attachment_id, created_at"
_OWN = """attachment_id IN (
    SELECT attached.id FROM conversations_attachment attached
    JOIN conversations_message message ON message.id = attached.message_id
    JOIN community_question thread ON thread.conversation_id = message.conversation_id
)"""


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial"), ("participation", "0003_pictures"), ("conversations", "0004_erased")]

    operations = [
        migrations.RunSQL(
            sql=[
                f"INSERT INTO participation_picture ({_COLUMNS}) SELECT {_COLUMNS} FROM community_picture",  # noqa: S608 - constants
                "DELETE FROM community_picture",
            ],
            # Those that were never posted belong to nothing yet; the questions take them back.
            reverse_sql=[
                f"INSERT INTO community_picture ({_COLUMNS}) SELECT {_COLUMNS} FROM participation_picture WHERE {_OWN} OR attachment_id IS NULL",  # noqa: S608
                f"DELETE FROM participation_picture WHERE {_OWN} OR attachment_id IS NULL",  # noqa: S608
            ],
        )
    ]
