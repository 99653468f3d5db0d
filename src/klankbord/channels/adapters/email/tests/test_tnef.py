"""winmail.dat, made by a small writer of our own after MS-OXTNEF."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klankbord.channels.adapters.email import rtf, tnef
from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.tests.mails import multipart


def attribute(level: int, name: int, content: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    packed = [struct.pack("<I", len(values))]
    for kind, tag, content in values:
        packed.append(struct.pack("<HH", kind, tag))
        if kind == 0x03:
            packed.append(content)
        else:
            packed.append(struct.pack("<II", 1, len(content)) + content + bytes(-len(content) % 4))
    return b"".join(packed)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


BODY = attribute(1, 0x9003, properties((0x03, 0x3FDE, bytes(4)), (0x1F, 0x1000, "Dag vriénd".encode("utf-16-le"))))
FILE = (
    attribute(2, 0x9002, bytes(14))
    + attribute(2, 0x8010, b"NOTA~1.PDF\0")
    + attribute(2, 0x800F, b"%PDF-1.4")
    + attribute(2, 0x9005, properties((0x1F, 0x3707, "nota één.pdf\0".encode("utf-16-le"))))
)


def test_the_text_and_the_files_come_out():
    found = tnef.unpack(winmail(BODY, FILE))
    assert found.text == "Dag vriénd"
    assert [(file.name, file.content) for file in found.files] == [("nota één.pdf", b"%PDF-1.4")]
    assert found.whole


def test_a_mail_with_it_reads_as_if_it_had_been_sent_well():
    packed = base64.encodebytes(winmail(BODY, FILE)).decode()
    message = parse_mail(
        multipart(
            "mixed",
            f"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{packed}",
        )
    )
    assert message.marks == ["tnef"]
    assert message.text == "Dag vriénd"
    assert [(one.name, one.type) for one in message.attachments] == [("nota één.pdf", "application/pdf")]


def test_one_that_is_cut_off_gives_what_it_can():
    found = tnef.unpack(winmail(BODY, FILE)[:-40])
    assert found.text == "Dag vriénd"
    assert not found.whole


def test_something_else_of_that_name_stays_a_file():
    message = parse_mail(multipart("mixed", "Content-Type: application/ms-tnef; name=winmail.dat\n\nrubbish"))
    assert message.attachments[0].name == "winmail.dat"


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_make_it_fail(junk: bytes, at: int):
    whole = winmail(BODY, FILE)
    tnef.unpack(whole[:at] + junk + whole[at + len(junk) :])
    tnef.unpack(winmail() + junk)


def test_compressed_rtf_is_read():
    # The example of MS-OXRTFCP section 4.1.1.
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}Dag\par vri\'ebnd\tab\u8364?}", "Dag\nvriënd\t€"),
        (rb"{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf x\htmlrtf0 tekst{\*\htmltag72 </p>}}", "tekst"),
        (rb"{\rtf1 \u-10179?\u-8703?}", "\U0001f601"),
        (rb"}}}{{{", ""),
    ],
)
def test_rtf_gives_its_text(source: bytes, text: str):
    assert rtf.text_from_rtf(source) == text
