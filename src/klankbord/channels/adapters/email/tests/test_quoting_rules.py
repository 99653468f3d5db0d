"""The splitter's rules, one at a time: forms of attributions, what is no attribution, hostile texts."""

from __future__ import annotations

import time

import pytest

from klankbord.channels.adapters.email.quoting import split_reply
from klankbord.channels.adapters.email.quoting.split import MAX_LINES

ATTRIBUTIONS = [
    "On Tue, 12 May 2026 at 10:04, Ann Lee <ann@post.example> wrote:",
    "On Tue, 2026-05-12 at 10:04 +0200, Ann Lee wrote:",
    "On 12/05/26 10:04, Ann Lee wrote:",
    "On Tuesday, Ann Lee wrote:",
    "On May 12, 2026, at 10:04 AM, ann<reply@post.example> wrote:",
    "On Tue, 12 May 2026 10:04:43 +0200 Ann Lee <ann@post.example> wrote",
    "---- On Tue, 12 May 2026 10:04:00 +0200 Ann<ann@post.example> wrote ----",
    "At 5/12/2026 10:04 AM, you wrote:",
    "In message <abc.123@post.example>, Ann Lee writes:",
    "Ann Lee <ann@post.example> wrote:",
    "Ann Lee (ann@post.example) wrote:",
    "Ann Lee via Klank Readers wrote:",
    "Ann Lee <ann@post.example> wrote on Tue, 12 May 2026 at 10:04:",
    "Posted by annlee on 05/12/2026",
    "2026-05-12 10:04 GMT+02:00 Ann Lee <ann@post.example>:",
    "2026-05-12 10:04 GMT+02:00 Ann Lee",
    "2026/5/12 annlee <ann@post.example>",
    '12.05.2026, 10:04, "Ann - Lee" <ann@post.example>:',
    "Tuesday, 12 May 2026, 10:04 AM +0200 from ann@post.example <ann@post.example>:",
    "Op 12 mei 2026 10:04 schreef Ann Lee <ann@post.example>:",
    'Op 12 mei 2026 10:04 schreef "Ann Lee" <ann@post.example>:',
    "Op 12-05-2026 om 10:04 schreef Ann Lee:",
    "Op dinsdag 12 mei 2026 schreef Ann Lee (ann@post.example) het volgende:",
    "Op 12 mei 2026 om 10:04 heeft Ann Lee <ann@post.example> het volgende geschreven:",
    "Op 12 mei 2026, om 10:04 heeft Ann Lee geschreven:",
    "Ann Lee <ann@post.example> schreef op di 12 mei 2026 om 10:04:",
    "Am 12.05.2026 um 10:04 schrieb Ann Lee <ann@post.example>:",
    "Am Di., 12. Mai 2026 um 10:04 Uhr schrieb Ann Lee via Klang <ann@post.example>:",
    "Am 12.05.2026 10:04, schrieb Ann Lee:",
    "Am 12. Mai 2026 10:04:00 MESZ schrieb Ann Lee <ann@post.example>:",
    "Am Dienstag, 12. Mai 2026, 10:04:00 CEST hat Ann Lee <ann@post.example> Folgendes geschrieben:",
    "Ann Lee <ann@post.example> schrieb am Di., 12. Mai 2026 um 10:04 Uhr:",
    "Ann Lee via Klang <ann@post.example> schrieb:",
    "Le mar. 12 mai 2026 à 10:04, Ann Lee <ann@post.example> a écrit :",
    "Le 12/05/2026 à 10:04, Ann Lee a écrit\xa0:",
    "Le 12 mai 2026 10:04, « Ann Lee » <ann@post.example> a écrit :",
    "El mar, 12 may 2026 a las 10:04, Ann Lee (<ann@post.example>) escribió:",
    "Il giorno mar 12 mag 2026 alle ore 10:04 Ann Lee <ann@post.example> ha scritto:",
    "Em ter., 12 de mai. de 2026 às 10:04, Ann Lee <ann@post.example> escreveu:",
    "Den tir. 12. maj 2026 kl. 10.04 skrev Ann Lee <ann@post.example>:",
    "tir. 12. mai 2026 kl. 10:04 skrev Ann Lee <ann@post.example>:",
    "W dniu 12.05.2026 o 10:04, Ann Lee pisze:",
    '12 maj 2026 10:04 "Ann Lee" <ann@post.example> napisał(a):',
    "вт, 12 мая 2026 г. в 10:04, Ann Lee <ann@post.example>:",
    "вторник, 12 мая 2026 г. пользователь annlee написал:",
    "在 2026年5月12日，10:04，Ann Lee <ann@post.example> 写道：",
    "2026年5月12日(火) 10:04 Ann Lee <ann@post.example>:",
    "-----Original Message-----",
    "----- Forwarded Message -----",
    "*----- Original Message -----*",
    "Begin forwarded message:",
    "-----Oorspronkelijk bericht-----",
    "-------- Doorgestuurd bericht --------",
    "-------- Weitergeleitete Nachricht --------",
    "Anfang der weitergeleiteten Nachricht:",
    "-------- Message transféré --------",
    "-----Message d’origine-----",
    "Début du message réexpédié :",
    "------------------ 原始邮件 ------------------",
    "Jan de Vries schreef op 12-5-2026 om 10:04:",
    "Jan de Vries schreef op di 12-05-2026 om 10:04 [+0200]:",
    "Op dinsdag 12 mei 2026 10:04:43 CEST schreef Jan de Vries:",
    "Op Di, 12 mei, 2026 10:04, schreef Jan:",
    "Op za 8 mei 2026 om 12:09 schreef\nJan de Vries <jan@post.example>:",
    "Am Dienstag, dem 12.05.2026 um 10:04 +0200 schrieb Jan:",
    "Jan <jan@post.example> hat am 12. Mai 2026 um 10:04 geschrieben:",
    "Le mardi 12 mai 2026 à 10:04 +0200, Jan a écrit :",
    "Citeren Jan de Vries <jan@post.example>:",
    "Quoting Jan de Vries <jan@post.example>:",
    "Zitat von Jan de Vries <jan@post.example>:",
    "12. Mai 2026, 10:04 von jan@post.example:",
    "12 mei 2026 10:04 door jan@post.example:",
    "12 mai 2026 à 10:04 de jan@post.example:",
    "On 12 May 2026, 10:04 +0200, Jan <jan@post.example>, wrote:",
    "On Tuesday, May 12th, 2026 at 10:04 AM, Jan <jan@post.example> wrote:",
    '>>> "Jan de Vries" <jan@post.example> 12-5-2026 10:04 >>>',
    ">>> Jan de Vries 12.05.26 10.04 Uhr >>>",
    "* Jan de Vries (jan@post.example) [260512 10:04]:",
    "-----Jan de Vries/NL/Org schreef: -----",
    "2026/5/12 Jan de Vries <\njan@post.example>",
    "12 Mayıs 2026 Salı tarihinde Jan <jan@post.example> yazdı:",
    "Στις Τρί, 12 Μαΐ 2026 στις 10:04, ο χρήστης Jan <jan@post.example> έγραψε:",
    "\u202bבתאריך יום ג׳, 12 במאי 2026 ב-10:04 מאת \u202aJan\u202c <\u202ajan@post.example\u202c>:\u202c",
    "Pe mar., 12 mai 2026 la 10:04, Jan <jan@post.example> a scris:",
    "Jan <jan@post.example> ezt írta (időpont: 2026. máj. 12., K, 10:04):",
    "Zer Al, 12 Mai 2026 10:04 Jan <jan@post.example> skrob:",
    "**********Original Message**********",
    "Oorspronkelijk bericht:",
    "   ----- Weitergeleitete Nachricht ----- Von: Jan <jan@post.example>An: piet@post.exampleBetreff: Buch",
    "##- Typ uw antwoord boven deze regel -##",
    "Please type your reply above this line",
    "Van: Jan <jan@post.example> Verzonden: dinsdag 12 mei 2026 10:04 Aan: Piet Onderwerp: Re: boek",
]

