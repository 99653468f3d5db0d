"""What the mails say that an author gets about their own words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from klankbord.design.moments import moment_in_words
from klankbord.moderation.actions.decide import others_may_judge
from klankbord.moderation.models import Decision, Objection, Restraint
from klankbord.moderation.rules import Judgement, Step


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: sentences, the author's own words, what the moderator adds, and a button."""

    subject: str
    sentences: tuple[str, ...]
    own_words: str = ""
    added: str = ""
    after: tuple[str, ...] = ()
    button: str = ""
    link: str = ""

    @property
    def introduction(self) -> str:
        """What stands above the moderator's own words, so that nobody takes them for a rule of the house."""
        return _("A colleague writes:")

    @property
    def text(self) -> str:
        """The text part."""
        parts = [*self.sentences]
        if self.own_words:
            parts.append("\n".join(f"> {line}" for line in self.own_words.splitlines()))
        if self.added:
            parts.append(f"{self.introduction}\n\n{self.added}")
        parts += [each for each in self.after if each]
        if self.link:
            parts.append(f"{self.button}:\n{self.link}")
        return "\n\n".join(parts)


def decision_letter(decision: Decision, *, link: str, place: str) -> Letter:
    """What was decided, why, and what the author can do. `link` is their page about it, `place` the post's own."""
    if not decision.hides:
        title = decision.message.conversation.subject
        return Letter(
            subject=_("Everybody can read your message now"),
            sentences=(
                _("A colleague looked at your message. It stands there now, for everybody to read."),
                *((_("It is about: %(title)s") % {"title": title},) if title else ()),
            ),
            own_words=excerpt(decision.judged_text),
            added=decision.words,
            button=_("Look at it"),
            link=place,
        )
    if decision.judgement == Judgement.CHANGE:
        return Letter(
            subject=_("Would you change your message?"),
            sentences=(_("We would like to show your message, but not quite like this."), decision.sentence_read),
            own_words=excerpt(decision.judged_text),
            added=decision.words,
            after=(_("Change it on the page below. Then a colleague has another look."),),
            button=_("Change my message"),
            link=link,
        )
    said = _("A colleague looked at your message. We do not show it to others.")
    if decision.puts_back:
        said = " ".join((said, _("What stood there before stands there again.")))
    return Letter(
        subject=_("We do not show your message"),
        sentences=(said, decision.sentence_read),
        own_words=excerpt(decision.judged_text),
        added=decision.words,
        after=tuple(
            each
            for each in (
                restraint_sentence(decision.restraint) if hasattr(decision, "restraint") else "",
                _("Do you see it differently? Tell us once. Another colleague then looks at it.")
                if another_judges(decision)
                else _("Do you see it differently? Tell us once. We then look at it once more."),
            )
            if each
        ),
        button=_("Read more, or object"),
        link=link,
    )


def undone_letter(decision: Decision, *, place: str) -> Letter:
    """A colleague took a decision back of which the author had heard."""
    return Letter(
        subject=_("We look at your message again"),
        sentences=(_("We wrote you about your message. That was too early: we look at it once more."),),
        own_words=excerpt(decision.judged_text),
        button=_("Look at it"),
        link=place,
    )


def objection_letter(objection: Objection, *, place: str, link: str) -> Letter:
    """What came of an objection."""
    if objection.granted:
        return Letter(
            subject=_("You were right: your message stands there again"),
            sentences=(
                _("Another colleague looked at it and agrees with you. We are sorry.")
                if was_judged_by_another(objection)
                else _("We looked at it once more, and you are right. We are sorry."),
            ),
            own_words=excerpt(objection.decision.judged_text),
            added=objection.answer,
            button=_("Look at it"),
            link=place,
        )
    return Letter(
        subject=_("We looked at your message again"),
        sentences=(
            _("Another colleague looked at it. We still do not show it to others.")
            if was_judged_by_another(objection)
            else _("We looked at it once more. We still do not show it to others."),
            objection.decision.sentence_read,
        ),
        own_words=excerpt(objection.decision.judged_text),
        added=objection.answer,
        button=_("Read more"),
        link=link,
    )


def to_who_changed_it(letter: Letter) -> Letter:
    """The same for who changed what somebody else wrote."""
    return replace(
        letter, sentences=(_("You changed what somebody else wrote. This is about the new words."), *letter.sentences)
    )


def another_judges(decision: Decision) -> bool:
    """Whether an objection would be judged by somebody else; where only one may judge, nobody is promised another."""
    return decision.membership is None or others_may_judge(decision.membership)


def was_judged_by_another(objection: Objection) -> bool:
    """Whether it was somebody else than who had decided."""
    return objection.judged_by_id != objection.decision.membership_id


def restraint_sentence(restraint: Restraint) -> str:
    """What somebody who is restrained can still do, and until when."""
    moment = {"moment": moment_in_words(restraint.ends_at)}
    if restraint.step == Step.SLOW:
        return _("Until %(moment)s you can write here once every half hour.") % moment
    if restraint.step == Step.HELD:
        return _("Until %(moment)s a colleague looks at what you write before others see it.") % moment
    return _("Until %(moment)s you cannot write here in public. You can always call or mail us.") % moment


def restraint_of_them(restraint: Restraint) -> str:
    """The same, for a colleague."""
    moment = {"moment": moment_in_words(restraint.ends_at)}
    if restraint.step == Step.SLOW:
        return _("Until %(moment)s they can write once every half hour.") % moment
    if restraint.step == Step.HELD:
        return _("Until %(moment)s a moderator looks first at what they write.") % moment
    return _("Until %(moment)s they cannot write in public.") % moment


def excerpt(text: str) -> str:
    """The first words of something, to recognise it by."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 300 else plain[:299] + "…"
