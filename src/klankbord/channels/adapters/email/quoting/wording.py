"""What mail programs write around a reply, per language: the data behind the splitter.

Everything is compared in case-folded form. The forms were collected from the programs themselves and from what public
reply parsers list (GitHub, Discourse, Crisp, Mailgun and mail-parser-reply name the same clients); no code or test mail
of those was taken over.
"""

from __future__ import annotations

# The first words of an attribution: "On Monday …", "Op 12 mei …".
OPENERS = (
    "on", "at", "in message", "in article",  # English
    "op",  # Dutch
    "am", "vom",  # German
    "le",  # French
    "el",  # Spanish
    "il", "in data",  # Italian
    "em", "a",  # Portuguese
    "den", "søn.", "man.", "tir.", "tirs.", "ons.", "tor.", "tors.", "fre.", "lør.",  # Danish, Norwegian
    "mån", "tis", "ons", "tors", "fre", "lör", "sön",  # Swedish
    "pe", "ma", "ti", "ke", "to", "la", "su",  # Finnish
    "dnia", "w dniu", "dňa",  # Polish, Slovak
    "dne",  # Czech
    "в", "в сообщении",  # Russian
    "在",  # Chinese
)  # fmt: skip

# Verbs that end an attribution: "… Jan wrote:", "… heeft Jan het volgende geschreven:".
VERBS_LAST = (
    "wrote", "writes", "says", "said",
    "schreef", "schreef het volgende", "het volgende geschreven", "geschreven",
    "schrieb", "schrieben sie", "schrieb folgendes", "geschrieben", "folgendes geschrieben",
    "a écrit", "a ecrit", "écrit", "a écrit ce qui suit", "nous a dit",
    "escribió", "escribio", "ha scritto", "scritto", "escreveu",
    "skrev", "skrev følgende", "kirjoitti",
    "napisał", "napisała", "napisał(a)", "pisze", "napsal(a)", "napsal", "napsala", "napísal(a)",
    "написал", "написала", "написал(а)", "пишет", "пише", "написав", "写道", "写道：",
    "yazdı", "şunu yazdı", "şunları yazdı", "έγραψε", "a scris", "napisao je", "napisala je", "je napisao", "írta",
    "đã viết", "menulis", "va escriure", "kirjutas", "님이 작성", "napísal", "napísala", "je napisal", "je napisala",
)  # fmt: skip

# Verbs that the name follows: "Op … schreef Jan <jan@…>:", "Am … schrieb Eva:".
VERBS_MIDDLE = ("schreef", "schrieb", "skrev", "wrote", "writes", "a écrit", "heeft geschreven")

# "Quoting Jan <jan@…>:", as Horde writes.
QUOTING = ("quoting", "citeren", "zitat von", "citando a", "citando", "citat från", "citerar", "cytowanie")
# "12 mei 2026 10:04 door jan@…:", as Tutanota writes.
BY = ("by", "from", "van", "door", "von", "de", "par", "da", "por", "от", "od")

# Speakers that make it the customer's own sentence: "Op 3 mei schreef ik u:".
OWN_WORDS_BEFORE = ("i", "we", "ik", "wij", "ich", "wir", "yo", "io", "eu", "jag", "jeg", "vi")
OWN_WORDS = ("i", "we", "me", "my", "ik", "wij", "mij", "mijn", "ich", "wir", "mir", "je", "j'ai", "nous")
OWN_WORDS_AFTER = ("ik", "wij", "we", "ich", "wir", "u", "jag", "jeg", "vi", "men", "man")

# Words that an attribution does not have: "Op 3 mei 2024 om 10:04 schreef uw collega:".
WORDS_TO_THE_READER = (
    "your", "uw", "jouw", "jullie", "ihre", "ihr", "ihrer", "deine", "eure", "votre", "vos", "m'a", "m’a", "nous a",
    "colleague", "collega", "medewerker", "kollege", "kollegin", "collègue",
)  # fmt: skip

