"""Spam is scored on the spot, says why, and learns from what was decided here."""

from __future__ import annotations

import time

import pytest

from klankbord.understanding.spam import Model, Reason, Signals, filter_probability, learn, score
from klankbord.understanding.spam_features import BUCKETS, features, link_hosts, readable

GOOD = [
    "Hoe kan ik mijn e-book verlengen in de app?",
    "Ik krijg een foutmelding als ik wil inloggen op de website.",
    "Tot hoe laat is de bibliotheek in de Kerkstraat open op zaterdag?",
    "Bij mij hielp het om de app opnieuw te installeren.",
    "Wat kost een abonnement voor mijn dochter van twaalf?",
    "Ik vond het nieuwste boek van Arthur Japin prachtig, een aanrader.",
    "Kan ik een boek reserveren dat iemand anders heeft geleend?",
    "Mijn pas doet het niet meer bij de balie, wat nu?",
    "Fijn dat er een stilteruimte is gekomen, dank jullie wel!",
    "Waarom is de leestafel weg uit de zaal beneden?",
    "Je kunt het boek ook bij een andere vestiging inleveren.",
    "De voorleesmiddag was weer gezellig met de kleinkinderen.",
]
SPAM = [
    "Lening nodig binnen 24 uur? Wij geven leningen zonder controle, stuur een bericht via WhatsApp.",
    "Verdien 500 euro per dag vanuit huis, klik hier en begin vandaag nog!",
    "Goedkope volgers en likes kopen voor je kanaal, bezoek onze site.",
    "Bitcoin investeren met gegarandeerde winst, neem contact op met onze makelaar.",
    "Ik verdien nu 3000 euro per week dankzij deze handelaar, schrijf hem op WhatsApp.",
    "Online casino met gratis bonus, schrijf je nu in en win vandaag nog geld.",
    "Dringend een lening nodig? Ook zonder BKR controle, vandaag nog geld op je rekening.",
    "Koop nu merkhorloges met korting, klik op de link in mijn profiel.",
    "Gegarandeerde winst met crypto, begin met 250 euro en verdien elke dag.",
    "Krachtige magiër brengt je geliefde terug binnen 24 uur, stuur een bericht via WhatsApp.",
    "Gratis bonus bij het beste casino, klik hier en win.",
    "Wij bieden leningen aan iedereen tegen lage rente, neem contact op via WhatsApp.",
]
NEW_GOOD = [
    "Hoe verleng ik mijn boek in de app?",
    "Is de vestiging op zondag open?",
    "Ik kan niet inloggen met mijn pas.",
    "Dank jullie wel voor de leuke middag met mijn kleinkinderen!",
    "Kan mijn dochter ook een abonnement krijgen?",
    "Bij de balie zeiden ze dat ik het boek kan reserveren.",
]
NEW_SPAM = [
    "Binnen 24 uur geld nodig? Neem contact op via WhatsApp voor een lening.",
    "Verdien elke dag geld vanuit huis met crypto, gegarandeerde winst.",
    "Beste casino van Nederland, gratis bonus, schrijf je nu in.",
    "Deze makelaar gaf mij 4000 euro winst per week met bitcoin investeren.",
    "Volgers kopen? Klik hier voor goedkope likes.",
    "Lening zonder controle, lage rente, stuur vandaag nog een bericht.",
]


def taught() -> Model:
    model = Model()
    for text in GOOD:
        learn(model, text, is_spam=False)
    for text in SPAM:
        learn(model, text, is_spam=True)
    return model


def test_it_learns_from_decisions_to_judge_texts_that_it_never_saw():
    model, untaught = taught(), Model()
    assert [score(text, model=untaught).probability > 0.5 for text in NEW_SPAM + NEW_GOOD] == [False] * 12
    assert [score(text, model=model).probability > 0.5 for text in NEW_SPAM] == [True] * 6
    assert [score(text, model=model).probability > 0.2 for text in NEW_GOOD] == [False] * 6


