"""Every reply above every form of history: whatever the customer's last line looks like, it stays the reply."""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email.quoting import split_reply

OWN_TEXTS = [
    "Zie hieronder:",
    "Mijn gegevens:\nNaam: Jan\nTel: 0612345678",
    "Van: Utrecht\nAan: Zwolle",
    "Datum: 12 mei",
    "Betreft: boete",
    "Onderwerp: mijn pas",
    "Aan: iedereen",
    "Re: your question",
    "Date: demain",
    "Objet : ma carte",
    "An: alle",
    "Cc: niemand",
    "A: ja\nB: nee",
    "1. een\n2. twee",
    "- een\n- twee",
    "Ja.\n\nP.S. tot morgen!",
    "Hallo,\n\nDank u wel.\n\nMet vriendelijke groet,\n\nJan de Vries",
    "Ich bin am 3.5.2024 da\n\nViele Grüße\nEva",
    "Merci beaucoup\n\nCordialement,\nLuc",
    "https://bieb.example/boek",
    "Tot dan :-)",
    "--> zie hier",
    "On it!",
    "From what I can see it works",
    "From: the beginning",
    "he said:",
    "Jan schreef:",
    "Ik schreef op 3 mei 2024:",
    "Het nummer is 2024-12345",
    "Am besten um 10:00 Uhr",
    "Envoyé hier par la poste",
    "Verzonden is het pakket nog niet",
    "Ok\n\n\n\nJan",
    "Ja",
]
FIELDS = {
    "English": ("From:", "Sent:", "To:", "Subject:"),
    "Dutch": ("Van:", "Verzonden:", "Aan:", "Onderwerp:"),
    "Dutch of another program": ("Van:", "Datum:", "Aan:", "Onderwerp:"),
    "German": ("Von:", "Gesendet:", "An:", "Betreff:"),
    "French": ("De :", "Envoyé :", "À :", "Objet :"),
    "French of another program": ("De :", "Date :", "À :", "Objet :"),
}
VALUES = ("Bibliotheek <info@x.example>", "maandag 3 mei 2024 10:00", "Piet <piet@k.example>", "Uw boete")
NAMES_ONLY = ("Bibliotheek", "maandag 3 mei 2024 10:00", "Piet", "Uw boete")
TITLES = [
    "",
    "________________________________\n",
    "-----Oorspronkelijk bericht-----\n",
    "-----Original Message-----\n",
    "-------- Original-Nachricht --------\n",
    "-----Message d'origine-----\n",
]
DEVICES = [
    "",
    "Verstuurd vanaf mijn iPhone\n\n",
    "Outlook voor Android<https://aka.ms/x> downloaden\n\n",
    "Von meinem iPhone gesendet\n\n",
    "Envoyé de mon iPhone\n\n",
    "Sent from my Galaxy\n\n",
]


def block(names: tuple[str, ...], form: str, values: tuple[str, ...]) -> str:
    """The copied header fields, as programs write them."""
    return "\n".join(f"{form.format(name)} {value}" for name, value in zip(names, values, strict=True))


@pytest.mark.parametrize("form", ["{}", "*{}*", "**{}**"], ids=["plain", "bold", "bolder"])
@pytest.mark.parametrize("language", FIELDS)
def test_every_reply_above_copied_fields_stays_whole(language: str, form: str) -> None:
    names = FIELDS[language]
    histories = [title + block(names, form, values) for title in TITLES for values in (VALUES, NAMES_ONLY)]
    wrong = [
        (own, history)
        for own in OWN_TEXTS
        for history in histories
        if split_reply(f"{own}\n\n{history}\n\nDag Piet,\n\nUw boek is er.\n\nGroet,\nJan\n").reply != own
    ]
    assert wrong == []


@pytest.mark.parametrize("device", DEVICES)
def test_every_reply_above_a_device_line_stays_whole(device: str) -> None:
    histories = [
        "Op ma 3 mei 2024 om 10:00 schreef Jan <jan@x.example>:\n\n> Dag\n",
        "Am 3. Mai 2024 um 10:00 schrieb Jan <jan@x.example>:\n\nDag Piet,\n\nUw boek is er.\n",
        block(FIELDS["French"], "{}", VALUES) + "\n\nDag Piet,\n\nUw boek is er.\n",
    ]
    mails = [(own, f"{own}\n\n{device}{history}") for own in OWN_TEXTS for history in histories]
    assert [mail for own, mail in mails if split_reply(mail).reply != own] == []


@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["touching", "apart"])
def test_every_answer_between_quotes_stays(gap: str) -> None:
    attribution = "Op ma 3 mei 2024 om 10:00 schreef Jan <jan@x.example>:"
    for own in OWN_TEXTS:
        if own.startswith("Ik schreef"):
            continue  # above a quote that is an attribution after all
        reply = split_reply(
            f"{attribution}\n\n> Wilt u het nog?{gap}{own}{gap}> En\n> wanneer?{gap}Morgen graag.\n"
        ).reply
        assert [line for line in own.split("\n") if line not in reply] == []
        assert reply.endswith("Morgen graag.")