# Whole titles of a forwarded or replied message; between dashes, or (second list) standing alone with a colon.
TITLES_BETWEEN_DASHES = (
    "original message", "forwarded message", "forwarded by", "reply message", "original appointment",
    "oorspronkelijk bericht", "oorspronkelijke bericht", "origineel bericht", "oorspronkelijke afspraak",
    "doorgestuurd bericht", "doorgestuurde bericht", "doorgezonden bericht", "antwoordbericht",
    "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "original nachricht",
    "weitergeleitete nachricht", "weitergeleitete mail", "weitergeleitete e-mail", "ursprünglicher termin",
    "antwortnachricht",
    "message d'origine", "message original", "message initial", "message transféré", "mail original",
    "message de réponse",
    "courriel original", "rendez-vous d'origine",
    "mensaje original", "mensaje reenviado", "messaggio originale", "messaggio inoltrato", "mensagem original",
    "mensagem encaminhada", "original meddelelse", "oprindelig meddelelse", "oprindelig besked", "videresendt melding",
    "opprinnelig melding", "ursprungligt meddelande", "vidarebefordrat meddelande", "alkuperäinen viesti",
    "wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva", "исходное сообщение", "пересылаемое сообщение",
    "原始邮件", "原始郵件", "转发邮件", "元のメッセージ", "원본 메시지",
)  # fmt: skip
TITLES_ALONE = (
    "begin forwarded message", "start of forwarded message",
    "begin doorgestuurd bericht", "begin van doorgestuurd bericht", "begin doorgezonden bericht",
    "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
    "beginn der weitergeleiteten nachricht",
    "début du message transféré", "début du message réexpédié",
    "inicio del mensaje reenviado", "inizio messaggio inoltrato", "início da mensagem reenviada",
    "vidarebefordrat brev", "start på videresendt besked",
    "original message processed by david®", "original message processed by david",
)  # fmt: skip

# What tells a title of a forwarded message from one of a message that is answered.
FORWARDED = (
    "forward", "doorgestuurd", "doorgezonden", "weitergeleitet", "transféré", "réexpédié", "reenviado", "inoltrato",
    "reenviada", "encaminhada", "vidarebefordra", "videresend", "пересылаем",
)  # fmt: skip

# How programs begin the subject of what they forward.
FORWARD_SUBJECTS = ("fw:", "fwd:", "doorst:", "wg:", "tr:", "rv:", "enc:", "vb:", "vl:", "pd:", "пересл:")

# Help desks ask to write above a line; what is below it is theirs.
ABOVE_THIS_LINE = (
    "reply above this line", "your reply above this line", "reply above the line",
    "antwoord boven deze regel", "reactie boven deze regel", "boven deze lijn",
    "antwort über dieser zeile", "antwort oberhalb dieser zeile", "antworten sie über dieser zeile",
    "au-dessus de cette ligne", "above this line",
)  # fmt: skip
# The same without anything drawn around it, as the opening of a line.
ABOVE_ALONE = (
    "please type your reply above", "please reply above", "type your reply above", "write above this line",
    "reply above this line", "typ je antwoord boven", "typ uw antwoord boven", "typ hierboven",
    "schrijf je antwoord boven", "schrijf uw antwoord boven", "bitte antworten sie über",
    "bitte schreiben sie ihre antwort über", "bitte geben sie ihre antwort über", "veuillez répondre au-dessus",
    "merci de répondre au-dessus",
    "répondez au-dessus",
)  # fmt: skip

