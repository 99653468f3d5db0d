"""What is kept of people in moderation, what is forgotten, and what the filter learns by itself."""

from __future__ import annotations

import json
from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder

from klankbord import clock
from klankbord.moderation import rules
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import ask_for_judgement
from klankbord.moderation.actions.objecting import object_to
from klankbord.moderation.actions.restrain import restrain
from klankbord.moderation.house import reasons
from klankbord.moderation.models import Decision, FilterCount, FilterTotal, Flag, Objection, Restraint, Said, Taught
from klankbord.moderation.personal_data import ModerationData
from klankbord.moderation.rules import FlagReason, Judgement
from klankbord.moderation.screening import forget_said, screen
from klankbord.moderation.teaching import teach, teach_what_stood, unteach
from tests.cast import DeKlank, helper, thread


def test_a_person_gets_all_of_it_and_is_rid_of_the_words(klank: DeKlank):
    author, reader = helper(klank.organisation, "Nel"), helper(klank.organisation, "Lezer")
    message = thread(author, text="Geheime woorden")
    flag(message=message, person=reader, reason=FlagReason.UNKIND, words="Geheime melding", place="net")
    screen(organisation=klank.organisation, person=author, membership=None, text="Nog iets geheims van mij")
    case = ask_for_judgement(message=message, by=klank.jamal)
    decision = decide(
        case=case, judgement=Judgement.SPAM, by=klank.tom, reason=reasons(klank.organisation)[0], words="Geheim advies"
    )
    object_to(decision=decision, words="Geheim bezwaar")
    restrain(person=author, by=klank.tom)
    keeper = ModerationData()

    def exported(*ids: int) -> str:
        found = keeper.export(organisation_id=klank.organisation.pk, person_ids=ids)
        return json.dumps(found.values, cls=DjangoJSONEncoder)

    for words in ("Geheime woorden", "Geheim advies", "Geheim bezwaar", "slow"):
        assert words in exported(author.pk)
    assert "Geheime melding" in exported(reader.pk)
    assert "Geheime melding" not in exported(author.pk), "who reported it is not told"
    for _twice in range(2):
        keeper.erase(organisation_id=klank.organisation.pk, person_ids=[author.pk, reader.pk])
    assert "Gehei" not in exported(author.pk, reader.pk)
    assert not Said.objects.of(klank.organisation).exists()
    assert not Taught.objects.of(klank.organisation).exists()
    assert Decision.objects.of(klank.organisation).count() == Objection.objects.of(klank.organisation).count() == 1
    assert Flag.objects.of(klank.organisation).get().place == ""
    assert Restraint.objects.of(klank.organisation).in_force().exists(), "who is restrained stays restrained"


def test_who_posted_when_is_forgotten(klank: DeKlank):
    screen(organisation=klank.organisation, person=helper(klank.organisation), membership=None, text="Hallo")
    forget_said()
    assert Said.objects.of(klank.organisation).count() == 1
    with clock.reading(clock.now() + rules.SAID_KEPT + timedelta(minutes=1)):
        forget_said()
    assert not Said.objects.of(klank.organisation).exists()


def counts(klank: DeKlank) -> tuple[int, int]:
    total = FilterTotal.objects.of(klank.organisation).get()
    return total.spam, total.good


def test_teaching_twice_is_once_and_changing_ones_mind_is_exact(klank: DeKlank):
    message = thread(helper(klank.organisation))
    assert teach(message=message, is_spam=True)
    assert not teach(message=message, is_spam=True)
    assert counts(klank) == (1, 0)
    assert teach(message=message, is_spam=False)
    assert counts(klank) == (0, 1)
    message.text = "Heel andere woorden"
    message.save()
    assert unteach(message=message)
    assert not unteach(message=message)
    assert counts(klank) == (0, 0)
    assert not FilterCount.objects.of(klank.organisation).exclude(spam=0, good=0).exists()


def test_what_stood_for_three_days_teaches_what_is_good_once_there_was_spam(klank: DeKlank):
    stood, reported = thread(helper(klank.organisation)), thread(helper(klank.organisation))
    flag(message=reported, person=helper(klank.organisation), reason=FlagReason.UNKIND)
    spam = thread(helper(klank.organisation))
    with clock.reading(clock.now() + rules.STOOD_FOR + timedelta(minutes=1)):
        fresh = thread(helper(klank.organisation))
        teach_what_stood()
        assert not Taught.objects.of(klank.organisation).exists(), "no spam yet, so nothing to compare with"
        teach(message=spam, is_spam=True)
        for _twice in range(2):
            teach_what_stood()
    good = Taught.objects.of(klank.organisation).filter(is_spam=False).values_list("message_id", flat=True)
    assert list(good) == [stood.pk]
    assert fresh.pk not in good
