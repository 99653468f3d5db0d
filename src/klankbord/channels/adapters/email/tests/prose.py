"""What mail programs write when they could not deliver, in prose. Invented after their own forms."""

PROSE = {
    "qmail": """\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message.

<x@y.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <a@b>
Message-ID: <ours@example.net>
""",
    "exim": """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. The following address(es) failed:

  x@y.example
    SMTP error after RCPT TO:<x@y.example>:
    550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

Message-ID: <ours@example.net>
""",
    "exchange": """\
Your message did not reach some or all of the intended recipients.

      Subject: Antwoord

The following recipient(s) could not be reached:

      'x@y.example' on 3-3-2025
            The e-mail account does not exist. <mx.example #5.1.1>

-----Original message-----
Message-ID: <ours@example.net>
""",
    "exchange online": """\
Delivery has failed to these recipients or groups:

Ada (x@y.example)
The address was not found.

550 5.1.1 x

Original message headers:

--- Returned message ---
Message-ID: <ours@example.net>
""",
    "gmail": """\
Delivery to the following recipient failed permanently:

     x@y.example

Technical details: 550 5.1.1 no such user

----- Original message -----

Message-ID: <ours@example.net>
""",
    "gmail, newer": """\
** Address not found **

Your message wasn't delivered to x@y.example because the address couldn't be found.
550 5.1.1
----- Original message -----
Message-ID: <ours@example.net>
""",
    "sendmail": """\
   ----- The following addresses had permanent fatal errors -----
<x@y.example>
    (reason: 550 5.1.1 unknown)

   ----- Original message follows -----
---- Returned message ----
Message-ID: <ours@example.net>
""",
    "postfix, old": """\
This is the Postfix program.

<x@y.example>: host mx.example[192.0.2.1] said: 550 5.1.1 unknown

--- Returned message
Message-ID: <ours@example.net>
""",
}