BLOCKS = [
    "*Van: *Jan <jan@post.example>\n*Datum: *dinsdag 12 mei 2026\n*Aan: *Piet\n*Onderwerp: *boek",
    "**Van:** Jan\n**Verzonden:** dinsdag 12 mei 2026 10:04\n**Aan:** Piet\n**Onderwerp:** boek",
    "Van:\tJan\nVerzonden:\tdinsdag 12 mei 2026 10:04\nAan:\tPiet\nOnderwerp:\tboek",
    "Afzender: Jan <jan@post.example>\nDatum: 12-5-2026\nOntvanger: piet@post.example\nOnderwerp: boek",
    'From "Jan" <jan@post.example>\nTo "Piet" <piet@post.example>\nDate 12/5/2026 10:04:00\nSubject Re: book',
    "Von: Jan <jan@post.example>\nDatum: Dienstag, 12. Mai 2026 um 10:04\nAn: Piet <piet@post.example>\nBetreff: Buch",
    "De : Jan <jan@post.example>\nDate : mardi 12 mai 2026 à 10:04\nÀ : Piet <piet@post.example>\nObjet : livre",
    'Verzonden: dinsdag 12 mei 2026 om 10:04\nVan: "Jan" <jan@post.example>\nAan: piet@post.example\nOnderwerp: boek',
    "Subject: book\nFrom: jan@post.example\nDate: Tue, 12 May 2026 10:04:00 +0200\nTo: piet@post.example",
    "From: Jan\nTo: Piet\nDate: 12 May 2026\nRe: book",
    "Feladó: Jan <jan@post.example>\nElküldve: 2026. május 12. 10:04\nCímzett: Piet\nTárgy: könyv",
    "寄件者： Jan <jan@post.example>\n寄件日期： 2026年5月12日 10:04\n收件者： piet\n主旨： 書",
]

