"""Mails with HTML, as the usual programs write them (invented): the program itself says where history begins."""

from __future__ import annotations

import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from klankbord.channels.adapters.email.mime import parse_mail
from klankbord.channels.adapters.email.quoting import containers, split_mail
from klankbord.channels.contract import InboundMessage

# Each has the customer's own words first; what follows is history. The wording of the attribution is of no known
# language where it can be, so that only the structure tells.
HISTORY = {
    "gmail": '<div dir="ltr">{own}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
    'class="gmail_attr">Zer 12 Mai &lt;<a href="mailto:info@klank.example">info@klank.example</a>&gt; skrob:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0">Dear Ann,<div>which day?</div></blockquote></div>',
    "gmail, forwarded": '<div dir="ltr">{own}<br><br><div class="gmail_quote"><div class="gmail_attr">'
    "---------- Biti message ---------<br>Zer: Klank</div>Dear Ann, which day?</div></div>",
    "outlook desktop": '<div class="WordSection1"><p class="MsoNormal">{own}<o:p></o:p></p><div><div style="'
    'border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>Zer:</b> Klank<br>'
    "<b>Zun:</b> Ann</p></div></div><p class=MsoNormal>Dear Ann, which day?</p></div>",
    "outlook on the web": '<div dir="ltr">{own}</div><div id="appendonsend"></div><hr style="width:98%"><div '
    'id="divRplyFwdMsg" dir="ltr"><b>Zer:</b> Klank<br><b>Zun:</b> Ann</div><div>Dear Ann, which day?</div>',
    "outlook on the web, copied": '{own}<div id="x_divRplyFwdMsg">Zer: Klank</div>Dear Ann',
    "new outlook": '<div>{own}</div><div id="mail-editor-reference-message-container"><hr>Zer: Klank<br>Dear Ann</div>',
    "old outlook": "<DIV>{own}</DIV><DIV class=OutlookMessageHeader dir=ltr><HR>Zer: Klank</DIV><P>Dear Ann</P>",
    "yahoo": '<div>{own}</div><div id="ydp5ayahoo_quoted_77" class="ydp9b1f0a55yahoo_quoted"><div>Zer Klank:</div>'
    "<div>Dear Ann, which day?</div></div>",
    "gmx": '<div>{own}<div name="quote" style="border-left:2px solid"><div><b>Zun:</b> Mai</div><div name="quoted-'
    'content">Dear Ann, which day?</div></div></div>',
    "proton": '<div>{own}</div><div class="protonmail_quote">Zer Mai, Klank skrob:<br><blockquote class='
    '"protonmail_quote" type="cite">Dear Ann, which day?</blockquote><br></div>',
    "thunderbird": '<p>{own}</p><div class="moz-cite-prefix">Zer Mai skrob Klank:<br></div><blockquote type="cite" '
    'cite="mid:1@klank.example"><p>Dear Ann,</p><p>which day?</p></blockquote>',
    "thunderbird, forwarded": '<p>{own}</p><div class="moz-forward-container">-- Biti --<table><tr><th>Zer:</th><td>'
    "Klank</td></tr></table>Dear Ann</div>",
    "spark": '<div><div name="messageBodySection">{own}</div><div name="messageReplySection">Zer Mai skrob Klank:'
    "<blockquote>Dear Ann, which day?</blockquote></div></div>",
    "zoho": '{own}<div class="zmail_extra"><div id="1">---- Zer Mai skrob Klank ----</div><blockquote>Dear Ann'
    "</blockquote></div>",
    "zimbra": '{own}<hr id="zwchr"><b>Zer: </b>Klank<br><b>Zun: </b>Ann<br>Dear Ann, which day?',
}
OWN = "<p>Thursday suits me.</p><p>See &lt;you&gt; then!</p>"


def html_mail(html: str, text: str = "") -> InboundMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"] = "Ann <ann@post.example>", "Re: visit"
    if text:
        mail.set_content(text)
        mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    else:
        mail.set_content(f"<html><body>{html}</body></html>", subtype="html")
    return parse_mail(mail.as_bytes())


@pytest.mark.parametrize("program", HISTORY)
def test_program_tells_where_history_begins(program: str) -> None:
    message = html_mail(HISTORY[program].format(own=OWN))
    assert message.reply == "Thursday suits me.\n\nSee <you> then!"
    assert "Dear Ann" in message.quoted
    assert "Dear Ann" in message.text


@pytest.mark.parametrize("program", HISTORY)
def test_text_beside_the_html_is_cut_at_the_same_place(program: str) -> None:
    text = "Thursday suits me.\n\nSee <you> then!\n\nZer Mai skrob Klank\n\nDear Ann,\nwhich day?\n"
    message = html_mail(HISTORY[program].format(own=OWN), text)
    assert message.reply == "Thursday suits me.\n\nSee <you> then!"


@pytest.mark.parametrize("program", HISTORY)
def test_mail_without_words_above_the_history_is_left_to_the_rules_for_text(program: str) -> None:
    assert containers.parted(HISTORY[program].format(own="<br>&nbsp;")) is None