# The names of header fields that a program copies into the body.
FIELDS: dict[str, tuple[str, ...]] = {
    "from": (
        "from", "van", "von", "de", "da", "fra", "från", "od", "от", "від", "lähettäjä", "expéditeur", "afzender",
        "absender", "remitente", "mittente", "发件人", "寄件者", "差出人", "보낸 사람", "kimden", "feladó",
        "de la", "šalje", "από",
    ),
    "sent": (
        "sent", "date", "verzonden", "verstuurd", "datum", "gesendet", "envoyé", "envoyé le", "date d'envoi", "le",
        "enviado", "enviado el", "enviado em", "enviada em", "fecha", "data", "inviato", "sendt", "dato", "skickat",
        "odesláno", "wysłano", "отправлено", "дата", "lähetetty", "päivämäärä", "päiväys", "发送时间", "日期",
        "送信日時", "보낸 날짜", "gönderildi", "tarih", "寄件日期", "verzonden op", "verstuurd op", "gesendet am",
        "sent on", "date sent", "elküldve", "dátum", "trimis", "poslano", "στάλθηκε", "odoslané",
    ),
    "to": (
        "to", "aan", "an", "à", "a", "pour", "destinataire", "para", "til", "till", "komu", "do", "кому",
        "vastaanottaja", "收件人", "宛先", "받는 사람", "kime", "收件者", "ontvanger", "ontvangers", "geadresseerde",
        "empfänger", "címzett", "către", "prima", "προς",
    ),
    "cc": ("cc", "bcc", "kopie", "kopi", "kopia", "copie", "копия", "抄送", "참조"),
    "subject": (
        "subject", "onderwerp", "betreff", "betrifft", "objet", "sujet", "asunto", "assunto", "oggetto", "emne", "ämne",
        "předmět", "temat", "тема", "aihe", "主题", "主旨", "件名", "제목", "konu", "re", "betr", "betreffende",
        "tárgy", "subiect", "predmet", "θέμα",
    ),
    "other": (
        "reply-to", "reply to", "antwoord aan", "antwoorden aan", "beantwoorden - aan", "beantwoorden", "antwort an",
        "antworten an", "répondre à", "responder a", "risposta", "responder para", "importance", "priority",
        "prioriteit", "urgentie", "priorität", "wichtigkeit", "priorité", "importance haute", "attachments", "bijlagen",
        "bijlage", "anlagen", "anhänge", "pièces jointes", "organization", "organisatie",
    ),
}  # fmt: skip

FIELD_KIND = {name: kind for kind, names in FIELDS.items() for name in names}

