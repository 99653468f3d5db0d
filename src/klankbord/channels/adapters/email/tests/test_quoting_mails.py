"""Invented mails as the usual programs write them; each line is marked with the part it belongs to.

`r` is reply, `q` quoted, `s` signature; a lone letter is a blank line. Blank lines around a part do not count.
"""

from __future__ import annotations

import pytest

from klankbord.channels.adapters.email.quoting import SplitReply, split_reply

DUTCH = {
    "gmail": """
r Dank voor de snelle hulp, het werkt weer.
q
q Op di 12 mei 2026 om 10:04 schreef Bibliotheek De Klank <info@klank.example>:
q
q > Beste Sanne,
q > Kunt u het nog eens proberen?""",
    "gmail, attribution wrapped": """
r Ja, morgen kan ik.
q
q Op wo 13 mei 2026 om 09:15 schreef Bibliotheek De Klank, afdeling Uitleen en
q Inschrijvingen <
q uitleen@klank.example>:
q
q > Kunt u morgen komen?""",
    "apple mail": """
r Goedemiddag,
r
r Het boek lag toch thuis.
s
s Verstuurd vanaf mijn iPhone
q
q > Op 3 jun. 2026 om 14:22 heeft Bibliotheek De Klank <info@klank.example> het volgende geschreven:
q >
q > \ufeffHeeft u het al gevonden?""",
    "outlook desktop": """
r Beste Karin,
r
r Helaas is de rekening dubbel betaald.
r
r Met vriendelijke groet,
r Joost
q
q Van: Karin de Wit <karin@klank.example>
q Verzonden: maandag 4 mei 2026 11:31
q Aan: Joost Vermeer <joost@post.example>
q Onderwerp: RE: Uw rekening
q
q Beste Joost,
q
q Wilt u het bedrag overmaken?
q
q --
q Karin de Wit""",
    "outlook on the web": """
r Prima, tot dan!
q
q ________________________________
q Van: Bibliotheek De Klank <info@klank.example>
q Verzonden: vrijdag 8 mei 2026 16:05
q Aan: Tom Bos <tom@post.example>
q Onderwerp: Afspraak
q
q Schikt donderdag?""",
    "old outlook": """
r Graag zou ik verlengen.
q
q -----Oorspronkelijk bericht-----
q Van: info@klank.example [mailto:info@klank.example]
q Verzonden: dinsdag 2 juni 2026 9:00
q Aan: Piet
q Onderwerp: Uw leentermijn
q
q Uw termijn loopt af.""",
    "outlook for ios": """
r Kan ik ook op zaterdag langskomen?
s
s Outlook voor iOS downloaden<https://aka.example/o0ukef>
q ________________________________
q Van: De Klank <info@klank.example>
q Verzonden: zondag 10 mei 2026 20:11:09
q Aan: Els <els@post.example>
q Onderwerp: Re: openingstijden
q
q Wij zijn open van maandag tot en met vrijdag.""",
    "samsung": """
r ok bedankt
s
s Verzonden vanaf mijn Galaxy
q
q
q -------- Oorspronkelijk bericht --------
q Van: De Klank <info@klank.example>
q Datum: 11-05-2026 08:59 (GMT+01:00)
q Aan: ria@post.example
q Onderwerp: Reservering
q
q Uw boek ligt klaar.
q
q Verzonden vanaf mijn Galaxy""",
    "thunderbird, answer below": """
q Op 12-05-2026 om 10:04 schreef De Klank:
q > Welke titel zoekt u?
q > En in welke taal?
r
r De nieuwe van Anna Enquist, in het Nederlands.""",
    "thunderbird, answers between": """
q Op 12-05-2026 om 10:04 schreef De Klank:
r > Welke titel zoekt u?
r
r De nieuwe van Anna Enquist.
r
r > En in welke taal?
r
r Nederlands graag.
q
q > Groet, Karin""",
    "webmail of a provider": """
r Zie bijlage.
q
q ----- Oorspronkelijk bericht -----
q Van: "De Klank" <info@klank.example>
q Aan: "h.jansen" <h.jansen@provider.example>
q Verzonden: Woensdag 6 mei 2026 13:44:10
q Onderwerp: Pas verloren
q
q Wilt u een kopie van uw legitimatie sturen?""",
    "forwarded with a word": """
r Kunnen jullie hier iets mee?
q
q Begin doorgestuurd bericht:
q
q Van: Gemeente <post@gemeente.example>
q Onderwerp: Bezwaar
q Datum: 1 mei 2026 om 10:00:00 CEST
q Aan: Wim <wim@post.example>
q
q Uw bezwaar is ontvangen.""",
    "forwarded without a word": """
q ---------- Forwarded message ---------
q Van: Gemeente <post@gemeente.example>
q Date: do 7 mei 2026 om 10:00
q Subject: Bezwaar
q To: Wim <wim@post.example>
q
r Uw bezwaar is ontvangen.
r Wij antwoorden binnen zes weken.""",
    "contact details under the sign-off": """
r Wij willen met klas 2B langskomen. Kan dat in juni?
s
s Met vriendelijke groet,
s
s Marloes Dekker
s Docent Nederlands
s Het Zonnecollege
s Tel. 030 - 123 45 67
s www.zonnecollege.example""",
    "plain goodbye": """
r Hoi,
r
r Het is gelukt!
r
r Groetjes,
r Femke""",
    "disclaimer": """
r Hierbij de lijst.
r
r Groet, Bram
s
s De informatie in dit e-mailbericht is uitsluitend bestemd voor de geadresseerde. Aan dit
s bericht kunnen geen rechten worden ontleend.
s
s Denk aan het milieu voordat u dit bericht print.""",
    "own sentence that looks like an attribution": """
r Geachte heer,
r
r Op 3 mei 2026 schreef ik u het volgende:
r de lift is kapot. Ik kreeg geen antwoord.""",
    "own form that looks like header fields": """
r Ik zoek een treinkaartje uit jullie verzameling:
r
r Van: Utrecht
r Aan: Zwolle
r Datum: 3 mei 1958
r
r Hebben jullie dat?""",
    "parcel that looks like a device": """
r Mijn pakket is niet aangekomen.
r Verzonden met PostNL op 3 mei, nummer 3SABC.""",
    "help desk line": """
r Nee, nog steeds niet.
q
q ##- Typ uw antwoord boven deze regel -##
q
q Is uw vraag beantwoord?""",
    "signature above the history": """
r Dank, opgelost.
s
s --
s Henk Prins
s Voorzitter leesclub
q
q Op ma 11 mei 2026 om 12:00 schreef De Klank <info@klank.example>:
q
q > Lukt het?""",
}