DEVICES = [
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent via the Samsung Galaxy S8, an AT&T 5G Evolution capable smartphone",
    "<<sent by galaxy>>",
    "(sent from a phone)",
    "Sent with Airmail",
    "Sent from [Mail](https://go.example/x) for Windows",
    "Sent from Outlook for iOS<https://aka.example/o0ukef>",
    "Get Outlook for Android<https://aka.example/x>",
    "Obtener Outlook para Android<https://aka.example/x>",
    "Ottieni Outlook per iOS<https://aka.example/x>",
    "Få Outlook til iOS<https://aka.example/x>",
    "Lähetetty iPhonesta",
    "Nik from mobile",
    "From My Iphone 6",
    "Verstuurd vanaf mijn iPad",
    "Verzonden vanuit Mail voor Windows",
    "Verzonden met Proton Mail",
    "Verstuurd vanaf Outlook voor Android",
    "Von meinem Mobilgerät gesendet",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Holen Sie sich Outlook für iOS",
    "Envoyé depuis mon téléphone Android",
    "Envoyé à partir de Outlook pour Android",
    "Provenance : Courrier pour Windows",
    "Inviato da iPhone",
    "Enviado desde mi iPhone",
    "Virusvrij. www.avast.com",
    "Verzonden via mijn Samsung Galaxy-smartphone.",
    "Vanaf mijn iPhone verzonden",
    "Verstuurd vanaf m’n iPhone",
    "Dit bericht is verzonden vanaf mijn mobiel",
    "Outlook voor Android<https://aka.example/x> downloaden",
    "Verstuurd met Proton Mail beveiligde e-mail.",
    "Mobil gesendet",
    "Outlook für iOS<https://aka.example/x> beziehen",
    "Gesendet mit der Telekom Mail App",
    "Envoyé depuis l’application Mail Orange",
    "Obtenir Outlook pour iOS<https://aka.example/x>",
    "Message envoyé depuis mon iPhone",
    "-- Sent from my phone --",
    "Sent with Proton Mail secure email.",
    "iPhone'umdan gönderildi",
    "Надіслано з iPhone",
]

