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
    "marks",
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
    assert (hostile["from"], hostile["message_id"]) == (good["from"], "1@example.org")
    assert last["text"] == "Laatste"
    assert picture["defects"][0] == "This is not a mail: it has no header."
    assert (picture["text"], picture["reply"], picture["from"], picture["message_id"]) == ("", "", None, None)
    assert [one["type"] for one in picture["attachments"]] == ["application/octet-stream"]
    assert picture["attachments"][0]["size"] == files[4].stat().st_size
    assert notes["defects"][0] == empty["defects"][0] == "This is not a mail: it has no header."
    assert notes["text"] == "Milk, bread\nand a book"
    assert missing["defects"] == ["The file cannot be read: No such file or directory."]
    assert folder["defects"] == ["The file cannot be read: Is a directory."]
    assert result.stderr == "Of 8 files 2 could not be read at all.\n"


def test_what_is_odd_in_a_file_that_is_there_is_its_defect_alone(files: list[Path]):
    result = CliRunner().invoke(app, ["parse", *map(str, files[:6])])
    assert (result.exit_code, result.stderr) == (0, "")


def test_help_says_how_it_ends_when_there_is_no_file():
    said = " ".join(CliRunner().invoke(app, ["parse", "--help"], terminal_width=200).output.split())
    assert "ends with 0 whatever is in it" in said
    assert "no file to be read" in said


def test_people_get_something_to_read(files: list[Path]):
    result = CliRunner().invoke(app, ["parse", str(files[0])])
    shown = result.stdout_bytes.decode()
    assert "Ada <ada@example.org>" in shown
    assert "a.png (image/png, 1 bytes)" in shown
    assert "[reply]\nDág" in shown


def test_a_mail_over_a_limit_still_says_who_it_is_from_and_when(tmp_path: Path):
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200))
    (tmp_path / "deep.eml").write_bytes(
        b"From: Ada <ada@example.org>\r\nSubject: A\r\n bag\r\nMIME-Version: 1.0\r\n" + deep
    )
    with (tmp_path / "large.eml").open("wb") as large:
        large.write(mail(body=b"x"))
        large.truncate(41 * 1024 * 1024)
    result = CliRunner().invoke(app, ["parse", "--json", str(tmp_path / "deep.eml"), str(tmp_path / "large.eml")])
    deep_one, large_one = (json.loads(line) for line in result.stdout_bytes.decode().splitlines())
    assert (deep_one["from"]["address"], deep_one["subject"], deep_one["text"]) == ("ada@example.org", "A bag", "")
    assert "nested" in deep_one["defects"][0]
    assert (large_one["date"], large_one["text"]) == ("2025-03-03T09:00:00+00:00", "")
    assert large_one["defects"][0] == "This mail is larger than 40 MB."


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    result = CliRunner().invoke(app, ["parse", "--json", str(tmp_path / "pipe")])
    assert json.loads(result.stdout_bytes)["defects"][0] == "This is not a mail: it has no header."


def test_a_mail_cannot_write_to_the_terminal_with_control_characters(tmp_path: Path):
    (tmp_path / "one.eml").write_bytes(mail(body=b"\x1b]0;mine\x07 \xc2\x9b2J"))
    shown = CliRunner().invoke(app, ["parse", str(tmp_path / "one.eml")]).stdout_bytes.decode()
    assert not {"\x1b", "\x07", "\x9b"} & {*shown}


def test_it_starts_without_django():
    code = "import sys, klankbord.cli.mail; print('django' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True).stdout
        == b"False\n"
    )


def test_what_was_forwarded_under_ones_own_words_is_called_so(tmp_path: Path):
    forwarded = "Klopt dit?\n\n---------- Forwarded message ---------\nFrom: <gemeente@example.org>\n\nU moet betalen."
    history = "Dank!\n\nOp 3 mei 2026 schreef De Klank:\n> Dat mag."
    for name, body in (("a.eml", forwarded), ("b.eml", history)):
        (tmp_path / name).write_bytes(mail(body=body))
    names = [str(tmp_path / name) for name in ("a.eml", "b.eml")]
    said = CliRunner().invoke(app, ["parse", *names]).stdout
    assert "[reply]\nKlopt dit?\n\n[forwarded]\n---------- Forwarded message" in said
    assert "[reply]\nDank!\n\n[quoted]\nOp 3 mei" in said
    told = CliRunner().invoke(app, ["parse", "--json", *names]).stdout.splitlines()
    assert [json.loads(line)["marks"] for line in told] == [["forwarded"], []]