ENGLISH = {
    "gmail": """
r Great, thank you!
q
q On Tue, May 12, 2026 at 10:04 AM Klank Library <info@klank.example> wrote:
q
q > Your card has been renewed.""",
    "gmail, wrapped over four lines": """
r Yes.
q
q On Tuesday, 12 May 2026 at 10:04, The Klank Public Library and Reading Room
q via Desk
q <info@klank.example>
q wrote:
q
q > Shall we keep it for you?""",
    "yahoo": """
r It still shows the old address.
s
s Sent from Yahoo Mail on Android
q
q  On Tue, 12 May 2026 at 10:04, Klank Library<info@klank.example> wrote:   Dear Ann,
q We changed it.""",
    "outlook": """
r Thanks, that is clear.
r
r Best,
r Ann
q
q From: Klank Library <info@klank.example>
q Sent: Tuesday, May 12, 2026 10:04 AM
q To: Ann Lee <ann@post.example>
q Cc: Desk <desk@klank.example>; Someone Else
q     <else@klank.example>
q Subject: Re: Fine
q
q Dear Ann,""",
    "outlook with bold fields": """
r Fine by me
q
q *From:* Klank Library [mailto:info@klank.example]
q *Sent:* Tuesday, May 12, 2026 10:04 AM
q *To:* Ann Lee
q *Subject:* Re: Fine
q
q Would that do?""",
    "windows mail": """
r On my way.
s
s Sent from Mail for Windows 10
q
q From: Klank Library
q Sent: Tuesday, May 12, 2026 10:04
q To: Ann Lee
q Subject: Room
q
q The room is free.""",
    "phone with an apology": """
r Will call tomorrow
s
s Sent from my phone, please excuse typos and brevity.
q
q On May 12, 2026, at 10:04, Klank Library <info@klank.example> wrote:
q
q > Please call us.""",
    "device in a sentence": """
r The form is broken.
r
r Sent from my desk it works, but the tablet is not able to load it.""",
    "zoho": """
r Done.
q
q ---- On Tue, 12 May 2026 10:04:00 +0200 Klank Library<info@klank.example> wrote ----
q
q > Please sign.""",
    "list footer under the quote": """
r I would like to join.
q
q On 12 May 2026 10:04, Klank Readers <readers@klank.example> wrote:
q
q > Who is in?
s
s You received this message because you are subscribed to the list.
s To unsubscribe, visit https://klank.example/u""",
    "greeting, quote, short answer": """
r Hi Karin,
r
q On Tue, 12 May 2026 at 10:04, Klank Library <info@klank.example> wrote:
r
r > Which branch?
r
r The one at the station.""",
    "wrote in one's own sentence": """
r On the website someone wrote a nice review of the reading room.
r On 12 May I wrote: please fix the lift. It is still broken.""",
    "nested quotes": """
r Agreed.
q
q On 12/05/2026 10:04, Bob Smith wrote:
q > I think so too.
q >
q > On 11/05/2026 09:00, Ann Lee wrote:
q >> Shall we close at five?
q > > Or six?""",
    "list with dashes": """
r - the heating
r - the light
r -
r Also the door.""",
    "heading underlined": """
r First question
r --------------
r Where do I park?""",
    "initials before quotes": """
r > Which day suits you?
r Friday.""",
}