SENTENCES = [
    "On Monday the lift was broken and nobody helped me with the books that I brought.",
    "On 12 May I wrote: the lift is broken.",
    "Op 3 mei schreef ik u: de lift is stuk.",
    "Am 3. Mai schrieb ich Ihnen: der Aufzug ist kaputt.",
    "Le 3 mai, je vous ai écrit : l'ascenseur est en panne.",
    "Sent from my desk, it is much easier than from my phone.",
    "Verzonden met PostNL, nummer 3SABC.",
    "Verstuurd op 12 mei, en nog niets ontvangen.",
    "Sent by registered letter on 3 May.",
    "Payments from mobile phones fail.",
    "Envoyé par la poste le 3 mai.",
    "Ik zag nergens een antwoord boven deze regel staan.",
    "Van: Utrecht",
    "Subject: the lift",
    "- original message was lost",
    "To: whom it may concern",
    "Datum: 3 mei 2026",
    "-",
    "In 2026 Ann Lee and ann@post.example asked the same.",
    "He said it and she wrote it down:",
    "Op 12 mei 2026 om 10:04 mailde ik naar <info@klank.example> dit:",
    "Dit bericht is mij niet duidelijk.",
    "From my balcony I see your library.",
    "Citeren jullie mij in de krant?",
    "Mijn oorspronkelijk bericht is weg.",
    "Please reply above all to my second question.",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_history_begins_at_the_attribution(attribution: str) -> None:
    split = split_reply(f"Thank you.\n\n{attribution}\n\n> Earlier words.")
    assert (split.reply, split.signature) == ("Thank you.", "")
    assert split.quoted == f"{attribution}\n\n> Earlier words.".strip()


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_history_without_quote_marks_is_history_too(attribution: str) -> None:
    split = split_reply(f"Thank you.\n\n{attribution}\n\nEarlier words.\nMore of them.")
    if attribution != "On Tuesday, Ann Lee wrote:":
        assert split.quoted.endswith("Earlier words.\nMore of them.")
    assert split.reply.startswith("Thank you.")


@pytest.mark.parametrize("below", ["Earlier words.\nMore of them.", "> Earlier words."])
@pytest.mark.parametrize("above", ["", "________________________________\n", "-----Original Message-----\n"])
@pytest.mark.parametrize("block", BLOCKS)
def test_history_begins_at_the_fields(block: str, above: str, below: str) -> None:
    split = split_reply(f"Thank you.\n\n{above}{block}\n\n{below}")
    assert (split.reply, split.quoted, split.signature) == ("Thank you.", f"{above}{block}\n\n{below}", "")


@pytest.mark.parametrize("device", DEVICES)
def test_line_of_the_mail_program_is_signature(device: str) -> None:
    split = split_reply(f"I will come.\n\n{device}")
    assert (split.reply, split.quoted, split.signature) == ("I will come.", "", device)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_own_sentence_stays_in_the_reply(sentence: str) -> None:
    text = f"Dear library,\n\n{sentence}\nPlease look at it.\n\nBest,\nAnn"
    assert split_reply(text).reply == text


@pytest.mark.parametrize("text", ["", " \n\t\n", "\r\n", "\ufeff"])
def test_nothing_written_gives_three_empty_parts(text: str) -> None:
    split = split_reply(text)
    assert (split.reply, split.quoted.strip("\ufeff"), split.signature) == ("", "", "")


def test_only_history_leaves_the_reply_empty() -> None:
    split = split_reply("On Tue, 12 May 2026 at 10:04, Ann <ann@post.example> wrote:\n\n> Hello\n> there")
    assert split.reply == ""
    assert split.quoted.endswith("> there")


def test_only_a_signature_leaves_the_reply_empty() -> None:
    assert split_reply("-- \nAnn Lee\nReader").signature == "-- \nAnn Lee\nReader"


def test_no_line_is_lost_or_doubled() -> None:
    lines = ["One", "", "Sent from my iPhone", "On 12 May 2026 10:04, Ann Lee wrote:", "> two", "-- ", "Ann"]
    split = split_reply("\n".join(lines))
    parts = f"{split.reply}\n{split.quoted}\n{split.signature}".split("\n")
    assert sorted(line.strip() for line in parts if line) == sorted(line.strip() for line in lines if line)


def test_answers_between_quotes_keep_the_quotes_and_lose_the_attribution() -> None:
    text = "On 12 May 2026 10:04, Ann Lee wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo."
    assert split_reply(text).reply == "> One?\n\nYes.\n\n> Two?\n\nNo."


def test_initials_and_bars_before_quotes_count_as_quote_marks() -> None:
    assert split_reply("AL> Which day?\nFriday.\n| At what time?\nTen.").reply == (
        "> Which day?\nFriday.\n> At what time?\nTen."
    )


def test_table_with_bars_stays_as_it_is() -> None:
    text = "| day | time |\n| Fri | ten |"
    assert split_reply(text).reply == text


def test_name_behind_dashes_is_signature_with_the_short_lines_under_it() -> None:
    for end in ("-Ann Lee", "-- Ann", "--Ann Lee\nLee & Sons\nStation Road 1"):
        assert split_reply(f"I will come.\n\n{end}").reply == "I will come."
    for text in ("I want:\n\n- tea\n\n- cake", "Bye.\n\n--Ann Lee\nThis is my second question to you."):
        assert split_reply(text).reply == text


def test_text_between_fences_is_left_alone() -> None:
    text = "See:\n\n```\n-- \n> not a quote\nOn 12 May 2026 10:04, Ann Lee wrote:\n```\n\nStrange."
    assert split_reply(text).reply == text


def test_openpgp_armour_is_no_reply() -> None:
    seal = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"
    assert split_reply(f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n{seal}").reply == "Hello"


@pytest.mark.parametrize("rule", ["---", "*****", "==========", "________________________________"])
def test_sentences_under_a_rule_are_part_of_the_letter(rule: str) -> None:
    text = f"Dear library,\n\nThe lift is broken.\n\n{rule}\n\nAnother thing. I also lost my card.\n\nBest,\nAnn"
    assert split_reply(text).reply == text


def test_letter_with_a_rule_ends_after_its_goodbye() -> None:
    text = "First part\n\n---\n\nSecond part\n\nKind regards\nAnn"
    assert split_reply(f"{text}\n\n---\n\nLee & Sons\nStation Road 1").reply == text


def test_slogan_under_a_rule_after_the_goodbye_is_signature() -> None:
    slogan = "\n----------\nWe love books. Come and read with us. We are open every day."
    assert split_reply(f"I will come.\n\nBest,\nAnn{slogan}").reply == "I will come.\n\nBest,\nAnn"
    again = "\n----------\nI will come too. Please wait for me at the door.\n\nRegards\nBob"
    assert split_reply(f"I will come.\n\nBest,\nAnn{again}").reply == f"I will come.\n\nBest,\nAnn{again}"


def test_addresses_and_legal_words_under_a_rule_are_signature() -> None:
    for block in (
        "Lee & Sons. Books for all.\nTel. 030 - 123 45 67",
        "This is confidential. If you are not the intended recipient, please delete it. Thank you.",
        "riak-users mailing list\nriak-users@lists.example",
    ):
        assert split_reply(f"I will come.\n______________\n{block}").reply == "I will come."


def test_answer_under_a_quoted_mail_is_kept_when_there_are_words_above_it_too() -> None:
    quote = "On 12 May 2026 10:04, Ann Lee wrote:\n\n> Which day?\n> And when?"
    assert split_reply(f"Dear Ann,\nThank you for asking.\n\n{quote}\n\nI would like Friday.").reply == (
        "Dear Ann,\nThank you for asking.\n\n\n> Which day?\n> And when?\n\nI would like Friday."
    )
    assert split_reply(f"Friday.\n\n{quote}\n\nKlank Readers\nhttps://klank.example/list").reply == "Friday."


def test_quotes_further_down_do_not_bring_unquoted_history_back() -> None:
    older = "On 11 May 2026 09:00, Bob <bob@post.example> wrote:\n\n> Shall we?"
    text = f"I will.\n\nann <ann@post.example> wrote:\n\nDear Bob,\nplease come.\n\n{older}"
    assert split_reply(text).reply == "I will."


def test_forwarded_mail_alone_is_the_reply_also_when_it_is_quoted() -> None:
    text = (
        "> Begin doorgestuurd bericht:\n>\n> Van: Wim <wim@post.example>\n> Onderwerp: Bezwaar\n>\n> Ik maak bezwaar."
    )
    split = split_reply(text)
    assert split.reply == "> Van: Wim <wim@post.example>\n> Onderwerp: Bezwaar\n>\n> Ik maak bezwaar."
    assert split_reply(f"Kunnen jullie iets hiermee?\n\n{text}").reply == "Kunnen jullie iets hiermee?"


def test_unsubscribe_line_of_a_list_is_signature() -> None:
    assert split_reply("I agree.\n\nUnsubscribe: list-off@post.example\n").reply == "I agree."


def test_quote_under_a_lone_name_takes_the_name_along() -> None:
    assert split_reply("No.\n\nAnn Lee schreef:\n> Komt u?").reply == "No."


def test_postscript_under_contact_details_stays() -> None:
    text = "Kan dat?\n\nGroet,\nBram\nTel. 030-1234567\n\nPS: liefst op vrijdag."
    assert split_reply(text).reply == text


# What slowed down parsers before.
OWN_LAST_LINES = [
    "I will be there\nat three o'clock",
    "A good idea",
    "Mail me at piet@klant.example",
    "I got it in 2023",
    "On Monday I will come",
    "Op zich prima",
    "Ik kom 12-5-2024 om 10:00",
    "Ja\nOp maandag 5 mei kom ik langs",
    "Am Montag komme ich",
    "Le livre est bien",
    "she wrote me",
    "Piet de Vries <piet@klant.example>",
]


@pytest.mark.parametrize("own", OWN_LAST_LINES)
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["touching", "apart"])
def test_a_last_line_that_looks_like_the_beginning_of_an_attribution_stays(own: str, between: str) -> None:
    mails = [f"{own}{between}{attribution}\n\n> Dag\n> Jan\n" for attribution in ATTRIBUTIONS]
    assert [mail for mail in mails if split_reply(mail).reply != own] == []


@pytest.mark.parametrize(
    "attribution",
    [
        "On Mon, 3 May 2024\nat 10:00 Jan <jan@x.example> wrote:",
        "On Mon, 3 May 2024\nJan Jansen <jan@x.example> wrote:",
        "On 3 May 2024, Jan Jansen <\n20240503.abc@x.example> wrote:",
        "On 3 May 2024,\nFestival 2024 <info@x.example> wrote:",
        "Op ma 3 mei 2024 om 10:00 schreef\nJan Jansen <jan@x.example>:",
        "Op wo 5 jun\n2024 om 10:00 schreef Jan\nJansen <jan@x.example>:",
        "Jan Jansen <jan@x.example> schrieb am So., 23.\nJuni 2024, 21:08:",
        "Le mer. 5 juin\n2024 à 10:00, Jan <jan@x.example>\na écrit :",
        "On Mon, 3 May 2024 at 10:00\n\nJan <jan@x.example> wrote:",
        "2013/11/1 Jan Jansen <\njan@x.example>",
    ],
)
@pytest.mark.parametrize("history", ["> Dag\n> Jan", "Dag\nJan"], ids=["quoted", "plain"])
def test_a_wrapped_attribution_stays_whole(attribution: str, history: str) -> None:
    assert split_reply(f"Ja graag!\n\n{attribution}\n\n{history}\n").reply == "Ja graag!"


@pytest.mark.parametrize(
    ("line", "own"),
    [
        ("Ja graag! Op ma 3 mei 2024 om 10:00 schreef Jan Jansen <jan@x.example>:", "Ja graag!"),
        ("Thanks On Wed, Apr 4, 2012 at 3:59 PM, bob@x.example wrote:", "Thanks"),
        ("yes - that one--- On Wed, Apr 4, 2012 at 3:59 PM, bob@x.example wrote:", "yes - that one"),
    ],
)
def test_an_attribution_behind_the_answer_on_the_same_line_goes(line: str, own: str) -> None:
    assert split_reply(f"{line}\n> Dag\n").reply == own


def test_lines_of_a_quote_that_were_wrapped_without_a_mark_belong_to_it() -> None:
    quote = (
        "> Ihre Vormerkung liegt bis zum 12. Mai bei uns an der Theke bereit, danach\n"
        "geht das Buch an\n> den Nächsten auf der Liste, der es dann seinerseits drei Wochen behalten\ndarf.\n"
    )
    attribution = "Am 3. Mai 2024 um 10:00 schrieb Bücherei <info@x.example>:"
    assert split_reply(f"Ich komme morgen!\n\n{attribution}\n\n{quote}").reply == "Ich komme morgen!"


def test_an_answer_right_under_a_long_quoted_line_is_no_wrapped_quote() -> None:
    quote = "> Zullen we het boek voor u bewaren tot en met vrijdag 12 mei, of liever niet?"
    body = f"{quote}\nbewaren graag\n> En zullen we ook het tweede deel voor u laten komen?\nnee hoor"
    assert (
        split_reply(f"Hoi,\n\nOp 3 mei 2024 10:00 schreef Bieb <info@x.example>:\n\n{body}").reply
        == f"Hoi,\n\n\n{body}"
    )


def test_a_date_that_windows_fills_with_invisible_marks_is_a_date() -> None:
    date = "\u200eMontag\u200e, \u200e3\u200e. \u200eMai \u200e2024 \u200e10\u200e:\u200e00"
    fields = f"Von: Bücherei\nGesendet: {date}\nAn: Eva"
    assert split_reply(f"Danke!\n\n{fields}\n\nIhr Buch ist da.\n").reply == "Danke!"


HOSTILE = {
    "quote marks": ">",
    "quoted lines": ">\n",
    "no line end": "a",
    "On On On": "On ",
    "On on lines": "On On\n",
    "On … wrote": "On On On On On On On On On On On On On On On On On wrote \n",
    "schreef schreef": "Op schreef schreef schreef schreef schreef schreef schreef x\n",
    "blank lines": "\n",
    "fields": "From: a@post.example\n",
    "dashes": "---\n",
    "open brackets": "2026 <a@b 2026 <a@b 2026 <a@b\n",
    "enclosures": ">>>>\n",
    "fences": "```\n",
    "via": "x via y via y via y via y wrote x\n",
    "sign-offs": "Met vriendelijke groet,\n0-0-0-0-0-0-0-0-0-0-0-0-0\n",
    "bars": "| | | |\n",
    "spaces": " ",
    "non-breaking spaces": "\xa0",
    "one line of dashes": "-",
    "one line of underscores": "_",
    "arrows": f">>> {'a> ' * 130}\n",
    "fields in one line": f"sent: {'a sent: ' * 24}{'a to ' * 38}\n",
    "stamps": f"2026 10:04 {'<a@' * 120}:\n",
    "verbs between dashes": f"---{'a wrote ' * 48}\n",
    "rules and prose": "____\nabc def ghi. jkl mno pqr.\n",
    "titles": f"{'original message ' * 23}\n",
    "answers before attributions": "a On 3 May 2026 10:04 a@b.example wrote:\n> x\n",
    "openers in a line": f"{' On' * 130}:\n>\n",
    "openings of attributions": f"{'On @ ' * 22}\n" * 4 + "wrote:\n",
    "wrapped quotes": f"> {'a' * 70}\nbbbbbbbb\n",
    "quotes and answers": "a\n\nOn 12 May 2026 10:04, Ann Lee wrote:\n\n> b\n\nc d e f.\n",
}


@pytest.mark.parametrize("seed", HOSTILE.values(), ids=HOSTILE.keys())
def test_monotonous_text_takes_time_in_proportion(seed: str) -> None:
    # A million characters on one line; in lines, as many as are looked at and more.
    length = 200_000 if "\n" in seed else 1_000_000
    text = (seed * (length // len(seed) + 1))[:length]
    began = time.process_time()
    split = split_reply(text)
    # Measured at 0.01 to 0.4 s; what is not linear takes minutes.
    assert time.process_time() - began < 10
    assert len(split.reply) + len(split.quoted) + len(split.signature) <= len(text)


def test_lines_past_the_limit_follow_the_last_one_looked_at() -> None:
    split = split_reply("Yes.\nOn 12 May 2026 10:04, Ann Lee wrote:\n" + "> more\n" * (MAX_LINES + 5))
    assert split.reply == "Yes."
    assert split.quoted.count("> more") == MAX_LINES + 5