def test_it_shows_the_words_that_were_in_earlier_spam():
    found = score("Gratis bonus bij ons casino via WhatsApp", model=taught())
    [reason] = found.reasons
    assert reason.reason is Reason.LIKE_EARLIER_SPAM
    assert {"bonus", "casino", "whatsapp"} & set(" ".join(reason.words).split())


def test_one_kind_of_decision_alone_teaches_nothing():
    model = Model()
    for text in SPAM:
        learn(model, text, is_spam=True)
    assert filter_probability(NEW_GOOD[0], model) == (0.5, ())


def test_a_decision_that_is_taken_back_leaves_no_trace():
    model = taught()
    before = score(NEW_SPAM[0], model=model)
    learn(model, NEW_SPAM[0], is_spam=False)
    learn(model, NEW_SPAM[0], is_spam=False, times=-1)
    assert score(NEW_SPAM[0], model=model) == before


def test_the_counts_of_the_text_alone_are_enough():
    whole = taught()
    part = Model(whole.spam, whole.good, {each: whole.counts.get(each, (0, 0)) for each in features(NEW_SPAM[0])})
    assert score(NEW_SPAM[0], model=part) == score(NEW_SPAM[0], model=whole)


@pytest.mark.parametrize(
    ("text", "signals", "reason"),
    [
        ("Kijk op http://a.example, http://b.example en http://c.example", Signals(), Reason.LINKS),
        ("Kijk eens op bit.ly/3xYz voor meer", Signals(), Reason.HIDDEN_LINKS),
        ("www.iets.example", Signals(), Reason.ONLY_A_LINK),
        ("koop nu koop nu koop nu koop nu koop nu koop nu koop nu", Signals(), Reason.REPETITION),
        ("hallooooooooooooooo allemaal", Signals(), Reason.REPETITION),
        ("WAAROM GEEFT NIEMAND MIJ ANTWOORD", Signals(), Reason.SHOUTING),
        ("Beste \u0441\u0430sino van het land", Signals(), Reason.MIXED_SCRIPTS),
        ("Mooi boek", Signals(said_before=2), Reason.SAID_BEFORE),
        ("Mooi boek", Signals(recent=6), Reason.FLOOD),
    ],
)
def test_each_signal_raises_the_score_and_says_so(text: str, signals: Signals, reason: Reason):
    plain = score("Een gewone zin over een boek.", model=Model())
    found = score(text, model=Model(), signals=signals)
    assert reason in [each.reason for each in found.reasons]
    assert found.probability > plain.probability
    assert plain.reasons == ()


def test_a_plain_post_and_a_post_with_one_link_are_not_accused_of_anything():
    assert score("Hoe verleng ik mijn boek?", model=Model()).probability < 0.1
    one = "Ik vond op https://www.hebban.example/boek een mooie bespreking van dit boek, echt een aanrader om te lezen."
    assert score(one, model=Model()).probability < 0.1


def test_the_organisations_own_addresses_are_no_links_to_worry_about():
    text = "Zie https://www.deklank.example/uren en https://shop.deklank.example en https://deklank.example/a"
    assert score(text, model=Model(), signals=Signals(known_hosts=frozenset({"deklank.example"}))).reasons == ()


def test_texts_are_read_as_they_look():
    assert readable("c\u200ba\u00adsino \u0441\u0430sino ｃａｓｉｎｏ") == "casino casino casino"
    assert readable("Привет, Нина") == "Привет, Нина"
    assert link_hosts("www.A.nl, http://b.nl:80/x c.com/y, d. com en jan@mail.nl, versie 1.2") == [
        "a.nl",
        "b.nl",
        "c.com",
    ]


def test_features_stay_within_bounds_whatever_is_written():
    found = features("woord" + "x" * 100_000 + " ander" * 100_000 + " " + " ".join(map(str, range(10_000))))
    assert all(0 <= each < BUCKETS for each in found)
    assert len(found) < 1_500


@pytest.mark.parametrize(
    "unit", ["a", "a ", "http://", "www.a.nl ", "a.", "\u0430a ", "!", "A" * 40 + " ", "\u200b", "a@"]
)
def test_a_hostile_megabyte_costs_no_more_than_its_beginning(unit: str):
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    score(text, model=taught())
    assert time.process_time() - began < 2