GERMAN = {
    "gmail": """
r Vielen Dank, das passt.
q
q Am Di., 12. Mai 2026 um 10:04 Uhr schrieb Bibliothek Klang <info@klang.example>:
q
q > Passt Ihnen Donnerstag?""",
    "apple mail": """
r Leider nein.
s
s Von meinem iPhone gesendet
q
q > Am 12.05.2026 um 10:04 schrieb Bibliothek Klang <info@klang.example>:
q >
q > Haben Sie den Ausweis?""",
    "outlook": """
r Sehr geehrte Frau Klein,
r
r anbei das Formular.
r
r Mit freundlichen Grüßen
r Uwe Koch
q
q Von: Bibliothek Klang <info@klang.example>
q Gesendet: Dienstag, 12. Mai 2026 10:04
q An: Uwe Koch <uwe@post.example>
q Betreff: AW: Formular
q
q Sehr geehrter Herr Koch,""",
    "old outlook": """
r Ja, bitte.
q
q -----Ursprüngliche Nachricht-----
q Von: info@klang.example
q Gesendet: Dienstag, 12. Mai 2026 10:04
q An: Uwe Koch
q Betreff: Verlängern?
q
q Sollen wir verlängern?""",
    "web.de": """
r Danke!
q
q Gesendet: Dienstag, 12. Mai 2026 um 10:04 Uhr
q Von: "Bibliothek Klang" <info@klang.example>
q An: uwe@post.example
q Betreff: Aw: Mahnung
q
q Die Mahnung ist erledigt.""",
    "thunderbird": """
r Ich komme um drei.
q
q Am 12.05.26 um 10:04 schrieb Bibliothek Klang:
q > Wann kommen Sie?""",
    "name first": """
r Gerne.
q
q Bibliothek Klang <info@klang.example> schrieb am Di., 12. Mai 2026, 10:04:
q
q > Möchten Sie mitmachen?""",
    "contact details": """
r Bitte senden Sie mir die Rechnung erneut.
s
s Freundliche Grüße
s
s Sabine Vogel
s Vogel GmbH, Hauptstraße 5, 50667 Köln
s Tel.: +49 221 1234567""",
}

FRENCH = {
    "gmail": """
r Merci beaucoup !
q
q Le mar. 12 mai 2026 à 10:04, Bibliothèque Klank <info@klank.example> a
q écrit :
q
q > Votre livre est arrivé.""",
    "apple mail": """
r Je passe demain.
s
s Envoyé de mon iPhone
q
q > Le 12 mai 2026 à 10:04, Bibliothèque Klank <info@klank.example> a écrit :
q >
q > Quand passez-vous ?""",
    "outlook": """
r Bonjour,
r
r C'est réglé.
r
r Cordialement,
r Luc
q
q De : Bibliothèque Klank <info@klank.example>
q Envoyé : mardi 12 mai 2026 10:04
q À : Luc Petit <luc@post.example>
q Objet : RE: Amende
q
q Bonjour Luc,""",
    "old outlook": """
r Voici le document.
q
q -----Message d'origine-----
q De : info@klank.example
q Envoyé : mardi 12 mai 2026 10:04
q À : Luc Petit
q Objet : Document
q
q Il manque un document.""",
    "outlook for android": """
r D'accord.
s
s Télécharger Outlook pour Android<https://aka.example/x>
q ________________________________
q From: Bibliothèque Klank <info@klank.example>
q Sent: Tuesday, May 12, 2026 10:04:00 AM
q To: Luc <luc@post.example>
q Subject: Réservation
q
q Votre réservation est prête.""",
    "orange": """
r Oui.
q
q > Message du 12/05/26 10:04
q > De : "Bibliothèque Klank" <info@klank.example>
q > A : luc@post.example
q > Objet : Salle
q >
q > Voulez-vous la salle ?""",
}

MAILS = [
    pytest.param(block, id=f"{language}: {name}")
    for language, mails in (
        ("nl", DUTCH),
        ("en", ENGLISH),
        ("de", GERMAN),
        ("fr", FRENCH),
    )
    for name, block in mails.items()
]


def _marked(block: str) -> tuple[str, SplitReply]:
    marked = block.removeprefix("\n").split("\n")
    parts = {letter: "\n".join(line[2:] for line in marked if line[0] == letter).strip() for letter in "rqs"}
    return "\n".join(line[2:] for line in marked), SplitReply(parts["r"], parts["q"], parts["s"])


def _without_blank_lines(split: SplitReply) -> tuple[list[str], ...]:
    return tuple(
        [line.rstrip() for line in part.split("\n") if line.strip()]
        for part in (split.reply, split.quoted, split.signature)
    )


@pytest.mark.parametrize("block", MAILS)
def test_every_line_of_a_mail_lands_in_its_part(block: str) -> None:
    text, expected = _marked(block)
    assert _without_blank_lines(split_reply(text)) == _without_blank_lines(expected)


@pytest.mark.parametrize("block", MAILS)
def test_reply_keeps_its_blank_lines(block: str) -> None:
    text, expected = _marked(block)
    assert split_reply(text).reply == expected.reply


@pytest.mark.parametrize("block", MAILS)
def test_windows_line_ends_make_no_difference(block: str) -> None:
    text, _ = _marked(block)
    assert split_reply(text.replace("\n", "\r\n")) == split_reply(text)