ANSWERED = {
    "gmail, answer below": '<div class="gmail_quote"><div class="gmail_attr">On Tue, 12 May 2026 at 10:04, Klank &lt;'
    'info@klank.example&gt; wrote:<br></div><blockquote class="gmail_quote">Which day?</blockquote></div>'
    "<div>Thursday.</div>",
    "gmail, answers between": '<div>Hi,</div><div class="gmail_quote">On Tue, 12 May 2026 at 10:04, Klank &lt;info@'
    'klank.example&gt; wrote:<br><blockquote class="gmail_quote">Which day?</blockquote><div>Thursday.</div>'
    '<blockquote class="gmail_quote">Which time?</blockquote><div>Ten.</div></div>',
    "thunderbird, answer below": '<div class="moz-cite-prefix">On 12/05/2026 10:04, Klank wrote:<br></div>'
    '<blockquote type="cite">Which day?</blockquote><p>Thursday.</p>',
    "apple, answer between": '<div>Hi,</div><blockquote type="cite"><div>On 12 May 2026, at 10:04, Klank &lt;info@'
    "klank.example&gt; wrote:</div><div>Which day?</div></blockquote><div>Thursday.</div><blockquote "
    'type="cite">Which time?</blockquote><div>Ten.</div>',
}


@pytest.mark.parametrize("program", ANSWERED)
def test_answers_between_and_below_quotes_stay(program: str) -> None:
    message = html_mail(ANSWERED[program])
    assert "Thursday." in message.reply
    assert ("Ten." in message.reply) == ("Ten." in ANSWERED[program])
    assert "wrote:" not in message.reply


def test_signature_that_is_called_so_is_no_reply() -> None:
    html = '<div>Thursday.</div><div class="gmail_signature" data-smartmail="x"><div>Ann Lee</div>Reader</div>'
    message = html_mail(html + HISTORY["gmail"].format(own=""))
    assert (message.reply, message.signature) == ("Thursday.", "Ann Lee\nReader")
    assert message.quoted.startswith("Zer 12 Mai")
    assert html_mail(html).reply == "Thursday."
    assert html_mail(html + "<p>One more thing.</p>").reply == "Thursday.\nAnn Lee\nReader\n\nOne more thing."


def test_signature_is_found_in_the_text_beside_the_html_too() -> None:
    html = '<div>Thursday.</div><div class="gmail_signature">Ann Lee<br>Reader</div>' + HISTORY["gmail"].format(own="")
    message = html_mail(html, "Thursday.\n\nAnn Lee\nReader\n\nZer 12 Mai skrob:\n\n> Dear Ann,")
    assert (message.reply, message.signature) == ("Thursday.", "Ann Lee\nReader")


def test_html_that_says_something_else_than_the_text_decides_nothing() -> None:
    html = HISTORY["gmail"].format(own="<p>Another letter.</p>")
    assert html_mail(html, "Thursday.\n\nSee you.").reply == "Thursday.\n\nSee you."


@pytest.mark.parametrize("last", ["https://klank.example/boek/1", "\U0001f44d", "www.klank.example\n\n\U0001f44d"])
@pytest.mark.parametrize("above", ["", "Look:\n\n"], ids=["alone", "under words"])
def test_last_lines_without_words_are_the_customers_too(above: str, last: str) -> None:
    own = above + last
    html = HISTORY["thunderbird"].format(own=own.replace("\n\n", "<p>"))
    text = f"{own}\n\nZer Mai skrob Klank:\n> Dear Ann,\n>\n> which day?\n"
    assert split_mail(text, html, from_html=False).reply == own


def test_links_and_pictures_do_not_hide_the_place() -> None:
    own = 'See <a href="https://post.example/x">my list</a> and https://post.example/y'
    text = "See my list <https://post.example/x> and https://post.example/y\n\nZer Mai skrob Klank\nDear Ann"
    assert html_mail(HISTORY["thunderbird"].format(own=own), text).reply == text.partition("\n")[0]


@pytest.mark.parametrize(
    "seed",
    ['<div class="gmail_quote">', '<div class="gmail_quote"', "<!--", "<style>", "<a class='", "</div>",
     "a<hr id=zwchr>", '<blockquote class="gmail_quote">a</blockquote>', '<div style="border-top:solid #e1e1e1 1pt">',
     "<div class=gmail_signature>a"],
)  # fmt: skip
def test_monotonous_html_takes_time_in_proportion(seed: str) -> None:
    html = "Words" + seed * (1_000_000 // len(seed)) + "gmail_quote"
    began = time.process_time()
    split_mail("Words", html, from_html=False)
    containers.parted(html)
    # Measured at 0.05 to 1 s; what is not linear takes minutes.
    assert time.process_time() - began < 10


def _sent(html: str, subject: str = "Re: book") -> InboundMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["Subject"], mail["Message-ID"] = "Ann <ann@post.example>", subject, "<1@post.example>"
    mail.set_content(html, subtype="html")
    return parse_mail(mail.as_bytes())


def test_answers_in_red_below_the_fields_of_outlook_are_kept_when_they_are_announced() -> None:
    red = '<p>Which day?</p><p><span style="color:red">Tuesday</span></p>'
    message = _sent(HISTORY["outlook desktop"].format(own="My answers are below in red.") + red)
    assert message.reply.startswith("My answers are below in red.")
    assert message.reply.endswith("Tuesday")


@pytest.mark.parametrize(
    ("html", "subject"),
    [
        (("<p>Is this right?</p><p>---------- Forwarded message ---------<br>From: A &lt;a@b.example&gt;<br>"
         "Date: Tue, 12 May 2026<br>Subject: Bill<br>To: ann@post.example</p><p>Please pay.</p>"), "Bill"),
        (HISTORY["outlook on the web"].format(own="Is this right?"), "FW: Bill"),
    ],
)  # fmt: skip
def test_a_mail_forwarded_under_ones_own_words_is_marked_as_forwarded(html: str, subject: str) -> None:
    message = _sent(html, subject)
    assert (message.reply, list(message.marks)) == ("Is this right?", ["forwarded"])


def test_history_of_an_ordinary_answer_is_not_marked_as_forwarded() -> None:
    assert not _sent(HISTORY["outlook on the web"].format(own="Fine.")).marks
