"""Posts, tips and the question of the month, through their pages."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import opening_message
from klankbord.conversations.models import Conversation, Message
from klankbord.events.reacting import react_to_everything
from klankbord.files.actions import read_file
from klankbord.moderation.models import Case
from klankbord.participation.actions import follow
from klankbord.participation.models import Notice, Picture
from klankbord.participation.paths import thread_path
from klankbord.participation.pictures import forget_unposted_pictures
from klankbord.people.models import Membership
from klankbord.posts.actions import ask_monthly_question, ask_what_waited, give_tip, react, save_log, write_post
from klankbord.posts.models import Log, MonthlyQuestion, Post, Theme, Tip
from klankbord.posts.personal_data import PostsData
from klankbord.reputation.actions import points_of
from klankbord.reputation.rules import WORTH, Rule
from tests.cast import DeKlank, browser, helper, known_browser


def _picture() -> io.BytesIO:
    found = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(found, "PNG")
    found.seek(0)
    found.name = "boek.png"
    return found


def test_a_member_of_staff_posts_under_their_own_name_and_visitors_react(klank: DeKlank) -> None:
    staff, visitor = browser(klank.organisation, klank.jamal), known_browser(helper(klank.organisation, "Piet"))
    staff.post("/posts/write/", {"title": "De kasten staan er", "text": "Met **zes** man verschoven."})
    post = Post.objects.of(klank.organisation).get()
    page = visitor.get(f"/posts/{post.pk}/").content.decode()
    assert "Jamal Haddou" in page
    assert "<strong>zes</strong>" in page
    visitor.post(f"/posts/{post.pk}/react/", {"text": "Eindelijk licht!"})
    case = Case.objects.of(klank.organisation).first()
    shown = browser(klank.organisation).get(f"/posts/{post.pk}/").content.decode()
    assert ("Eindelijk licht!" in shown) is (case is None), "a newcomer's first words are looked at first"


def test_who_reacted_takes_it_back_and_nobody_else_does(klank: DeKlank) -> None:
    piet, ans = helper(klank.organisation, "Piet"), helper(klank.organisation, "Ans")
    post = write_post(by=klank.jamal, title="De kasten", text="Ze staan er.")
    said = react(conversation=post.conversation, person=piet, text="Dat zei ik verkeerd.")
    place, path = f"/posts/{post.pk}/", f"/posts/said/{said.pk}/take-back/"
    assert path in known_browser(piet).get(place).content.decode()
    assert path not in known_browser(ans).get(place).content.decode()
    assert path not in browser(klank.organisation).get(place).content.decode()
    assert known_browser(ans).post(path).status_code == 422
    opening = opening_message(post.conversation)
    assert browser(klank.organisation, klank.jamal).post(f"/posts/said/{opening.pk}/take-back/").status_code == 422
    assert known_browser(piet).post(path).status_code == 302
    react_to_everything()
    assert "Dat zei ik verkeerd." not in browser(klank.organisation).get(place).content.decode()
    assert Post.objects.of(klank.organisation).get().reactions == 0


def test_staff_take_back_what_they_said_below_a_tip(klank: DeKlank) -> None:
    tip = give_tip(person=helper(klank.organisation, "Piet"), title="Ronja", text="Over moed.")
    staff = browser(klank.organisation, klank.jamal)
    staff.post(f"/posts/{tip.pk}/react/", {"text": "Staat al klaar voor je."})
    back = re.search(r"/posts/said/\d+/take-back/", staff.get(f"/tips/{tip.pk}/").content.decode())
    assert back
    staff.post(back[0])
    assert "Staat al klaar" not in browser(klank.organisation).get(f"/tips/{tip.pk}/").content.decode()


def test_a_post_is_changed_and_taken_back_by_who_wrote_it_and_by_a_lead(klank: DeKlank) -> None:
    post = write_post(by=klank.jamal, title="De kasten", text="Ze staan er.")

    def change(by: Membership, text: str) -> int:
        return (
            browser(klank.organisation, by)
            .post(f"/posts/{post.pk}/change/", {"title": "Kasten", "text": text})
            .status_code
        )

    assert change(klank.tom, "van een ander") == 404
    assert change(klank.jamal, "van mijzelf") == 302
    assert change(klank.noor, "van een lead") == 302
    browser(klank.organisation, klank.jamal).post(f"/posts/{post.pk}/take-back/")
    assert "Kasten" not in browser(klank.organisation).get("/posts/").content.decode()
    assert browser(klank.organisation).get(f"/posts/{post.pk}/").status_code == 404


def test_a_log_gathers_posts_for_one_audience_until_it_ends(klank: DeKlank) -> None:
    moderator = browser(klank.organisation, klank.tom)
    moderator.post("/posts/logs/new/", {"name": "Vestiging Zuid", "about": "Wie in Zuid komt."})
    log = Log.objects.of(klank.organisation).get()
    moderator.post("/posts/write/", {"title": "Open dag", "text": "Zaterdag.", "log": str(log.pk)})
    write_post(by=klank.jamal, title="Iets anders", text="Elders.")
    page = browser(klank.organisation).get("/posts/log/vestiging-zuid/").content.decode()
    assert "Open dag" in page
    assert "Iets anders" not in page
    moderator.post(f"/posts/logs/{log.pk}/", {"action": "end"})
    assert "Vestiging Zuid" not in browser(klank.organisation, klank.jamal).get("/posts/write/").content.decode()


def test_who_follows_a_log_hears_of_that_log_alone(klank: DeKlank) -> None:
    logs = [
        save_log(organisation=klank.organisation, by=klank.tom, name=name, about="") for name in ("Ouders", "Vestiging")
    ]
    parent, fan = helper(klank.organisation, "Olga"), helper(klank.organisation, "Floor")
    follow(person=fan, area="posts")
    page = known_browser(parent).get("/posts/log/ouders/").content.decode()
    area = re.search(r'name="area" value="([^"]+)"', page)
    assert area
    known_browser(parent).post("/follow/", {"area": area[1], "next": "/posts/log/ouders/"})
    assert "“Ouders”" in known_browser(parent).get("/me/").content.decode()
    for log in logs:
        write_post(by=klank.jamal, title=f"Voor {log.name}", text="Zaterdag.", log=log)
    react_to_everything()
    notices = Notice.objects.of(klank.organisation).order_by("pk")
    heard = list(notices.values_list("person__pseudonym", "conversation__subject"))
    assert sorted(heard) == [("Floor", "Voor Ouders"), ("Floor", "Voor Vestiging"), ("Olga", "Voor Ouders")]
    moved = browser(klank.organisation).post("/follow/", {"area": "log:999", "email": "x@example.org"})
    assert moved.status_code == 404


def test_a_visitor_gives_a_tip_with_a_picture_that_was_drawn_anew(klank: DeKlank) -> None:
    theme = Theme.objects.create(organisation=klank.organisation, name="Vakantie", slug="vakantie")
    visitor = known_browser(helper(klank.organisation, "Sandra"))
    sent = {"title": "Ronja", "text": "Over moed.", "theme": str(theme.pk), "picture_new": "de omslag"}
    visitor.post("/tips/give/", {**sent, "picture": _picture()})
    tip = Tip.objects.of(klank.organisation).get()
    assert (tip.theme, tip.width, tip.height, tip.picture_words) == (theme, 40, 30, "de omslag")
    Message.objects.of(klank.organisation).update(hidden_at=None)
    tip.conversation.hidden_at = None
    tip.conversation.save()
    picture = browser(klank.organisation).get(f"/tips/{tip.pk}/picture.webp")
    assert picture["Content-Type"] == "image/webp"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture.content[8:12] == b"WEBP"
    assert "Ronja" in browser(klank.organisation).get("/tips/theme/vakantie/").content.decode()


def test_what_is_no_picture_is_refused_and_nothing_typed_is_lost(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation))
    evil = io.BytesIO(b"<svg onload=alert(1)>")
    evil.name = "boek.png"
    page = visitor.post("/tips/give/", {"title": "Ronja", "text": "Over moed.", "picture": evil})
    assert page.status_code == 422
    assert "Over moed." in page.content.decode()
    assert not Tip.objects.of(klank.organisation).exists()


def test_a_like_counts_once_and_not_for_oneself(klank: DeKlank) -> None:
    giver, fan = helper(klank.organisation, "Sandra"), helper(klank.organisation, "Piet")
    tip = give_tip(person=giver, title="Ronja", text="Over moed.")
    for _twice in range(2):
        known_browser(fan).post(f"/tips/{tip.pk}/like/")
    known_browser(giver).post(f"/tips/{tip.pk}/like/")
    tip.refresh_from_db()
    assert tip.likes == 1
    known_browser(fan).post(f"/tips/{tip.pk}/like/", {"stop": "1"})
    tip.refresh_from_db()
    assert tip.likes == 0


def test_a_liked_tip_earns_something_as_long_as_it_is_liked(klank: DeKlank) -> None:
    giver, fan = helper(klank.organisation, "Sandra"), helper(klank.organisation, "Piet")
    tip = give_tip(person=giver, title="Ronja", text="Over moed.")
    for data, points in (({}, WORTH[Rule.TIP_LIKED].points), ({"stop": "1"}, 0)):
        known_browser(fan).post(f"/tips/{tip.pk}/like/", data)
        react_to_everything()
        assert points_of(giver) == points


def test_only_who_gave_a_tip_takes_it_back(klank: DeKlank) -> None:
    giver = helper(klank.organisation, "Sandra")
    tip = give_tip(person=giver, title="Ronja", text="Over moed.")
    known_browser(helper(klank.organisation, "Piet")).post(f"/tips/{tip.pk}/withdraw/")
    assert "Ronja" in browser(klank.organisation).get("/tips/").content.decode()
    known_browser(giver).post(f"/tips/{tip.pk}/withdraw/")
    assert "Ronja" not in browser(klank.organisation).get("/tips/").content.decode()


def test_a_closed_theme_takes_no_tips(klank: DeKlank) -> None:
    from klankbord.posts.actions import NotPossible

    closed = Theme.objects.create(
        organisation=klank.organisation, name="Zomer", slug="zomer", closes_on=date(2020, 9, 1)
    )
    with pytest.raises(NotPossible):
        give_tip(person=helper(klank.organisation), title="Ronja", text="Over moed.", theme=closed)
    assert "Zomer" not in browser(klank.organisation).get("/tips/").content.decode()


def test_a_month_has_one_question_whose_card_leads_to_where_answers_land(klank: DeKlank) -> None:
    moderator = browser(klank.organisation, klank.tom)
    this_month = klank.organisation.today().strftime("%Y-%m")
    asked = moderator.post("/question-of-the-month/ask/", {"title": "Wat lees je?", "text": "", "month": this_month})
    row = MonthlyQuestion.objects.of(klank.organisation).get()
    assert asked["Location"] == f"/question-of-the-month/{row.pk}/card/"
    card = browser(klank.organisation).get(asked["Location"]).content.decode()
    assert "<svg" in card
    assert f"/posts/{row.pk}/</b>" in card, "what is written leads to where the code leads, also next month"
    again = moderator.post("/question-of-the-month/ask/", {"title": "Nog een?", "text": "", "month": this_month})
    assert again.status_code == 422
    assert MonthlyQuestion.objects.of(klank.organisation).count() == 1
    browser(klank.organisation, klank.jamal).post(f"/posts/{row.pk}/react/", {"text": "Een kookboek."})
    row.refresh_from_db()
    assert row.answers == 1


@pytest.mark.parametrize(
    ("spoken", "is_formal", "lang", "words"),
    [
        ("nl", False, "nl", "Richt je telefoon op de code"),
        ("nl", True, "nl", "Richt uw telefoon op de code"),
        ("en", False, "en", "Point your phone at the code"),
    ],
)
def test_the_card_speaks_the_organisations_language_whoever_prints_it(
    klank: DeKlank, spoken: str, is_formal: bool, lang: str, words: str
) -> None:
    klank.organisation.language, klank.organisation.is_formal = spoken, is_formal
    klank.organisation.save()
    row = ask_monthly_question(by=klank.tom, title="Wat lees je?", text="", month=klank.organisation.today())
    for own in ("en", "nl"):
        klank.tom.user.language = own
        klank.tom.user.save()
        page = browser(klank.organisation, klank.tom).get(f"/question-of-the-month/{row.pk}/card/").content.decode()
        assert f'<html lang="{own}"' in page, "what stands around the card is for who prints it"
        card = page.partition(f'<div class="card" lang="{lang}">')[2]
        assert words in card


def test_this_month_is_filled_in_where_a_question_of_the_month_is_asked(klank: DeKlank) -> None:
    page = browser(klank.organisation, klank.tom).get("/question-of-the-month/ask/").content.decode()
    field = re.search(r'<input[^>]*type="month"[^>]*>', page)
    assert field is not None
    assert f'value="{klank.organisation.today():%Y-%m}"' in field[0]


def test_the_short_address_leads_to_the_question_of_now(klank: DeKlank) -> None:
    assert browser(klank.organisation).get("/question-of-the-month/").status_code == 200
    row = ask_monthly_question(by=klank.tom, title="Wat lees je?", text="", month=klank.organisation.today())
    assert browser(klank.organisation).get("/question-of-the-month/")["Location"] == f"/posts/{row.pk}/"


@pytest.mark.parametrize("month", ["1999-01", "2026-10", "2027-12", "9999-12"])
def test_no_question_is_asked_for_a_month_that_is_over_or_far_ahead(klank: DeKlank, month: str) -> None:
    with clock.reading(_at(2026, 11, 30)):
        words = {"title": "Wat lees je?", "text": "", "month": month}
        refused = browser(klank.organisation, klank.tom).post("/question-of-the-month/ask/", words)
    assert refused.status_code == 422
    assert "Kies deze maand, of een van de twaalf die komen." in refused.content.decode()
    assert not MonthlyQuestion.objects.of(klank.organisation).exists()


def test_a_question_written_ahead_is_asked_when_its_month_begins_and_its_card_can_be_printed_before(
    klank: DeKlank,
) -> None:
    reader = helper(klank.organisation, "Ans")
    follow(person=reader, area="monthly")
    anybody, moderator = browser(klank.organisation), browser(klank.organisation, klank.tom)
    with clock.reading(_at(2026, 11, 30)):
        now = ask_monthly_question(by=klank.tom, title="Wat lees je?", text="", month=date(2026, 11, 1))
        ahead = ask_monthly_question(by=klank.tom, title="Wat geef je?", text="", month=date(2026, 12, 1))
        react_to_everything()
        ask_what_waited()
        for path in ("/question-of-the-month/all/", "/question-of-the-month/feed.atom", "/"):
            assert "Wat geef je?" not in anybody.get(path).content.decode()
        for path in (f"/posts/{ahead.pk}/", f"/question-of-the-month/{ahead.pk}/card/"):
            assert anybody.get(path).status_code == 404
        assert anybody.get("/question-of-the-month/")["Location"] == f"/posts/{now.pk}/"
        assert "Wat geef je?" in moderator.get("/question-of-the-month/all/").content.decode()
        card = moderator.get(f"/question-of-the-month/{ahead.pk}/card/").content.decode()
        assert f"/posts/{ahead.pk}/</b>" in card
        assert "december 2026" in card
        assert list(Notice.objects.of(klank.organisation).values_list("conversation", flat=True)) == [now.pk]
    with clock.reading(_at(2026, 12, 1)):
        for _twice in range(2):
            ask_what_waited()
            react_to_everything()
        assert anybody.get("/question-of-the-month/")["Location"] == f"/posts/{ahead.pk}/"
        assert anybody.get(f"/posts/{ahead.pk}/").status_code == 200
        assert Notice.objects.of(klank.organisation).filter(conversation=ahead.pk).count() == 1


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.mark.parametrize("feed", ["/posts/feed.atom", "/tips/feed.atom"])
def test_every_list_has_a_feed(klank: DeKlank, feed: str) -> None:
    write_post(by=klank.jamal, title="Kasten & planken", text="Ze staan er.")
    give_tip(person=helper(klank.organisation), title="Kasten & planken", text="Mooi.")
    answer = browser(klank.organisation).get(feed)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert "Kasten &amp; planken" in answer.content.decode()


def test_so_have_the_reactions_to_a_post_and_a_tip_newest_first(klank: DeKlank) -> None:
    piet = helper(klank.organisation, "Piet")
    for thread in (
        write_post(by=klank.jamal, title="Kasten", text="Ze staan er.").conversation,
        give_tip(person=piet, title="Ronja", text="Over moed.").conversation,
    ):
        for words in ("Eerst & vooral", "Daarna"):
            react(conversation=thread, person=piet, text=words)
        page = browser(klank.organisation).get(thread_path(thread)).content.decode()
        feed = f"/posts/{thread.pk}/feed.atom"
        assert f'type="application/atom+xml" title="{thread.subject}" href="{feed}"' in page
        said = browser(klank.organisation).get(feed).content.decode()
        assert said.index("Daarna") < said.index("Eerst &amp;amp; vooral")
        assert "Ze staan er." not in said
    assert browser(klank.organisation).get("/posts/999999/feed.atom").status_code == 404


def test_the_questions_of_the_month_have_a_feed_without_what_is_hidden(klank: DeKlank) -> None:
    with clock.reading(_at(2026, 11, 30)):
        ask_monthly_question(by=klank.tom, title="Wat lees je?", text="In een zin.", month=date(2026, 11, 5))
    with clock.reading(_at(2026, 12, 1)):
        hidden = ask_monthly_question(by=klank.tom, title="Wat eet je?", text="", month=date(2026, 12, 5))
    Conversation.objects.of(klank.organisation).filter(pk=hidden.pk).update(hidden_at=clock.now())
    feed = browser(klank.organisation).get("/question-of-the-month/feed.atom").content.decode()
    assert "Wat lees je?" in feed
    assert "Wat eet je?" not in feed
    listed = browser(klank.organisation).get("/question-of-the-month/all/").content.decode()
    assert 'href="/question-of-the-month/feed.atom"' in listed


def test_a_person_who_is_erased_takes_their_pictures_along(klank: DeKlank) -> None:
    visitor = helper(klank.organisation, "Sandra")
    known_browser(visitor).post(
        "/tips/give/", {"title": "Ronja", "text": "Moed.", "picture": _picture(), "picture_new": "de omslag"}
    )
    tip = Tip.objects.of(klank.organisation).get()
    assert tip.picture is not None
    exported = PostsData().export(organisation_id=klank.organisation.pk, person_ids=[visitor.pk])
    assert [Path(name).suffix for name in exported.files] == [".webp"]
    PostsData().erase(organisation_id=klank.organisation.pk, person_ids=[visitor.pk])
    tip.refresh_from_db()
    assert tip.picture is None


def test_a_phone_number_in_a_tip_is_pointed_out_first_and_can_stay(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation, "Sandra"))
    sent = {"title": "Klussen bij Wim", "text": "Bel hem op 06 12 34 56 78, hij helpt iedereen."}
    page = visitor.post("/tips/give/", sent)
    assert page.status_code == 422
    assert "<mark>06 12 34 56 78</mark>" in page.content.decode()
    assert not Tip.objects.of(klank.organisation).exists()
    visitor.post("/tips/give/", {**sent, "anyway": "on"})
    assert Tip.objects.of(klank.organisation).exists()


def test_a_picture_is_chosen_once_and_what_it_shows_is_asked(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation, "Sandra"))
    sent = {"title": "Klussen bij Wim", "text": "Bel hem op 06 12 34 56 78, hij helpt iedereen."}
    page = visitor.post("/tips/give/", {**sent, "picture": _picture()}).content.decode()
    assert "Zeg in een paar woorden wat er op de foto staat." in page
    (token,) = re.findall(r'name="picture_token" value="([^"]+)"', page)
    assert visitor.get(f"/pictures/draft/{token}/")["Content-Type"] == "image/webp"
    assert 'name="picture"' not in page, "a tip has one"
    kept = {"picture_token": token, "picture_words": "Wim met zijn zaag"}
    again = visitor.post("/tips/give/", {**sent, **kept})
    assert again.status_code == 422, "the number is still pointed out"
    assert 'value="Wim met zijn zaag"' in again.content.decode()
    visitor.post("/tips/give/", {**sent, **kept, "anyway": "on"})
    tip = Tip.objects.of(klank.organisation).get()
    assert (tip.width, tip.height, tip.picture_words) == (40, 30, "Wim met zijn zaag")
    assert not Picture.objects.of(klank.organisation).exists(), "it is the tip's"


def test_a_picture_of_a_tip_that_was_never_confirmed_is_forgotten_and_the_same_one_in_a_tip_stays(
    klank: DeKlank,
) -> None:
    visitor = known_browser(helper(klank.organisation, "Sandra"))
    sent = {"title": "Ronja", "text": "Over moed.", "picture_new": "de omslag"}
    visitor.post("/tips/give/", {**sent, "picture": _picture()})
    browser(klank.organisation).post("/tips/give/", {**sent, "picture": _picture(), "email": "x@example.org"})
    assert Picture.objects.of(klank.organisation).count() == 1
    with clock.reading(clock.now() + timedelta(days=9)):
        forget_unposted_pictures()
    assert not Picture.objects.of(klank.organisation).exists()
    tip = Tip.objects.of(klank.organisation).get()
    assert tip.picture is not None
    assert read_file(tip.picture)[8:12] == b"WEBP"


def test_a_citizen_number_never_stands_in_a_tip_or_a_reaction(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation, "Sandra"))
    post = write_post(by=klank.jamal, title="De kasten", text="Ze staan er.")
    words = "Mijn BSN is 111222333, zoek mij maar op."
    for address, fields in (("/tips/give/", {"title": "Ronja"}), (f"/posts/{post.pk}/react/", {})):
        page = visitor.post(address, {**fields, "text": words, "anyway": "on"})
        assert page.status_code == 422, address
        assert "zoek mij maar op" in page.content.decode(), "what was typed is still there"
        assert 'name="anyway"' not in page.content.decode(), "and nobody can post it all the same"
    assert not Message.objects.of(klank.organisation).filter(text__contains="111222333").exists()


def test_a_reaction_with_a_personal_word_to_something_that_is_gone_is_not_found(klank: DeKlank) -> None:
    visitor = known_browser(helper(klank.organisation))
    assert visitor.post("/posts/987654/react/", {"text": "Bel mij: 06 12 34 56 78"}).status_code == 404


def test_who_shares_a_link_sees_a_title_words_and_a_picture(klank: DeKlank) -> None:
    post = write_post(by=klank.jamal, title="De kasten staan er", text="Met **zes** man\n\nverschoven.")
    page = browser(klank.organisation).get(f"/posts/{post.pk}/").content.decode()
    shown = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert (shown["title"], shown["description"]) == ("De kasten staan er", "Met zes man verschoven.")
    assert re.fullmatch(rf"http://{klank.organisation.host}(:\d+)?/posts/{post.pk}/", shown["url"])
    assert shown["image"].startswith("http"), "a preview is fetched from elsewhere: its address is a whole one"
    home = browser(klank.organisation).get("/").content.decode()
    assert f'og:title" content="{klank.organisation.name}"' in home
