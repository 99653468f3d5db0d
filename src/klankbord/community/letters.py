"""What the community's own mails say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from klankbord.design.moments import moment_in_words
from klankbord.participation.letters import Letter


def went_private_letter(*, organisation: str, title: str, name: str, due_at: datetime | None, link: str) -> Letter:
    """Your question goes on between you and us."""
    sentences = [
        _("You asked in public: “%(title)s”.") % {"title": title},
        _("What it is about is better kept between you and us. So %(name)s took it off the website.") % {"name": name},
    ]
    if due_at is not None:
        sentences.append(_("You get an answer no later than %(moment)s.") % {"moment": moment_in_words(due_at)})
    sentences.append(_("You can also simply answer this mail. Only we read it."))
    return Letter(
        subject=_("Your question goes on in private: %(organisation)s") % {"organisation": organisation},
        sentences=tuple(sentences),
        button=_("See your conversation"),
        link=link,
    )


def may_we_publish_letter(
    *, organisation: str, name: str, title: str, text: str, answer: str, link: str, personal: Sequence[str]
) -> Letter:
    """May others read your question too? `personal`: the kinds of personal data that stand in it."""
    sentences = [
        _("Your question can help others too. %(name)s would like to put it on our website.") % {"name": name},
        _("Look at it well: it holds %(kinds)s.") % {"kinds": ", ".join(personal)}
        if personal
        else _("We left out what is about you."),
        _("This is what would stand there:"),
        f"“{title}”",
    ]
    sentences += [text] if text else []
    sentences += [_("Our answer: %(answer)s") % {"answer": answer}] if answer else []
    sentences.append(_("Nothing is published before you say yes. You need not answer."))
    return Letter(
        subject=_("May others read your question too? %(organisation)s") % {"organisation": organisation},
        sentences=tuple(sentences),
        button=_("Look at it, and say yes or no"),
        link=link,
    )


def claim_decided_letter(*, organisation: str, account: str, granted: bool, link: str) -> Letter:
    """Whether an account from elsewhere is yours now."""
    if granted:
        words = _("What “%(name)s” wrote is yours now, with everything that was earned by it.") % {"name": account}
    else:
        words = _("We could not see that “%(name)s” is you. Is it? Then call us or answer this mail.") % {
            "name": account
        }
    return Letter(
        subject=_("Your account from before: %(organisation)s") % {"organisation": organisation},
        sentences=(words,),
        button=_("Your own page"),
        link=link,
    )
