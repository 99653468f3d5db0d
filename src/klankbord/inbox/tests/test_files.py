"""What comes along with mail: files, formatted versions, and what could not be read."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klankbord.channels.contract import InboundAttachment
from klankbord.channels.models import Arrival, Dispatch
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Attachment, Message, MessageHtml
from klankbord.inbox.tests.conftest import receive, sign_in
from klankbord.people.models import Role
from tests import cast as cast_


def attachment(cast) -> Attachment:
    return Attachment.objects.of(cast.house).get()


def test_a_file_is_a_download_whatever_it_says_it_is(cast, desk):
    evil = InboundAttachment(name='a"b\r\n.html', type="text/html", content=b"<script>alert(1)</script>")
    receive(cast.mail, files=[evil])
    for query in ("", "?show=1"):
        answer = desk.get(f"/inbox/file/{attachment(cast).pk}/{query}")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]


def test_a_picture_can_be_looked_at(cast, desk, picture):
    receive(cast.mail, files=[picture()])
    answer = desk.get(f"/inbox/file/{attachment(cast).pk}/?show=1")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF", b"", b"RIFF1234WAVE"])
def test_what_only_claims_to_be_a_picture_is_downloaded(cast, desk, picture, content):
    receive(cast.mail, files=[picture(content=content or b" ")])
    answer = desk.get(f"/inbox/file/{attachment(cast).pk}/?show=1")
    assert answer["Content-Disposition"].startswith("attachment")


def formatted(desk, cast, query="") -> object:
    message = MessageHtml.objects.of(cast.house).get().message_id
    return desk.get(f"/inbox/message/{message}/formatted/{query}")


def test_the_formatted_version_has_a_strict_policy_of_its_own(cast, desk):
    receive(cast.mail, html="<p>Hello</p>")
    answer = formatted(desk, cast)
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


@pytest.mark.parametrize(
    ("text", "more", "size"),
    [("Hello", {}, "short"), ("Hello", {"remote_images": True}, ""), ("x\n" * 20, {}, ""), ("word " * 700, {}, "long")],
)
def test_the_frame_has_the_room_that_its_words_need_and_opens_on_a_page_of_its_own(cast, desk, text, more, size):
    conversation = receive(cast.mail, html="<p>Hello</p>", text=text, **more)
    page = desk.get(f"/inbox/{conversation.pk}/").content.decode()
    (frame,) = re.findall(r'<iframe class="sheet ([a-z]*)"[^>]* src="([^"]+)"', page)
    assert frame[0] == size
    assert f'href="{frame[1]}" target="_blank" rel="noopener"' in page
    assert b"<p>Hello</p>" in desk.get(frame[1]).content


def test_remote_images_load_only_when_asked_for_and_without_a_referrer(cast, desk):
    conversation = receive(cast.mail, html='<img data-src="https://spy.example/a.gif">', remote_images=True)
    assert b' src="https://spy' not in formatted(desk, cast).content
    asked = formatted(desk, cast, "?images=1")
    assert b' src="https://spy.example/a.gif" referrerpolicy="no-referrer"' in asked.content
    assert asked["Referrer-Policy"] == "no-referrer"
    page = desk.get(f"/inbox/{conversation.pk}/").content.decode()
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "The sender can see that you opened this mail." in page


def test_a_mails_own_picture_is_put_in_and_no_others(cast, desk, picture):
    receive(cast.mail, files=[picture(content_id="logo@x", inline=True, name="other.png")], address="o@example.org")
    own = picture(content_id="logo@x", inline=True, content=b"\x89PNG\r\n\x1a\nown")
    html = '<img data-cid="logo@x"><img data-cid="stranger@x">'
    receive(cast.mail, html=html, files=[own])
    content = formatted(desk, cast).content.decode()
    assert content.count('src="data:image/png;base64,') == 1
    assert 'data-cid="stranger@x"' in content


def test_a_very_long_text_is_cut_and_can_be_downloaded(cast, desk):
    conversation = receive(cast.mail, text="x" * 60_000 + "end")
    assert "Download the whole text" in desk.get(f"/inbox/{conversation.pk}/").content.decode()
    message = Message.objects.of(cast.house).get()
    assert desk.get(f"/inbox/message/{message.pk}/text/").content.endswith(b"end")


def quarantined(house, mail) -> Arrival:
    return Arrival.objects.create(
        organisation=house,
        channel=mail,
        source="smtp",
        external_id="broken",
        digest="d",
        raw=b"\xff\xfe",
        size=2,
        state="given_up",
        attempts=3,
        last_error="It nests too deep.",
        envelope={"sender": "<b>odd</b>@example.org"},
    )


def test_what_could_not_be_read_is_kept_shown_and_tried_again(cast, desk):
    assert "Could not be read" not in desk.get("/inbox/").content.decode()
    arrival = quarantined(cast.house, cast.mail)
    assert "Could not be read" in desk.get("/inbox/").content.decode()
    page = desk.get("/inbox/unreadable/").content.decode()
    assert "It nests too deep." in page
    assert "&lt;b&gt;odd" in page
    assert desk.get(f"/inbox/unreadable/{arrival.pk}/raw/").content == b"\xff\xfe"
    desk.post(f"/inbox/unreadable/{arrival.pk}/again/")
    arrival.refresh_from_db()
    assert (arrival.state, arrival.attempts) == ("ready", 0)


@pytest.mark.parametrize(
    ("asked", "status", "content", "said"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=7-3", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_a_download_that_broke_off_can_go_on(cast, desk, asked, status, content, said):
    receive(cast.mail, files=[InboundAttachment(name="a.bin", type="x/y", content=b"0123456789")])
    path = f"/inbox/file/{attachment(cast).pk}/"
    whole = desk.get(path)
    assert whole["Accept-Ranges"] == "bytes"
    for condition in ({}, {"If-Range": whole["ETag"]}):
        part = desk.get(path, headers={"Range": asked, **condition})
        assert (part.status_code, part.content, part.get("Content-Range")) == (status, content, said)
        assert part["Content-Disposition"].startswith("attachment")
    other = desk.get(path, headers={"Range": asked, "If-Range": '"another file"'})
    assert (other.status_code, other.content) == (200, b"0123456789")


def test_outgoing_mail_is_read_by_leads_as_customers_see_it(cast, desk, question):
    send_reply(conversation=question, by=cast.marlies, text="Here it is")
    dispatch = Dispatch.objects.of(cast.house).get()
    assert "mohamed@example.org" in desk.get("/inbox/outgoing/").content.decode()
    assert "Here it is" in desk.get(f"/inbox/outgoing/?mail={dispatch.pk}").content.decode()
    mail = desk.get(f"/inbox/outgoing/{dispatch.pk}/mail/")
    assert b"data:image/png;base64," in mail.content  # the face
    assert "default-src 'none'" in mail["Content-Security-Policy"]


def test_outgoing_mail_without_a_subject_says_so_where_its_name_would_stand(cast, desk, question):
    send_reply(conversation=question, by=cast.marlies, text="Here it is")
    dispatch = Dispatch.objects.of(cast.house).get()
    dispatch.message["subject"] = ""  # as of an acknowledgement to a mail that had none
    dispatch.save(update_fields=["message"])
    page = desk.get(f"/inbox/outgoing/?mail={dispatch.pk}").content.decode()
    assert re.search(r"<h1[^>]*>[^<]*\w", page)


def test_outgoing_mail_is_not_there_for_agents(cast, question):
    send_reply(conversation=question, by=cast.marlies, text="Here it is")
    dispatch = Dispatch.objects.of(cast.house).get()
    agent = sign_in(cast.anja)
    for path in ("/inbox/outgoing/", f"/inbox/outgoing/?mail={dispatch.pk}", f"/inbox/outgoing/{dispatch.pk}/mail/"):
        assert agent.get(path).status_code == 404
    lead = sign_in(cast_.member(cast.house, "Lea Lead", Role.LEAD))
    assert lead.get("/inbox/outgoing/").status_code == 200


@pytest.mark.parametrize("purpose", ["sign_in", "password", "invitation"])
def test_what_opens_an_account_is_shown_to_nobody_else(cast, desk, question, purpose):
    send_reply(conversation=question, by=cast.marlies, text="Your code is 123456")
    Dispatch.objects.of(cast.house).update(purpose=purpose)
    dispatch = Dispatch.objects.of(cast.house).get()
    assert "123456" not in desk.get(f"/inbox/outgoing/?mail={dispatch.pk}").content.decode()
    assert desk.get(f"/inbox/outgoing/{dispatch.pk}/mail/").status_code == 404


def reply(desk, question, **fields) -> str:
    """Answer it, having read all there is; the page that comes back."""
    seen = Message.objects.of(question.organisation_id).latest("pk").pk
    return desk.post(f"/inbox/{question.pk}/reply/", {"seen": seen, **fields}).content.decode()


def sent_files(cast) -> list[tuple[str, int]]:
    return list(Attachment.objects.of(cast.house).order_by("pk").values_list("name", "file__size"))


def test_an_empty_file_goes_along_and_says_that_it_is_empty(cast, desk, question):
    reply(desk, question, text="See file", files=[SimpleUploadedFile("note.txt", b"")])
    assert sent_files(cast) == [("note.txt", 0)]
    assert "empty" in desk.get(f"/inbox/{question.pk}/").content.decode()


def test_two_names_of_the_same_content_both_come_through_a_refusal(cast, desk, question):
    files = [SimpleUploadedFile(name, b"the same") for name in ("one.txt", "two.txt")]
    tokens = re.findall(r'name="kept" value="([^"]+)"', reply(desk, question, text="", files=files))
    reply(desk, question, text="See files", kept=tokens)
    assert sent_files(cast) == [("one.txt", 8), ("two.txt", 8)]
