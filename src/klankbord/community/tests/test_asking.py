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
from klankbord.community.models import Answer, Question
from klankbord.community.tests.conftest import page
from klankbord.community.views import writing
from klankbord.conversations.actions.speak_publicly import hide_publicly, show_publicly
from klankbord.conversations.models import Attachment
from klankbord.files.actions import read_file
from klankbord.files.models import StoredFile
from klankbord.limits import Limit
from klankbord.moderation.models import Case
from klankbord.participation.models import Picture, Topic
from klankbord.participation.pictures import forget_unposted_pictures
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
    said_so = step.index("Nog niet geplaatst")
    assert "Anderen vroegen al zoiets" in step
    button = re.search(r'<button[^>]* form="writing">Plaats mijn vraag', step)
    assert button
    assert said_so < button.start() < step.index('id="similar"') < step.index("<form class")
    asks.post("/questions/ask/", {**ASKED, "looked": "1"})
    assert last(scene).conversation.subject == ASKED["title"]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/questions/ask/", "Nog niet geplaatst"),
        ("/questions/{question}/answer/", "Nog niet geplaatst"),
        ("/questions/posts/{opening}/edit/", "Nog niet bewaard"),
    ],
)
def test_a_look_at_it_first_says_above_it_that_nobody_else_sees_it_yet(scene: SimpleNamespace, path: str, title: str):
    address = path.format(question=scene.question.pk, opening=scene.question.opening_id)
    asks = cast.known_browser(scene.ans)
    hidden = re.compile(r'id="not-yet"[^>]* hidden')
    assert hidden.search(page(asks, address))
    looked = asks.post(address, {**ASKED, "preview": "1"}).content.decode()
    assert not hidden.search(looked)
    assert looked.index(title) < looked.index('class="preview"') < looked.index("Ik ben net verhuisd.")
    nothing = asks.post(address, {"title": "", "text": "", "preview": "1"}).content.decode()
    assert hidden.search(nothing)


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
    source = re.search(r'<img src="(/pictures/\d+/)" alt="De balie"', shown)
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


def test_who_sends_picture_after_picture_is_asked_to_wait_and_keeps_their_words(scene, asks, monkeypatch):
    monkeypatch.setattr("klankbord.participation.pictures.FROM_ONE_ADDRESS", Limit("few", 2, timedelta(hours=1)))
    for _ in range(2):
        asks.post("/questions/ask/", {**ASKED, "picture": upload(picture()), "picture_new": "", "preview": "1"})
    refused = asks.post("/questions/ask/", {**ASKED, "picture": upload(picture()), "picture_new": "x", "preview": "1"})
    assert "Probeer het over een uur opnieuw." in refused.content.decode()
    assert "Ik ben net verhuisd." in refused.content.decode()
    assert Picture.objects.of(scene.here).count() == 2


def test_a_picture_with_a_damaged_note_beside_it_is_shown_as_it_lies(scene: SimpleNamespace, asks):
    damaged = picture(kind="WEBP", exif=b"Exif\0\0no note")
    asks.post("/questions/ask/", {**ASKED, "picture": upload(damaged), "picture_new": "De balie"})
    assert Picture.objects.of(scene.here).count() == 1


def test_words_for_a_picture_are_asked_and_it_need_not_be_chosen_again(scene: SimpleNamespace, asks):
    again = asks.post("/questions/ask/", {**ASKED, "picture": upload(picture())}).content.decode()
    token = re.search(r'name="picture_token" value="([^"]+)"', again)
    assert token is not None
    assert asks.get(f"/pictures/draft/{token[1]}/").headers["Content-Type"] == "image/webp"
    asks.post("/questions/ask/", {**ASKED, "picture_token": token[1], "picture_words": "De balie"})
    assert Attachment.objects.of(scene.here).get(message=last(scene).opening).name == "De balie"


def test_the_picture_of_what_is_hidden_is_shown_to_staff_only(scene: SimpleNamespace, asks):
    asks.post("/questions/ask/", {**ASKED, "picture": upload(picture()), "picture_new": "De balie"})
    path = f"/pictures/{Picture.objects.of(scene.here).get().pk}/"
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
    told = held.partition("<main")[2].partition("</main>")[0]
    assert told.count("eerst even") == 1, "once, in the heading"
    assert "collega" not in told
    assert Case.objects.of(scene.here).waiting().filter(message=question.opening).exists()
    assert cast.browser(scene.here).get(f"/questions/{question.pk}/").status_code == 404
    own = stranger.get(f"/questions/{question.pk}/", follow=True)
    assert ASKED["title"] in own.content.decode(), "their own question is not gone for them"
    assert own.redirect_chain == [(f"/held/{question.opening_id}/", 302)]
    show_publicly(message=question.opening)
    now = cast.browser(scene.here).get(f"/held/{question.opening_id}/")
    assert now.headers["Location"].startswith(f"/questions/{question.pk}/"), "it leads to what is public by now"
    hide_publicly(message=question.opening)
    other = cast.known_browser(cast.helper(scene.here, "Lezer"))
    assert other.get(f"/questions/{question.pk}/").status_code == 404


def test_a_stranger_gives_their_address_beside_the_question_and_skips_a_page(scene: SimpleNamespace):
    scene.house.mailbox.settings = {"smtp_host": "mail.deklank.example"}
    scene.house.mailbox.save()
    stranger = cast.browser(scene.here)
    assert 'name="email"' in page(stranger, "/questions/ask/")
    who = {"email": "nieuw@example.org", "name": "Noor"}
    looked = stranger.post("/questions/ask/", {**ASKED, **who, "preview": "1"}).content.decode()
    assert re.search(r'name="email"[^>]*value="nieuw@example.org"', looked), "it is still there after a look"
    sent = stranger.post("/questions/ask/", {**ASKED, **who})
    assert sent.headers["Location"].startswith("/take-part/sent/")
    assert Dispatch.objects.of(scene.here).filter(recipient="nieuw@example.org").exists()


def test_who_is_known_is_not_asked_for_an_address(asks):
    assert 'name="email"' not in page(asks, "/questions/ask/")


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
