"""`klankbord mail parse`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from klankbord import design
from klankbord.channels.adapters.email.tests.mails import mail, multipart
from klankbord.cli.mail import mail as app

KEYS = [
    "file",
    "message_id",
    "in_reply_to",
    "references",
    "from",
    "to",
    "cc",
    "reply_to",
    "subject",
    "date",
    "text",
    "reply",
    "quoted",
    "signature",
    "html",
    "attachments",
    "automatic",
    "bounce",
    "defects",
]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    written = {
        "good.eml": multipart(
            "mixed", "Content-Type: text/plain; charset=utf-8\n\nDág", "Content-Type: image/png; name=a.png\n\nx"
        ),
        "empty.eml": b"",
        "hostile.eml": mail().replace(b"\r\n\r\n", b"\r\n" + b"X: y\r\n" * 100_000),
        "last.eml": mail(body="Laatste"),
        "picture.png": (Path(design.__file__).parent / "static/design/icon-32.png").read_bytes(),
        "notes.txt": b"Milk, bread\nand a book\n",
    }
    for name, raw in written.items():
        (tmp_path / name).write_bytes(raw)
    return [*(tmp_path / name for name in written), tmp_path / "missing.eml", tmp_path]


def test_one_object_a_line_with_all_keys_whatever_the_file(files: list[Path]):
    result = CliRunner().invoke(app, ["parse", "--json", *map(str, files)])
    assert result.exit_code == 0
    objects = [json.loads(line) for line in result.stdout_bytes.decode().splitlines()]
    assert [one["file"] for one in objects] == [str(file) for file in files]
    assert all(list(one) == KEYS for one in objects)
    good, empty, hostile, last, picture, notes, missing, folder = objects
    assert good["text"] == "Dág"
    assert good["message_id"] == "1@example.org"
    assert good["from"] == {"name": "Ada", "address": "ada@example.org"}
    assert good["date"] == "2025-03-03T09:00:00+00:00"
    assert good["attachments"] == [{"name": "a.png", "type": "image/png", "size": 1, "inline": False}]
    assert empty["message_id"] is None
    assert hostile["defects"] == ["The header of this mail is too long to be read."]
    assert hostile["from"] is None
    assert last["text"] == "Laatste"
    assert picture["defects"][0] == "This is not a mail: it has no header."
    assert (picture["text"], picture["reply"], picture["from"], picture["message_id"]) == ("", "", None, None)
    assert [one["type"] for one in picture["attachments"]] == ["application/octet-stream"]
    assert picture["attachments"][0]["size"] == files[4].stat().st_size
    assert notes["defects"][0] == empty["defects"][0] == "This is not a mail: it has no header."
    assert notes["text"] == "Milk, bread\nand a book"
    assert missing["defects"] == ["The file cannot be read: No such file or directory."]
    assert folder["defects"] == ["The file cannot be read: Is a directory."]


def test_people_get_something_to_read(files: list[Path]):
    result = CliRunner().invoke(app, ["parse", str(files[0])])
    shown = result.stdout_bytes.decode()
    assert "Ada <ada@example.org>" in shown
    assert "a.png (image/png, 1 bytes)" in shown
    assert "[reply]\nDág" in shown


def test_it_starts_without_django():
    code = "import sys, klankbord.cli.mail; print('django' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True).stdout
        == b"False\n"
    )