# A mail program advertising itself. Each is a regular expression for the whole line, decoration stripped, case-folded;
# bounded repeats only.
DEVICE_LINES = (
    # English
    r"sent (?:from|via|with|by|using) .{1,100}",
    r"\w{2,20} from mobile(?:[.,!)]|$)",
    r"from my (?:\w+[ -]){0,2}(?:iphone|ipad|ipod|phone|smartphone|mobile|cell|cellphone)\b.{0,20}",
    r"from my (?:\w+[ -]){0,2}(?:android|galaxy|tablet)\b.{0,20}",
    r"from my (?:\w+[ -]){0,2}(?:blackberry|device|pixel|nokia|htc)\b.{0,20}",
    r"(?:get|download) (?:outlook|yahoo mail|bluemail) for .{1,100}",
    r"yahoo mail: .{1,80}",
    r"sent on the (?:move|go|road)",
    # Dutch
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|via|met) .{1,100}",
    r"(?:verzonden|verstuurd|gestuurd) (?:door|van|uit) (?:mijn|outlook|yahoo|gmail|samsung|mail)\b.{0,80}",
    r"(?:vanaf|vanuit|via|met) (?:mijn|m['’]n|een) .{1,60} (?:verzonden|verstuurd|gestuurd)",
    r"(?:download|haal) outlook voor .{1,80}",
    r"outlook voor (?:ios|android|mac).{0,80}",
    # German
    r"von (?:mein\w{0,3}|unterwegs|yahoo|outlook|samsung)\b.{0,80}(?:gesendet|geschickt|versendet|verschickt)",
    r"(?:gesendet|versendet|verschickt) (?:von|vom|mit|über|via|aus|per) .{1,100}",
    r"diese (?:nachricht|e-mail|mail) wurde (?:von|mit|über) .{1,80} (?:gesendet|verschickt|versendet)",
    r"(?:mobil|unterwegs|vom handy) (?:gesendet|geschickt|verschickt)",
    r"(?:laden|holen) sie (?:sich )?outlook für .{1,80}",
    r"outlook für (?:ios|android|mac).{0,80}",
    # French
    r"envoyé (?:depuis|à partir|avec|via|d['’]).{1,100}",
    r"envoyé (?:de|par|du) (?:mon|ma|l['’]|outlook|yahoo|gmail|mail|courrier|samsung|smartphone|mobile).{0,80}",
    r"(?:télécharger|téléchargez|obtenir|obtenez) (?:l['’]app(?:lication)? )?outlook pour .{1,80}",
    r"provenance ?: ?courrier pour windows.{0,20}",
    r"outlook pour (?:ios|android|mac).{0,80}",
    # "Get Outlook for iOS", elsewhere
    r"(?:obtener|obtén|descargar|obter|obtenha|baixar) (?:o )?outlook (?:para|de) .{1,80}",
    r"(?:ottieni|scarica) outlook per .{1,80}",
    r"(?:pobierz|uzyskaj) (?:aplikację )?outlook dla .{1,80}",
    r"(?:få|hämta|skaffa|hent|last ned|download) outlook (?:til|till|för|for) .{1,80}",
    r"(?:hanki|lataa) outlook .{1,80}",
    r"(?:получить|загрузить|скачать) outlook для .{1,80}",
    r"(?:získat|stáhnout) outlook pro .{1,80}",
    r"outlook (?:para|per|dla|för|til|for|для|pro) (?:ios|android|mac).{0,80}",
    # Others
    r"(?:enviado|enviada) (?:desde|do|da|pelo|a partir|via|con|com) .{1,80}",
    r"inviato (?:da|dal|con|tramite) .{1,80}",
    r"(?:sendt|skickat|skickades) (?:fra|från|via|med) .{1,80}",
    r"från min .{1,40}",
    r"(?:hent|hämta) outlook .{1,60}",
    r"lähetetty .{0,30}(?:puhelimesta|iphonesta|ipadista|laitteesta).{0,20}",
    r"wysłan[eo] z .{1,60}",
    r"odesláno z .{1,60}",
    r"(?:отправлено|надіслано|изпратено) (?:с|из|з|от) .{1,60}",
    r"(?:trimis|expediat) (?:de pe|din|cu) .{1,60}",
    r"(?:odoslané|poslano|poslato|elküldve) \w{1,3} .{1,60}",
    r".{0,20}(?:iphone|ipad|android|samsung).{0,20} gönderildi",
    r"στάλθηκε από .{1,60}",
    r"從我的 .{1,30} 傳送.{0,10}",
    r"从我的 ?.{1,30}发送.{0,10}",
    r"发自我的.{1,30}",
    r"(?:获取|下載|取得|下载) outlook for .{1,80}",
    r"outlook for (?:ios|android|mac) を入手.{0,80}",
    r"iphoneから送信.{0,10}",
    r"나의 .{1,30}에서 보냄.{0,10}",
    # Virus scanners
    r"(?:virus-free|virusvrij|virenfrei|garanti sans virus|sans virus|libre de virus)\b.{0,120}",
    r"this e-?mail has been (?:checked|scanned) for viruses.{0,120}",
    r"dit e-?mail(?:bericht)? is gecontroleerd op virussen.{0,120}",
    r"diese e-?mail wurde (?:von|auf) .{1,60}(?:viren|avast|antivir).{0,80}",
    r"l['’]absence de virus dans ce courrier.{0,120}",
)

# The same in whole sentences that no customer would write of anything else.
DEVICE_SENTENCES = (
    r"(?:dit bericht|deze e-?mail) (?:is|werd) (?:verzonden|verstuurd) (?:vanaf|vanuit|met|via) (?:mijn|een) .{1,80}",
    r"this (?:message|e-?mail) was sent (?:from|with|via) (?:my|a|an) .{1,80}",
    r"(?:ce )?(?:message|courriel|e-?mail|mail) (?:a été )?envoyé (?:depuis|de|avec|via) (?:mon|ma|un|une) .{1,80}",
)

