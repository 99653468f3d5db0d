"""What authors hear, when, and what they can do: read why, change, object once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from klankbord import clock
from klankbord.channels.models import Dispatch
from klankbord.community.contributions import EditMessage
from klankbord.community.models import Question
from klankbord.conversations.models import Message
from klankbord.moderation import rules
from klankbord.moderation.actions.decide import decide, undo
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.actions.house import save_reason
from klankbord.moderation.actions.objecting import judge_objection, object_to
from klankbord.moderation.actions.restrain import restrain
from klankbord.moderation.house import Reason, reasons
from klankbord.moderation.models import Case, Decision, Flag, Objection, Restraint, Taught
from klankbord.moderation.refusals import AlreadyJudged, CannotObject, NotYourOwn
from klankbord.moderation.rules import FlagReason, Judgement, WhyHeld
from klankbord.moderation.screening import Outcome, Verdict, Why
from klankbord.moderation.telling import tell_authors
from klankbord.moderation.tests.conftest import with_points
from klankbord.participation.actions import follow
from klankbord.people.models import Person
from tests import cast
from tests.cast import DeKlank, browser, helper, known_browser, thread


@pytest.fixture
def author(klank: DeKlank) -> Person:
    return helper(klank.organisation, "Nel", "nel@example.org", language="nl")


def decided(klank: DeKlank, author: Person, judgement: Judgement = Judgement.HIDE, **fields: Any) -> Decision:
    message = thread(author, text="Jullie zijn allemaal sukkels.", held=fields.pop("held", True))
    case = hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    fields.setdefault("reason", next(each for each in reasons(klank.organisation) if each.code == "unkind"))
    return decide(case=case, judgement=judgement, by=klank.tom, **fields)


@pytest.fixture
def edited(klank: DeKlank, author: Person) -> tuple[Person, Decision]:
    """Piet, who earned it, changed what Nel wrote; that was held, and is hidden now."""
    piet = with_points(helper(klank.organisation, "Piet", "piet@example.org", language="en"), 400)
    message = thread(author, text="Ik kan de knop niet vinden.")
    verdict = Verdict(Outcome.HOLD, (Why(WhyHeld.SPAM),))
    case = hold_for_judgement(message=message, verdict=verdict, by=piet)
    reason = next(each for each in reasons(klank.organisation) if each.code == "spam")
    return piet, decide(case=case, judgement=Judgement.RESTRAIN, by=klank.tom, reason=reason)


def mails(klank: DeKlank) -> list[dict[str, Any]]:
    return [row.message for row in Dispatch.objects.of(klank.organisation).order_by("pk")]


def later() -> Any:
    return clock.reading(clock.now() + rules.TELL_AFTER + timedelta(seconds=1))


def is_public(decision: Decision) -> bool:
    return Message.objects.of(decision.organisation_id).public().filter(pk=decision.message_id).exists()


def link_in(mail: dict[str, Any]) -> str:
    found = re.search(r"/judgement/[\w-]+/", mail["text"])
    assert found
    return found[0]


def test_the_author_is_mailed_once_with_the_reason_and_a_way_to_object(klank, author):
    decision = decided(klank, author, words="Dat kan vriendelijker.")
    tell_authors()
    assert mails(klank) == [], "for some minutes it can be undone unnoticed"
    with later():
        tell_authors()
        tell_authors()
    [mail] = mails(klank)
    assert mail["to"][0]["address"] == "nel@example.org"
    for words in ("Jullie zijn allemaal sukkels.", decision.sentence, "Dat kan vriendelijker."):
        assert words in mail["text"]
    page = browser(klank.organisation).get(link_in(mail))
    assert page.status_code == 200
    assert decision.sentence in page.content.decode().replace("&#39;", "'")


@pytest.mark.parametrize("judgement", [Judgement.HIDE, Judgement.CHANGE])
def test_what_a_moderator_adds_is_introduced_as_a_colleagues_words(klank, author, judgement):
    decided(klank, author, judgement, words="Dat kan vriendelijker.")
    with later():
        tell_authors()
    [mail] = mails(klank)
    assert "\n\nEen collega schrijft erbij:\n\nDat kan vriendelijker." in mail["text"]
    assert re.search(r"Een collega schrijft erbij:</p>\s*<p[^>]*>Dat kan vriendelijker\.", mail["html"])


def test_a_mail_without_words_of_a_moderator_introduces_none(klank, author):
    decided(klank, author)
    with later():
        tell_authors()
    [mail] = mails(klank)
    assert "schrijft erbij" not in mail["text"] + mail["html"]


def test_what_is_undone_in_time_is_never_told(klank, author):
    undo(decision=decided(klank, author), by=klank.tom)
    with later():
        tell_authors()
    assert mails(klank) == []


def test_what_is_undone_after_it_was_told_is_told_as_well(klank, author):
    decision = decided(klank, author)
    with later():
        tell_authors()
        undo(decision=decision, by=klank.tom)
        tell_authors()
        tell_authors()
    assert len(mails(klank)) == 2


def test_who_waited_hears_that_it_is_there_now(klank, author):
    decided(klank, author, Judgement.KEEP)
    with later():
        tell_authors()
    [mail] = mails(klank)
    assert "/judgement/" not in mail["text"]
    assert "Hoe verleng ik een boek?" in mail["text"], "of several questions they know which one it is"


def test_who_was_only_reported_hears_nothing_when_it_is_kept(klank, author):
    flag(message=thread(author), person=helper(klank.organisation, "Lezer"), reason=FlagReason.UNKIND)
    decide(case=Case.objects.of(klank.organisation).get(), judgement=Judgement.KEEP, by=klank.tom)
    with later():
        tell_authors()
    assert mails(klank) == []


def test_mail_speaks_the_authors_language(klank):
    english = helper(klank.organisation, "Nell", "nell@example.org", language="en")
    decided(klank, english)
    with later():
        tell_authors()
    told = mails(klank)[0]
    assert told["subject"] == "We do not show your message"
    assert "It hurts somebody. You may disagree here" in told["text"], "though the moderator chose it in Dutch"
    for reader, path in ((known_browser(english), "/me/"), (browser(klank.organisation), "/log/")):
        reader.cookies["language"] = "en"
        with later():
            page = reader.get(path).content.decode()
        assert "Unkind" in page
        assert "Onaardig" not in page


def test_an_organisations_own_reason_is_told_as_it_is(klank, author):
    own = Reason("grof", "Te grof", "Dit kan echt niet.")
    decision = decided(klank, author, reason=own)
    assert (decision.reason_read, decision.sentence_read) == ("Te grof", "Dit kan echt niet.")


@pytest.mark.parametrize(
    ("is_formal", "words", "not_words"), [(False, "Zie je het", "u het"), (True, "Ziet u het", "je ")]
)
def test_mail_says_je_or_u_as_the_organisation_does(klank, author, is_formal, words, not_words):
    klank.organisation.is_formal = is_formal
    klank.organisation.save()
    decided(klank, author, Judgement.RESTRAIN)
    with later():
        tell_authors()
    told = mails(klank)[0]
    assert words in told["text"]
    assert not re.search(rf"\b{not_words}", told["text"].split("\n> ")[0])
    assert not re.search(rf"\b{not_words}", told["text"].rpartition("\n> ")[2])


def test_an_author_without_a_mail_address_sees_it_on_their_own_page(klank):
    person = Person.objects.create(organisation=klank.organisation, pseudonym="Zonder")
    decision = decided(klank, person)
    with later():
        tell_authors()
    assert mails(klank) == []
    html = known_browser(person).get("/me/").content.decode()
    assert f'<a href="{reverse("moderation:own-judgement", args=[decision.pk])}"' in html


def test_what_waits_stands_on_the_authors_own_page_and_on_nobody_elses(klank, author):
    thread_ = thread(author, subject="Mijn eerste bericht", held=True)
    hold_for_judgement(message=thread_, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    assert "Mijn eerste bericht" in known_browser(author).get("/me/").content.decode()
    reader = helper(klank.organisation, "Lezer")
    assert "Mijn eerste bericht" not in known_browser(reader).get(f"/people/{author.pk}/").content.decode()


def test_the_page_of_a_decision_is_for_its_author_only(klank, author):
    decision = decided(klank, author)
    place = reverse("moderation:own-judgement", args=[decision.pk])
    assert known_browser(author).get(place).status_code == 200
    assert known_browser(helper(klank.organisation, "Lezer")).get(place).status_code == 404
    assert browser(klank.organisation).get(place).status_code == 404
    assert browser(klank.organisation).get("/judgement/geraden/").status_code == 404


def test_an_author_objects_once_and_another_colleague_judges_it(klank, author):
    decision = decided(klank, author)
    place = reverse("moderation:own-judgement", args=[decision.pk])
    nel = known_browser(author)
    assert nel.post(place, {"objection-words": " "}).status_code == 422
    assert nel.post(place, {"objection-words": "Het was een grapje."}).status_code == 302
    assert nel.post(place, {"objection-words": "Nog eens"}).status_code == 422
    objection = Objection.objects.of(klank.organisation).get()
    with pytest.raises(NotYourOwn):
        judge_objection(objection=objection, granted=True, by=klank.tom)
    judge_objection(objection=objection, granted=True, by=klank.noor)
    with pytest.raises(AlreadyJudged):
        judge_objection(objection=objection, granted=False, by=klank.noor)
    assert is_public(decision)
    tell_authors()
    tell_authors()
    assert len([mail for mail in mails(klank) if "gelijk" in mail["subject"] or "right" in mail["subject"]]) == 1


def test_where_there_is_only_one_moderator_they_judge_it_themselves(klank, author):
    for colleague in (klank.noor, klank.marlies):
        colleague.is_active = False
        colleague.save()
    objection = object_to(decision=decided(klank, author), words="Nee")
    assert judge_objection(objection=objection, granted=False, by=klank.tom).granted is False


def test_another_colleague_is_promised_only_where_there_is_one(klank, author):
    decision = decided(klank, author)
    path = reverse("moderation:own-judgement", args=[decision.pk])

    def told() -> list[str]:
        with later():
            tell_authors()
        pages = (known_browser(author).get(path), browser(klank.organisation).get("/log/"))
        return [mails(klank)[-1]["text"], *(each.content.decode() for each in pages)]

    assert all("andere collega" in each for each in told())
    for colleague in (klank.noor, klank.marlies):
        colleague.is_active = False
        colleague.save()
    live_again = decided(klank, author)
    path = reverse("moderation:own-judgement", args=[live_again.pk])
    cache.clear()
    assert not any("andere collega" in each for each in told())
    judge_objection(objection=object_to(decision=live_again, words="Nee"), granted=False, by=klank.tom)
    assert not any("andere collega" in each for each in told())


def test_a_granted_objection_puts_everything_right(klank, author):
    message, reader = thread(author), helper(klank.organisation, "Lezer")
    flag(message=message, person=reader, reason=FlagReason.SPAM)
    case = Case.objects.of(klank.organisation).get()
    decision = decide(case=case, judgement=Judgement.SPAM, by=klank.tom, reason=reasons(klank.organisation)[0])
    assert not is_public(decision)
    judge_objection(objection=object_to(decision=decision, words="Nee"), granted=True, by=klank.noor)
    assert is_public(decision)
    assert Flag.objects.of(klank.organisation).get().upheld is False
    assert Taught.objects.of(klank.organisation).get().is_spam is False


def test_a_granted_objection_lets_the_author_write_again(klank, author):
    decision = decided(klank, author, Judgement.RESTRAIN)
    assert Restraint.objects.of(klank.organisation).in_force().exists()
    judge_objection(objection=object_to(decision=decision, words="Nee"), granted=True, by=klank.noor)
    assert not Restraint.objects.of(klank.organisation).in_force().exists()


def test_an_objection_that_is_not_granted_leaves_it_and_says_why(klank, author):
    decision = decided(klank, author)
    judge_objection(
        objection=object_to(decision=decision, words="Nee"), granted=False, by=klank.noor, answer="Te grof."
    )
    assert not is_public(decision)
    tell_authors()
    assert "Te grof." in mails(klank)[-1]["text"]


def test_nobody_objects_to_what_is_kept_undone_or_long_ago(klank, author):
    with pytest.raises(CannotObject):
        object_to(decision=decided(klank, author, Judgement.KEEP), words="Nee")
    undone = decided(klank, author)
    undo(decision=undone, by=klank.tom)
    with pytest.raises(CannotObject):
        object_to(decision=undone, words="Nee")
    old = decided(klank, author)
    with clock.reading(clock.now() + rules.OBJECT_WITHIN + timedelta(days=1)), pytest.raises(CannotObject):
        object_to(decision=old, words="Nee")


def test_who_is_asked_to_change_it_does_so_and_it_is_judged_again(klank, author):
    decision = decided(klank, author, Judgement.CHANGE)
    with later():
        tell_authors()
    link = link_in(mails(klank)[0])
    visitor = browser(klank.organisation)
    assert visitor.post(link, {"text": ""}).status_code == 422
    assert visitor.post(link, {"text": "Ik ben het niet met jullie eens."}).status_code == 302
    case = Case.objects.of(klank.organisation).waiting().get()
    assert (case.codes, case.message.text) == ([WhyHeld.CHANGED], "Ik ben het niet met jullie eens.")
    assert not is_public(decision)
    told = visitor.get(link).content.decode()
    assert "Ik ben het niet met jullie eens." in told
    assert "sukkels" not in told, "what was changed is what stands there"
    assert visitor.post(link, {"text": "Nog eens"}).status_code == 422, "it waits already"
    decide(case=case, judgement=Judgement.KEEP, by=klank.noor)
    assert is_public(decision)


def test_another_organisations_link_opens_nothing(klank, author):
    decided(klank, author)
    with later():
        tell_authors()
    next_door = browser(cast.klankerveen().organisation)
    assert next_door.get(link_in(mails(klank)[0])).status_code == 404


def test_another_sites_form_is_refused(klank, author):
    place = reverse("moderation:own-judgement", args=[decided(klank, author).pk])
    answer = known_browser(author).post(place, {"objection-words": "Nee"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not Objection.objects.of(klank.organisation).exists()


def test_what_waits_is_called_by_its_title_wherever_the_authors_own_page_names_it(klank, author):
    thread_ = thread(author, text="Een lang verhaal", subject="Mijn titel", held=True)
    hold_for_judgement(message=thread_, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))
    follow(person=author, conversation=thread_.conversation)
    html = known_browser(author).get("/me/").content.decode()
    assert html.count("Mijn titel") >= 2
    assert "Een lang verhaal" not in html
    assert "Niet meer te zien" not in html


def test_what_was_decided_no_longer_stands_under_what_we_look_at(klank, author):
    decided(klank, author)
    with later():
        tell_authors()
    html = known_browser(author).get("/me/").content.decode()
    assert "Wat we besloten" in html
    assert "Waar we naar kijken" not in html


def test_who_changed_somebody_elses_words_reads_why_it_is_held_and_what_comes(klank: DeKlank, author: Person):
    piet, stranger = (
        with_points(helper(klank.organisation, name, f"{name}@example.org"), 400) for name in ("Piet", "Ina")
    )
    question = thread(author, text="Ik kan de knop niet vinden.")
    Question.objects.create(organisation=klank.organisation, conversation=question.conversation, opening=question)
    for _time in rules.STEPS[:2]:
        restrain(person=piet, by=klank.tom)
    new = {"title": "Verlengen", "text": "Druk op de knop.", "message": question.pk}
    with transaction.atomic():
        path = EditMessage().perform(person=piet, membership=None, payload=new)
    assert path == f"/held/{question.pk}/"
    theirs = known_browser(piet).get(path).content.decode()
    assert "Je veranderde wat iemand anders schreef" in theirs
    assert "Voorlopig kijkt een collega naar wat je schrijft" in theirs
    assert "één keer zeggen" in theirs
    assert "Verlengen" in known_browser(piet).get("/me/").content.decode()
    assert "Je veranderde" not in known_browser(author).get(path).content.decode()
    assert known_browser(stranger).get(path).status_code == 404


def test_who_changed_it_hears_what_was_decided_in_their_language_and_can_object(klank: DeKlank, edited: Any):
    piet, decision = edited
    with later():
        tell_authors()
    told = {mail["to"][0]["address"]: mail["text"] for mail in mails(klank)}
    assert set(told) == {"nel@example.org", "piet@example.org"}
    assert "You changed what somebody else wrote" in told["piet@example.org"]
    assert "Je veranderde" not in told["nel@example.org"]
    address = f"/me/judgements/{decision.pk}/"
    assert address in known_browser(piet).get("/me/").content.decode()
    known_browser(piet).post(address, {"objection-words": "It was better so."})
    assert Objection.objects.of(klank.organisation).get().decision == decision


def test_not_the_author_but_who_changed_it_is_slowed_down(klank: DeKlank, author: Person, edited: Any):
    piet, _decision = edited
    assert [each.person for each in Restraint.objects.of(klank.organisation)] == [piet]


def test_an_organisations_own_reason_is_read_in_each_language_that_it_was_given_in(klank: DeKlank, author: Person):
    others = {"en": ("Too rough", "We do not talk like that here.")}
    saved = save_reason(by=klank.noor, name="Te grof", sentence="Zo praten we hier niet.", others=others)
    only = save_reason(by=klank.noor, name="Te lang", sentence="Dit is te lang.", others={"en": ("Too long", "")})
    known = {each.code: each for each in reasons(klank.organisation)}
    rough, long = (decided(klank, author, reason=known[each.code]) for each in (saved, only))
    Person.objects.of(klank.organisation).filter(pk=author.pk).update(language="en")
    with later():
        tell_authors()
    first, second = (mail["text"] for mail in mails(klank))
    assert "We do not talk like that here." in first
    assert "Dit is te lang." in second, "without words of its own a language has the first ones"
    save_reason(by=klank.noor, code=saved.code, name="Grof", sentence="Anders.", others={})
    with translation.override("en"):
        assert (rough.reason_read, long.reason_read) == ("Too rough", "Te lang"), "as it was when it was decided"
    reader = browser(klank.organisation)
    for language, words in (("nl", "Te grof"), ("en", "Too rough")):
        reader.cookies["language"] = language
        with later():
            assert words in reader.get("/log/").content.decode()


def test_ones_own_page_asks_as_much_for_many_held_posts_as_for_one(
    klank: DeKlank, author: Person, django_assert_num_queries: Any
):
    def held(number: int) -> None:
        for each in range(number):
            message = thread(author, f"Vraag {each}", held=True)
            hold_for_judgement(message=message, verdict=Verdict(Outcome.HOLD, (Why(WhyHeld.FIRST_POST),)))

    held(1)
    decided(klank, author)
    visitor = known_browser(author)
    with later():
        tell_authors()
        visitor.get("/me/")
        with CaptureQueriesContext(connection) as few:
            visitor.get("/me/")
        held(6)
        decided(klank, author)
        tell_authors()
        with django_assert_num_queries(len(few)):
            assert "Vraag 5" in visitor.get("/me/").content.decode()
