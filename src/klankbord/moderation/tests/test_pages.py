"""The moderators' pages: the queue, one key a decision, reasons, notes, rules."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse

from klankbord import clock
from klankbord.conversations.actions.speak_publicly import say_publicly
from klankbord.conversations.models import Conversation, Message
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.actions.objecting import object_to
from klankbord.moderation.actions.official_note import notes_on, official_note
from klankbord.moderation.actions.restrain import restrain
from klankbord.moderation.house import house_rules as rules_of
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Case, Decision, HouseReason, OfficialNote, Restraint
from klankbord.moderation.rules import TELL_AFTER, FlagReason, Judgement, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from klankbord.people.models import Person
from tests.cast import DeKlank, browser, helper, thread


@pytest.fixture
def tom(klank: DeKlank) -> Client:
    return browser(klank.organisation, klank.tom)


def held(klank: DeKlank, text: str = "Ik ben nieuw hier.", author: Person | None = None, **why: Any) -> Case:
    message = thread(author or helper(klank.organisation, "Nieuwe Nel"), text=text, held=True)
    code = why.pop("code", WhyHeld.FIRST_POST)
    return hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, (Why(code, why),), spam=0.8))


def page(client: Client, route: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"moderation:{route}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def press(client: Client, case: Case, judgement: str, **fields: str) -> Any:
    return client.post(reverse("moderation:judge", args=[case.pk]), {"judgement": judgement, **fields})


def test_what_waits_longest_stands_first_and_an_empty_queue_says_so(klank, tom):
    assert "Er wacht niets" in page(tom, "queue") or "Nothing waits" in page(tom, "queue")
    first, second = held(klank, "Eerste"), held(klank, "Tweede")
    html = page(tom, "queue")
    assert html.index("Eerste") < html.index("Tweede")
    assert f"/moderation/{first.pk}/" in html
    assert f"/moderation/{second.pk}/" in html


def test_one_press_is_one_decision_and_the_next_case_comes(klank, tom):
    first, second = held(klank, "Eerste"), held(klank, "Tweede")
    answer = press(tom, first, "keep")
    assert answer.headers["Location"] == reverse("moderation:case", args=[second.pk])
    assert Decision.objects.of(klank.organisation).get().judgement == Judgement.KEEP
    html = page(tom, "case", second.pk)
    assert "Nieuwe Nel" in html
    assert reverse("moderation:undo", args=[Decision.objects.of(klank.organisation).get().pk]) in html
    assert press(tom, second, "keep").headers["Location"] == reverse("moderation:queue")


def test_each_line_names_the_thread_above_the_words_to_be_judged(klank, tom):
    case = held(klank, "Ik ben nieuw hier.")
    Conversation.objects.of(klank.organisation).filter(pk=case.message.conversation_id).update(
        subject="Mag ik lid zijn?"
    )
    line = r'<span class="what title"[^>]*>Mag ik lid zijn\?</span><span class="what"[^>]*>Ik ben nieuw hier\.'
    assert re.search(line, page(tom, "queue"))
    press(tom, case, "keep")
    assert re.search(line, page(tom, "queue", view="decided"))


def test_after_a_decision_comes_what_follows_it_not_what_waits_longest(klank, tom):
    first, second, third = held(klank, "Eerste"), held(klank, "Tweede"), held(klank, "Derde")
    assert press(tom, second, "keep").headers["Location"] == reverse("moderation:case", args=[third.pk])
    assert press(tom, third, "keep").headers["Location"] == reverse("moderation:case", args=[first.pk])


def test_each_decision_has_its_key_and_shows_it(klank, tom):
    html = page(tom, "case", held(klank).pk)
    keys = re.findall(r'value="(\w+)" data-key="(\d)"[^>]*><kbd[^>]*>(\d)</kbd>', html)
    assert keys == [
        ("keep", "1", "1"),
        ("hide", "2", "2"),
        ("spam", "3", "3"),
        ("change", "4", "4"),
        ("restrain", "5", "5"),
    ]


def test_undo_brings_the_case_back(klank, tom):
    case = held(klank)
    press(tom, case, "spam", reason="spam")
    decision = Decision.objects.of(klank.organisation).get()
    answer = tom.post(reverse("moderation:undo", args=[decision.pk]))
    assert answer.headers["Location"] == reverse("moderation:case", args=[case.pk])
    assert Case.objects.of(klank.organisation).waiting().get() == case
    assert reverse("moderation:undo", args=[decision.pk]) not in page(tom, "queue")


def test_a_decision_without_a_reason_says_what_is_missing(klank, tom):
    case = held(klank)
    answer = press(tom, case, "hide", words="Al getypt")
    assert answer.status_code == 422
    assert 'aria-describedby="judge-error"' in answer.content.decode()
    assert "Al getypt" in answer.content.decode(), "what was typed stays"
    assert not Decision.objects.of(klank.organisation).exists()


def test_spam_needs_no_reason_to_be_chosen(klank, tom):
    press(tom, held(klank), "spam", reason="unkind")  # as it was chosen beforehand, because somebody had called it that
    assert Decision.objects.of(klank.organisation).get().reason == reasons(klank.organisation)[0].name


def test_the_chosen_reason_and_words_are_kept_for_the_author(klank, tom):
    press(tom, held(klank), "hide", reason="unkind", words="Zo praten we hier niet.\r\nGroet")
    decision = Decision.objects.of(klank.organisation).get()
    chosen = next(each for each in reasons(klank.organisation) if each.code == "unkind")
    assert (decision.reason, decision.words) == (chosen.name, "Zo praten we hier niet.\nGroet")


def test_the_likely_reason_is_chosen_beforehand(klank, tom):
    message = thread(helper(klank.organisation))
    flag(message=message, person=helper(klank.organisation, "Lezer"), reason=FlagReason.PRIVATE, words="Mijn adres!")
    html = page(tom, "case", Case.objects.of(klank.organisation).get().pk)
    assert re.search(r'value="private" checked', html)
    assert "Lezer" in html
    assert "Mijn adres!" in html


def test_why_something_is_held_stands_in_plain_words(klank, tom):
    case = held(klank, code=WhyHeld.SPAM, signs=[{"sign": "links", "count": 3, "words": ["a.nl", "b.nl"]}])
    html = page(tom, "case", case.pk)
    assert "a.nl, b.nl" in html
    assert "80%" in html


def test_views_show_their_own_part_of_the_queue(klank, tom):
    held(klank, "Vastgehouden")
    message = thread(helper(klank.organisation), text="Gemeld")
    flag(message=message, person=helper(klank.organisation, "Lezer"), reason=FlagReason.UNKIND)
    for view, seen, unseen in (("held", "Vastgehouden", "Gemeld"), ("reported", "Gemeld", "Vastgehouden")):
        rows = page(tom, "queue", view=view).split('id="rows"')[1].split("</ol>")[0]
        assert seen in rows
        assert unseen not in rows
    press(tom, Case.objects.of(klank.organisation).reported().get(), "keep")
    assert "Gemeld" in page(tom, "queue", view="decided").split('id="rows"')[1]


def test_a_part_of_the_page_is_only_the_rows(klank, tom):
    held(klank, "Eerste")
    html = tom.get(reverse("moderation:queue"), headers={"HX-Request": "true"}).content.decode()
    assert "Eerste" in html
    assert "<html" not in html


def test_an_answer_is_shown_with_its_thread(klank, tom):
    opening = thread(helper(klank.organisation), "Hoe verleng ik?")
    message = say_publicly(
        conversation=opening.conversation, person=helper(klank.organisation, "Piet"), text="Zo dus.", held=True
    )
    case = hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    html = page(tom, "case", case.pk)
    assert "Hoe verleng ik?" in html
    assert "Zo dus." in html


def test_objections_stand_in_the_queue_and_the_one_who_decided_cannot_judge_them(klank, tom):
    case = held(klank)
    press(tom, case, "hide", reason="unkind")
    objection = object_to(decision=Decision.objects.of(klank.organisation).get(), words="Het was een grapje.")
    place = reverse("moderation:objection", args=[objection.pk])
    assert place in page(tom, "queue")
    assert "Het was een grapje." in page(tom, "objection", objection.pk)
    tom.post(reverse("moderation:judge-objection", args=[objection.pk]), {"granted": "yes"})
    objection.refresh_from_db()
    assert objection.judged_at is None
    noor = browser(klank.organisation, klank.noor)
    noor.post(reverse("moderation:judge-objection", args=[objection.pk]), {"granted": "yes", "answer": "Klopt."})
    objection.refresh_from_db()
    assert (objection.granted, objection.answer) == (True, "Klopt.")
    assert Message.objects.of(klank.organisation).public().filter(pk=case.message_id).exists()


def test_a_correction_stands_beside_a_message_and_can_be_taken_away(klank, tom):
    message = thread(helper(klank.organisation), text="Je mag maar drie boeken lenen.")
    place = reverse("moderation:note", args=[message.pk])
    assert tom.post(place, {"text": ""}).status_code == 422
    tom.post(place, {"text": "Je mag er **twintig** lenen."})
    [note] = notes_on(organisation_id=klank.organisation.pk, message_ids=[message.pk])[message.pk]
    assert (note.name, note.text) == ("Tom Bakker", "Je mag er **twintig** lenen.")
    assert "twintig" in page(tom, "note", message.pk)
    message.refresh_from_db()
    assert (message.text, message.hidden_at) == ("Je mag maar drie boeken lenen.", None)
    tom.post(reverse("moderation:remove-note", args=[note.id]))
    assert notes_on(organisation_id=klank.organisation.pk, message_ids=[message.pk]) == {}


def test_a_colleague_who_left_is_no_longer_named_beside_a_correction(klank):
    message = thread(helper(klank.organisation))
    official_note(message=message, membership=klank.tom, text="Zo zit het.")
    klank.tom.is_active = False
    klank.tom.save()
    [note] = notes_on(organisation_id=klank.organisation.pk, message_ids=[message.pk])[message.pk]
    assert note.name == ""


def test_nobody_corrects_what_was_said_in_private(klank, tom):
    from tests import cast

    private = cast.conversation(cast.customer(klank.organisation), klank.mailbox).messages.get()
    assert tom.get(reverse("moderation:note", args=[private.pk])).status_code == 404
    assert not OfficialNote.objects.of(klank.organisation).exists()


def test_any_colleague_can_put_a_post_into_the_queue(klank):
    message = thread(helper(klank.organisation))
    jamal = browser(klank.organisation, klank.jamal)
    assert jamal.post(reverse("moderation:look", args=[message.pk])).status_code == 302
    assert Case.objects.of(klank.organisation).waiting().get().codes == [WhyHeld.ASKED]
    assert jamal.get(reverse("moderation:queue")).status_code == 404


def test_an_author_is_slowed_down_and_let_again_from_beside_the_case(klank, tom):
    case = held(klank)
    here = reverse("moderation:case", args=[case.pk])
    answer = tom.post(reverse("moderation:restrain", args=[case.person_id]), {"next": here})
    assert answer.headers["Location"] == here
    restraint = Restraint.objects.of(klank.organisation).in_force().get()
    assert reverse("moderation:lift", args=[restraint.pk]) in page(tom, "case", case.pk)
    answer = tom.post(reverse("moderation:lift", args=[restraint.pk]), {"next": "https://elders.example/"})
    assert answer.headers["Location"] == reverse("moderation:queue"), "only to our own pages"
    assert not Restraint.objects.of(klank.organisation).in_force().exists()


def test_a_lead_chooses_the_numbers_and_a_moderator_reads_them(klank, tom):
    noor = browser(klank.organisation, klank.noor)
    chosen = {"flags_to_hide": "5", "first_posts": "2", "spam_from": "80", "trusted_hosts": "kb.nl"}
    assert tom.post(reverse("moderation:rules"), chosen).status_code == 404
    assert noor.post(reverse("moderation:rules"), chosen | {"spam_from": "20"}).status_code == 422
    assert noor.post(reverse("moderation:rules"), chosen).status_code == 302
    now = rules_of(klank.organisation)
    assert (now.flags_to_hide, now.first_posts, now.spam_from, now.trusted_hosts) == (5.0, 2, 80, "kb.nl")
    assert "kb.nl" in page(tom, "rules")


def test_the_list_of_reasons_is_the_organisations_own_once_it_is_changed(klank):
    noor = browser(klank.organisation, klank.noor)
    before = len(reasons(klank.organisation))
    place = reverse("moderation:reason")
    noor.post(place, {"code": "unclear", "name": "Onduidelijk", "sentence": "We snappen het niet.", "is_active": "on"})
    noor.post(place, {"code": "illegal", "name": "Weg ermee", "sentence": "x", "is_active": ""})
    noor.post(place, {"name": "Voor kinderen", "sentence": "Kinderen lezen mee.", "is_active": "on"})
    now = {each.code: each.name for each in reasons(klank.organisation)}
    assert len(now) == before
    assert now["unclear"] == "Onduidelijk"
    assert now["voor-kinderen"] == "Voor kinderen"
    assert "illegal" not in now
    assert HouseReason.objects.of(klank.organisation).count() == before + 1


def test_nothing_of_a_page_is_left_to_chance_by_queries(klank, tom, django_assert_max_num_queries):
    for number in range(6):
        held(klank, f"Bericht {number}")
    with django_assert_max_num_queries(14):
        page(tom, "queue")


def test_the_queue_says_all_reasons_the_weightiest_first(klank, tom):
    case = held(klank, "Koop bij mij")
    case.why = [{"code": code} for code in ("first_post", "links", "spam", "links", "of-a-later-version")]
    case.save()
    row = page(tom, "queue").partition('id="rows"')[2]
    order = [row.index(words) for words in ("Lijkt op spam", "Eerste bericht", "Link van")]
    assert order == sorted(order)
    assert row.count("Link van") == 1


def test_a_lead_gives_a_reason_in_both_languages(klank):
    noor = browser(klank.organisation, klank.noor)
    place = reverse("moderation:reason")
    said = page(noor, "rules")
    assert 'name="name-en"' in said
    assert "Advertising" in said, "what everybody begins with is there in both"
    mine = {"name": "Te grof", "sentence": "Zo niet.", "is_active": "on"}
    noor.post(place, {**mine, "name-en": "Too rough", "sentence-en": "Not so."})
    row = HouseReason.objects.of(klank.organisation).get(name="Te grof")
    assert row.others == {"en": ["Too rough", "Not so."]}
    assert HouseReason.objects.of(klank.organisation).get(code="spam").others["en"][0] == "Advertising"
    noor.post(place, {**mine, "code": row.code})
    row.refresh_from_db(from_queryset=HouseReason.objects.of(klank.organisation))
    assert row.others == {"en": ["Too rough", "Not so."]}, "taking it up again keeps them"


def test_an_unknown_decision_is_no_page(klank, tom):
    assert press(tom, held(klank), "burn").status_code == 404
    with pytest.raises(ObjectDoesNotExist):
        Decision.objects.of(klank.organisation).get()


def test_the_inbox_tells_moderators_that_something_waits(klank, tom):
    held(klank)
    link = f'href="{reverse("moderation:queue")}"'
    inbox = tom.get("/inbox/").content.decode()
    assert re.search(link + r'[^>]*>.*?<span class="count">1</span>', inbox)
    assert link not in browser(klank.organisation, klank.jamal).get("/inbox/").content.decode()


def test_who_decided_sees_that_a_colleague_judges_the_objection(klank, tom):
    press(tom, held(klank), "hide", reason="unkind")
    objection = object_to(decision=Decision.objects.of(klank.organisation).get(), words="Nee")
    assert 'name="granted"' not in page(tom, "objection", objection.pk)
    assert 'name="granted"' in page(browser(klank.organisation, klank.noor), "objection", objection.pk)


@pytest.mark.parametrize("kind", ["question", "idea", "tip"])
def test_a_correction_is_read_by_everybody_beside_the_message(klank, kind):
    author = helper(klank.organisation, "Nel")
    path, message = SAID[kind](author)
    reader = browser(klank.organisation)
    before = reader.get(path).content.decode()
    official_note(message=message, membership=klank.tom, text="Het zijn er <twintig>.")
    after = reader.get(path).content.decode()
    assert "Het zijn er &lt;twintig&gt;." in after
    assert "Het zijn er" not in before
    assert "Je mag maar drie boeken lenen." in after, "what they wrote stays"


@pytest.mark.parametrize("kind", ["question", "idea", "tip"])
def test_a_moderator_finds_the_way_to_a_correction_beside_what_is_wrong(klank, kind):
    path, message = SAID[kind](helper(klank.organisation, "Nel"))
    way = f"/moderation/notes/{message.pk}/"
    assert way in browser(klank.organisation, klank.tom).get(path).content.decode()
    for other in (browser(klank.organisation), browser(klank.organisation, klank.jamal)):
        assert way not in other.get(path).content.decode()


def _question(author: Person) -> tuple[str, Message]:
    from klankbord.community.actions.answer import answer
    from klankbord.community.actions.ask import ask

    question = ask(person=author, title="Hoeveel boeken?", text="Hoeveel mag ik er lenen?")
    said = answer(question=question, person=helper(author.organisation, "Piet"), text="Je mag maar drie boeken lenen.")
    return f"/questions/{question.pk}/", said.message


def _idea(author: Person) -> tuple[str, Message]:
    from klankbord.ideas.actions.boards import main_board
    from klankbord.ideas.actions.suggest import suggest

    idea = suggest(
        board=main_board(author.organisation), person=author, title="Meer boeken", text="Je mag maar drie boeken lenen."
    )
    return f"/ideas/{idea.conversation_id}/", idea.opening


def _tip(author: Person) -> tuple[str, Message]:
    from klankbord.conversations.actions.speak_publicly import opening_message
    from klankbord.posts.actions import give_tip

    tip = give_tip(person=author, title="Lenen", text="Je mag maar drie boeken lenen.")
    return f"/tips/{tip.pk}/", opening_message(tip.conversation)


SAID = {"question": _question, "idea": _idea, "tip": _tip}


def test_undo_is_offered_until_the_author_hears_of_it_and_not_after(klank, tom):
    press(tom, held(klank), "keep")
    decision = Decision.objects.of(klank.organisation).get()
    offer = reverse("moderation:undo", args=[decision.pk])
    html = page(tom, "queue")
    assert html.count(offer) == 1
    assert 0 < int(re.search(r'data-undo-seconds="(\d+)"', html)[1]) <= TELL_AFTER.total_seconds()
    with clock.reading(decision.at + TELL_AFTER):
        assert offer not in page(tom, "queue")
    assert offer not in page(tom, "queue"), "what was over does not come back"


def test_undo_is_no_longer_offered_when_the_author_was_told_already(klank, tom):
    press(tom, held(klank), "hide", reason="unkind")
    rows = Decision.objects.of(klank.organisation)
    rows.update(told_at=clock.now())
    assert reverse("moderation:undo", args=[rows.get().pk]) not in page(tom, "queue")


def test_a_moderator_reads_what_the_author_can_still_do_as_about_the_author(klank, tom, newcomer):
    case = hold_for_judgement(
        message=thread(newcomer, held=True), verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),))
    )
    for said in ("kan deze persoon één keer per half uur", "kijkt een moderator eerst", "niet in het openbaar"):
        restrain(person=newcomer, by=klank.tom)
        page = tom.get(f"/moderation/{case.pk}/").content.decode()
        assert said in page
        assert "kun je hier" not in page