# A device line that is really a sentence: "Sent from my desk, is much easier than my phone", "Verzonden met PostNL".
SENTENCE_MARKS = frozenset({
    "post", "courier", "letter", "registered", "brief", "aangetekend", "vertraging", "poste", "lettre", "recommandé",
    "einschreiben",
    "mistake", "accident", "yesterday", "today", "ago", "vergissing", "ongeluk", "gisteren", "vandaag", "versehen",
    "gestern", "heute", "erreur", "hier", "aujourd'hui",
    "i", "ik", "ich", "j'ai", "we", "wij", "wir", "never", "nooit", "jamais", "got", "did",
    "aber", "are", "avez", "avons", "because", "been", "ben", "bent", "bezorgd", "but", "chronopost",
    "colis", "colissimo", "dhl", "dpd", "est", "gls", "habe", "had", "has", "hat", "have", "heb", "hebt", "heeft",
    "hermes", "i'm", "is", "isn't", "ist", "it's", "kan", "kann", "maar", "mais", "moet", "muss", "nicht", "niet",
    "omdat", "paket", "pakket", "pakketpost", "postnl", "sind", "sont", "ups", "war", "waren", "was",
    "wasn't", "weil", "were", "will", "wird", "wordt", "would", "you", "zijn", "était",
})  # fmt: skip
# Words after which such marks no longer count: an apology belongs to the device line.
APOLOGIES = (
    "excuse",
    "pardon",
    "sorry",
    "typo",
    "brevity",
    "forgive",
    "excuus",
    "tikfout",
    "entschuldig",
    "tippfehler",
)

# Sign-offs. They stay in the reply as the customer's own words, unless a block of contact details follows.
SIGN_OFFS = (
    "met vriendelijke groet", "met vriendelijke groeten", "met hartelijke groet", "met hartelijke groeten",
    "met de meeste hoogachting", "hoogachtend", "vriendelijke groet", "vriendelijke groeten", "hartelijke groet",
    "hartelijke groeten", "groet", "groeten", "groetjes", "mvg", "m.v.g", "mvrgr", "vr.gr", "vr. gr", "vr groet",
    "met groet", "beste groet", "beste groeten", "bedankt", "alvast bedankt", "met dank",
    "kind regards", "best regards", "warm regards", "warmest regards", "with kind regards", "with best regards",
    "regards", "sincerely", "yours sincerely", "yours faithfully", "yours truly", "best wishes", "best", "all the best",
    "cheers", "thanks", "thank you", "many thanks", "thanks and regards", "cordially", "respectfully",
    "mit freundlichen grüßen", "mit freundlichem gruß", "mit freundlichen grüssen", "mit freundlichem gruss",
    "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "liebe grüße", "liebe grüsse",
    "beste grüße", "beste grüsse", "schöne grüße", "herzliche grüße", "herzlichen gruß", "mit besten grüßen",
    "hochachtungsvoll", "mfg", "lg", "vg", "gruß", "gruss", "grüße", "danke", "vielen dank",
    "cordialement", "bien cordialement", "très cordialement", "sincères salutations", "salutations", "bien à vous",
    "bien à toi", "salutations distinguées", "meilleures salutations", "amicalement", "merci", "merci d'avance",
)  # fmt: skip

