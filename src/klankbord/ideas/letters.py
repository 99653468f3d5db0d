"""What the mails about ideas say that go to one person: is it better now, may we post this, would you think along."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from klankbord.ideas.models import Board, Change, ConsentRequest, Verdict
from klankbord.notifications.acknowledgement import greeting
from klankbord.participation.letters import Item, Letter


def change_letter(*, change: Change, organisation: str, page: str, ask: str, unsubscribe: str) -> Letter:
    """You said, we did; and is it better now? Each answer is one click away."""
    answers = {
        Verdict.BETTER: _("Yes, it is better now"),
        Verdict.SAME: _("It is the same"),
        Verdict.WORSE: _("No, it is worse"),
    }
    return Letter(
        subject=_("You said, we did: %(title)s") % {"title": change.title},
        sentences=(
            _("You wanted this too, or followed what came of it. Thank you: something is different now."),
            f"“{change.title}”\n{change.text[:1500]}",
            _("Is it better now? Click on your answer, and send it on the page that opens. We ask this once."),
        ),
        items=tuple(
            Item(happened="", subject=words, excerpt="", link=f"{ask}?answer={verdict.value}")
            for verdict, words in answers.items()
        ),
        button=_("See what we changed"),
        link=page,
        reason=_("You get this mail because you voted, wrote or followed at %(organisation)s.")
        % {"organisation": organisation},
        unsubscribe=unsubscribe,
        unsubscribe_words=_("No more mail about anything that I follow"),
    )


def consent_letter(
    *, request: ConsentRequest, name: str, asked_by: str, organisation: str, link: str, personal: Sequence[str]
) -> Letter:
    """May what you wrote stand on our board as your idea, in these words? `personal`: the kinds that stand in them."""
    return Letter(
        subject=_("May we share your idea? %(title)s") % {"title": request.title},
        sentences=(
            greeting(name),
            _("What you wrote to us is a good idea for others too. May we put it on our idea board?"),
            f"“{request.title}”\n{request.text[:2000]}",
            _("Look at it well: it holds %(kinds)s.") % {"kinds": ", ".join(personal)}
            if personal
            else _("We left out what is about you."),
            _("You see everything first, and you may change it."),
            _("Your messages to us stay private, whatever you choose."),
            _("Kind regards, %(name)s, %(organisation)s") % {"name": asked_by, "organisation": organisation},
        ),
        button=_("Look and choose"),
        link=link,
        reason=_("You do nothing? Then nothing is shared."),
    )


def panel_letter(*, board: Board, name: str, invited_by: str, organisation: str, link: str) -> Letter:
    """Would you think along, among a few?"""
    return Letter(
        subject=_("Would you think along? %(board)s") % {"board": board.name},
        sentences=(
            greeting(name),
            _("%(name)s of %(organisation)s asks you to think along: %(board)s.")
            % {"name": invited_by, "organisation": organisation, "board": board.name},
            *((board.introduction[:1000],) if board.introduction else ()),
            _("Only who was asked can read what is said there."),
        ),
        button=_("Go to the board"),
        link=link,
        reason=_("The link is for you alone. You do not want to take part? Then do nothing."),
    )
