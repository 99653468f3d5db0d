"""Asking: similar questions and personal data first, pictures, a stranger's way, what is held."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.community.models import Answer, Picture, Question
from klankbord.community.pictures import forget_unposted_pictures
from klankbord.community.tests.conftest import page
from klankbord.community.views import writing
from klankbord.conversations.models import Attachment
from klankbord.files.actions import read_file
from klankbord.files.models import StoredFile
from klankbord.moderation.models import Case
from klankbord.participation.models import Topic
from tests import cast

ASKED = {"title": "Hoe maak ik een pasje?", "text": "Ik ben net verhuisd."}


def picture(size: tuple[int, int] = (30, 20), kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def upload(content: bytes, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


@pytest.fixture
def asks(scene: SimpleNamespace):
    return cast.known_browser(scene.fatima)


def last(scene: SimpleNamespace) -> Question:
    return Question.objects.of(scene.here).select_related("conversation", "opening").latest("pk")


def test_topics_are_chosen_from_those_of_the_organisation(scene: SimpleNamespace, asks):
    topic = Topic.objects.create(organisation=scene.here, name="Lid worden", slug="lid")
    foreign = Topic.objects.create(organisation=cast.klankerveen().organisation, name="Afval", slug="afval")
    assert "Lid worden" in page(asks, "/questions/ask/")
    asks.post("/questions/ask/", {**ASKED, "topics": [topic.pk, foreign.pk]})
    tagged = last(scene).conversation.taggings.values_list("topic_id", flat=True)
    assert list(tagged) == [topic.pk]


def test_questions_about_the_same_are_shown_a_step_before_posting(scene: SimpleNamespace, asks, monkeypatch):
    from klankbord.community.reading.lists import read_these

    monkeypatch.setattr(
        writing, "similar_questions", lambda organisation, **_words: list(read_these(organisation, [scene.question.pk]))
    )
    before = Question.objects.of(scene.here).count()
    step = asks.post("/questions/ask/", ASKED).content.decode()
    assert "Hoe verleng ik een boek?" in step
    assert "Ik ben net verhuisd." in step
    assert Question.objects.of(scene.here).count() == before
    asks.post("/questions/ask/", {**ASKED, "looked": "1"})
    assert last(scene).conversation.subject == ASKED["title"]


def test_similar_questions_and_the_preview_come_as_pieces_of_page(scene: SimpleNamespace, asks):
    assert asks.post("/questions/similar/", ASKED).status_code == 200
    shown = asks.post("/questions/preview/", {"text": "**dik** <script>alert(1)</script>"}).content.decode()
    assert "<strong>dik</strong>" in shown
    assert "<script>" not in shown


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Bel mij op 06 12345678.", "06 12345678"),
        ("Mijn rekening is NL91ABNA0417164300.", "NL91ABNA0417164300"),
        ("Ik woon op Dorpsstraat 12, 3011 AB Rotterdam.", "3011 AB"),
    ],
)
@pytest.mark.parametrize("where", ["question", "answer", "comment", "edit"])
def test_personal_data_is_pointed_out_before_it_is_posted_and_can_be_posted_anyway(
    where: str, text: str, word: str, scene: SimpleNamespace
):
    if where == "edit":
        browser, path, fields = cast.known_browser(scene.piet), f"/questions/posts/{scene.answer.pk}/edit/", {}
    else:
        browser = cast.known_browser(scene.fatima)
        path, fields = {
            "question": ("/questions/ask/", {"title": "Hoe maak ik een pasje?"}),
            "answer": (f"{scene.path}answer/", {}),
            "comment": (f"/questions/posts/{scene.answer.pk}/comment/", {}),
        }[where]
    warned = browser.post(path, {**fields, "text": text})
    shown = warned.content.decode()
    assert warned.status_code == 422
    marked = " ".join(re.findall(r"<mark>(.*?)</mark>", shown))
    assert word in marked
    assert 'name="anyway"' in shown
    assert browser.post(path, {**fields, "text": text, "anyway": "on"}).status_code == 302


@pytest.mark.parametrize("text", ["Mijn BSN is 111222333.", "Mijn kaart is 4111 1111 1111 1111."])
def test_a_citizen_number_and_a_card_number_cannot_be_posted_whatever_is_ticked(text: str, scene, asks):
    before = Answer.objects.of(scene.here).count()
    warned = asks.post(f"{scene.path}answer/", {"text": text, "anyway": "on"})
    assert warned.status_code == 422
    assert 'name="anyway"' not in warned.content.decode()
    assert Answer.objects.of(scene.here).count() == before


def test_the_organisations_own_number_is_no_personal_data(scene: SimpleNamespace, asks):
    said = asks.post(f"{scene.path}answer/", {"text": "Bel 010 123 45 67, zij helpen je."})
    assert said.status_code == 302


def test_a_picture_is_drawn_anew_without_what_the_camera_wrote(scene: SimpleNamespace, asks):
    exif = Image.Exif()
    exif[0x010E] = "Mijn huis, 52.1 N 4.3 E"
    fields = {**ASKED, "picture": upload(picture(exif=exif)), "picture_new": "De balie"}
    asks.post("/questions/ask/", fields)
    shown = page(cast.browser(scene.here), f"/questions/{last(scene).pk}/")
    source = re.search(r'<img src="(/questions/pictures/\d+/)" alt="De balie"', shown)
    assert source is not None
    served = cast.browser(scene.here).get(source[1])
    assert served.headers["Content-Type"] == "image/webp"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"Mijn huis" not in served.content
    assert Image.open(io.BytesIO(served.content)).size == (30, 20)
    assert all(b"Mijn huis" not in read_file(each) for each in StoredFile.objects.of(scene.here))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"GIF89a" + b"\x00" * 40,
        b"",
        picture()[:200],
    ],
    ids=["svg", "html", "broken", "nothing", "cut off"],
)
def test_what_is_no_picture_is_refused_and_the_words_are_kept(content: bytes, scene, asks):
    refused = asks.post("/questions/ask/", {**ASKED, "picture": upload(content), "picture_new": "De balie"})
    if content:
        assert refused.status_code == 422
        assert "Ik ben net verhuisd." in refused.content.decode()
    assert not Picture.objects.of(scene.here).exists()


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(scene: SimpleNamespace, asks):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    refused = asks.post("/questions/ask/", {**ASKED, "picture": upload(bomb.getvalue()), "picture_new": "Zwart"})
    assert refused.status_code == 422


def test_words_for_a_picture_are_asked_and_it_need_not_be_chosen_again(scene: SimpleNamespace, asks):
    again = asks.post("/questions/ask/", {**ASKED, "picture": upload(picture())}).content.decode()
    token = re.search(r'name="picture_token" value="([^"]+)"', again)
    assert token is not None
    assert asks.get(f"/questions/pictures/draft/{token[1]}/").headers["Content-Type"] == "image/webp"
    asks.post("/questions/ask/", {**ASKED, "picture_token": token[1], "picture_words": "De balie"})
    assert Attachment.objects.of(scene.here).get(message=last(scene).opening).name == "De balie"


def test_the_picture_of_what_is_hidden_is_shown_to_staff_only(scene: SimpleNamespace, asks):
    from klankbord.conversations.actions.speak_publicly import hide_publicly

    asks.post("/questions/ask/", {**ASKED, "picture": upload(picture()), "picture_new": "De balie"})
    path = f"/questions/pictures/{Picture.objects.of(scene.here).get().pk}/"
    hide_publicly(message=last(scene).opening)
    assert cast.browser(scene.here).get(path).status_code == 404
    assert cast.browser(scene.here, scene.house.tom).get(path).status_code == 200


def test_a_picture_that_was_never_posted_is_forgotten(scene: SimpleNamespace, asks):
    asks.post("/questions/ask/", {**ASKED, "picture": upload(picture()), "picture_new": "x", "preview": "1"})
    forget_unposted_pictures()
    assert Picture.objects.of(scene.here).count() == 1
    later = clock.now() + timedelta(days=9)
    with clock.reading(lambda: later):
        forget_unposted_pictures()
    assert not Picture.objects.of(scene.here).exists()
    assert not StoredFile.objects.of(scene.here).exists()


def test_a_stranger_asks_with_one_click_in_a_mail_and_nothing_is_lost(scene: SimpleNamespace):
    scene.house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    scene.house.mailbox.save()
    stranger = cast.browser(scene.here)
    fields = {**ASKED, "picture": upload(picture()), "picture_new": "De balie"}
    asked = stranger.post("/questions/ask/", fields).content.decode()
    what = re.search(r'name="what" value="([^"]+)"', asked)
    assert what is not None
    before = Question.objects.of(scene.here).count()
    stranger.post("/take-part/", {"what": what[1], "email": "nieuw@example.org", "name": "Noor"})
    assert Question.objects.of(scene.here).count() == before
    mail = str(Dispatch.objects.of(scene.here).get(recipient="nieuw@example.org").message["text"])
    link = re.search(r"/confirm/\S+/", mail)
    assert link is not None
    done = stranger.post(link[0])
    question = last(scene)
    assert (question.conversation.subject, question.conversation.person.pseudonym) == (ASKED["title"], "Noor")
    assert Attachment.objects.of(scene.here).filter(message=question.opening).exists()
    held = page(stranger, done.headers["Location"])
    assert ASKED["title"] in held, "the first post of somebody new is looked at first, and they are told"
    assert Case.objects.of(scene.here).waiting().filter(message=question.opening).exists()
    assert cast.browser(scene.here).get(f"/questions/{question.pk}/").status_code == 404


def test_another_sites_form_posts_nothing(scene: SimpleNamespace, asks):
    refused = asks.post("/questions/ask/", ASKED, HTTP_SEC_FETCH_SITE="cross-site")
    assert refused.status_code == 403


def test_a_program_that_fills_in_every_field_posts_nothing(scene: SimpleNamespace, asks):
    before = Question.objects.of(scene.here).count()
    asks.post("/questions/ask/", {**ASKED, "website": "https://spam.example"})
    assert Question.objects.of(scene.here).count() == before


@pytest.mark.parametrize(
    "fields", [{"title": "", "text": "x"}, {"title": "x" * 301, "text": ""}, {"title": "Kort", "text": "x" * 100_001}]
)
def test_what_is_missing_or_too_long_is_said_and_kept(fields: dict[str, str], scene: SimpleNamespace, asks):
    again = asks.post("/questions/ask/", fields)
    assert again.status_code == 422
    assert fields["title"][:50] in again.content.decode()