# The opening of a legal notice or of a plea for trees: paragraphs at the very end, written by no one.
DISCLAIMERS = (
    "disclaimer", "confidentiality notice", "confidential:", "privileged/confidential", "this e-mail and any",
    "this email and any", "this message and any", "this e-mail message and any", "this e-mail is confidential",
    "this email is confidential", "this message is confidential", "the information contained in this",
    "the information in this e", "the contents of this e", "this communication is intended", "this e-mail is intended",
    "this email is intended", "this message is intended", "this e-mail may contain", "this email may contain",
    "this message may contain", "this transmission", "if you are not the intended recipient",
    "please consider the environment", "think before you print",
    "dit bericht is vertrouwelijk", "dit bericht is uitsluitend", "dit bericht is alleen bestemd", "dit bericht kan",
    "dit bericht en eventuele", "dit bericht, inclusief", "dit e-mailbericht", "deze e-mail is", "deze e-mail en",
    "deze email is", "deze email en", "deze e-mail kan", "deze e-mail (en", "de informatie in dit",
    "de informatie verzonden",
    "de inhoud van dit bericht", "de inhoud van deze e", "de in deze e-mail", "aan dit bericht kunnen geen rechten",
    "aan de inhoud van dit bericht", "vertrouwelijkheid", "denk aan het milieu", "denk om het milieu",
    "spaar het milieu", "bent u niet de geadresseerde",
    "diese e-mail enthält", "diese e-mail ist vertraulich", "diese nachricht enthält",
    "diese nachricht ist vertraulich",
    "diese e-mail und", "diese mail enthält", "der inhalt dieser e-mail", "die information in dieser",
    "die informationen in dieser", "bitte denken sie an die umwelt", "denken sie an die umwelt",
    "vertraulichkeitshinweis",
    "ce message et", "ce message est confidentiel", "ce message est destiné", "ce message contient", "ce courriel et",
    "ce courriel est", "ce courrier électronique", "cet e-mail et", "cet e-mail est", "cet email est",
    "les informations contenues dans ce", "pensez à l'environnement", "avis de confidentialité",
)  # fmt: skip
# …which must also speak of secrecy, intended readers, liability or paper, or it may be the customer's own sentence.
LEGAL_MARKS = (
    "confidential", "intended", "recipient", "privileged", "liab", "print", "unauthori", "addressee", "disclaim",
    "vertrouwelijk", "bestemd", "geadresseerde", "rechten worden ontleend", "aansprak", "rechten", "milieu",
    "ontvanger",
    "vertraulich", "empfänger", "bestimmt", "adressat", "umwelt", "unbefugt",
    "confidentiel", "destinataire", "destiné", "imprimer", "environnement", "responsabilité", "non autorisé",
)  # fmt: skip

UNSUBSCRIBE = ("unsubscribe:", "afmelden:", "uitschrijven:", "abmelden:", "se désabonner :", "désabonnement :")

# Small words within names and firms: "Jan van der Berg", "Klein und Söhne".
NAME_WORDS = frozenset({
    "de", "den", "der", "van", "von", "vom", "zu", "zum", "du", "des", "la", "le", "les", "el", "di", "da", "dos",
    "del", "della", "ter", "ten", "te", "het", "'t", "in", "op", "the", "of", "and", "en", "und", "et", "y", "e", "bij",
    "voor", "für", "for", "at",
})  # fmt: skip

# What lists and services write under a quote.
FOOTERS = (
    "you received this message because", "you are receiving this", "to unsubscribe", "unsubscribe",
    "reply to this email",
    "reply to this message", "view it on", "view this", "visit topic", "to respond", "to reply", "mute the thread",
    "mailing list", "manage your", "to stop receiving", "to view this discussion", "for more options",
    "u ontvangt dit bericht omdat", "u ontvangt deze", "afmelden", "uitschrijven", "beantwoord deze e-mail",
    "sie erhalten diese", "abmelden", "abbestellen", "vous recevez ce", "se désabonner", "se désinscrire",
)  # fmt: skip

GREETINGS = frozenset({
    "abend", "afternoon", "all", "allemaal", "beste", "bonjour", "bonsoir", "cher", "chère", "dag", "dear",
    "evening", "everyone", "folks", "geachte", "geehrte", "geehrter", "goedemiddag", "goedemorgen", "goedenavond",
    "good", "grüß", "guten", "hallo", "hello", "hey", "hi", "hoi", "liebe", "lieber", "lieve", "madame", "moin",
    "monsieur", "morgen", "morning", "salut", "sehr", "servus", "tag", "team", "there",
})  # fmt: skip
