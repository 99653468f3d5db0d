"""What goes on in public in the demo: read from `public.toml`, and played through the same actions as a real visitor's.

Everything happens in the order of time, with the clock at its moment, so that the ledger, the roads of ideas and the
rankings are what they would have become.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from klankbord import clock
from klankbord.community.actions.accept import accept
from klankbord.community.actions.answer import answer, comment
from klankbord.community.actions.ask import ask
from klankbord.community.actions.join import join
from klankbord.community.actions.official import make_official
from klankbord.community.actions.vote import find_useful, was_helped_too
from klankbord.community.models import Answer, Question
from klankbord.events.reacting import react_to_everything
from klankbord.files.actions import keep_file
from klankbord.files.pictures import TYPE
from klankbord.ideas.actions.boards import main_board
from klankbord.ideas.actions.changes import answer_change, publish_change
from klankbord.ideas.actions.decide import set_status
from klankbord.ideas.actions.merge import merge
from klankbord.ideas.actions.suggest import react as react_to_idea
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.actions.useful import find_useful as find_reaction_useful
from klankbord.ideas.actions.vote import vote
from klankbord.ideas.models import ChangeTold, Idea, Status, Verdict
from klankbord.moderation.actions.flag import flag
from klankbord.moderation.actions.hold import hold_for_judgement
from klankbord.moderation.rules import FlagReason
from klankbord.moderation.screening import screen
from klankbord.participation.models import Notice, Participant, Picture, Topic
from klankbord.participation.pictures import Shown
from klankbord.people.models import Address, AddressKind, Membership, Organisation, Person
from klankbord.people.visitors import person_of_member
from klankbord.posts.actions import ask_monthly_question, give_tip, like_tip, react, write_post
from klankbord.posts.models import Log, Post, Theme
from klankbord.reputation.arranging import add_codes, save_perk
from klankbord.reputation.thanks import thank

_AGO = re.compile(r"(\d+)(d|h|m)")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
READERS = 40
"""Quiet ones, who only vote."""

type Script = Mapping[str, Any]


@dataclass(slots=True)
class PublicStage:
    """One organisation's public life, played."""

    organisation: Organisation
    members: Mapping[str, Membership]
    now: datetime
    people: dict[str, Person] = field(default_factory=dict)
    readers: list[Person] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    ideas: dict[str, Idea] = field(default_factory=dict)
    scenes: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)

    def play(self, script: Script, told: Callable[[int, int], None] = lambda _done, _all: None) -> None:
        """Let all of it happen, in the order of time; `told` hears how much has, and how much it is."""
        for each in script["topics"]:
            name = each["name"]
            Topic.objects.create(
                organisation=self.organisation, name=name, slug=slugify(name), description=each["about"]
            )
        for each in script.get("perks", ()):
            self._perk(each)
        for name, about in script["people"].items():
            self.people[name] = self._person(name, about)
        self.readers = [self._person("", "", number) for number in range(READERS)]
        for each in script["questions"]:
            self._question(each)
        for each in script["ideas"]:
            self._idea(each)
        for each in script["changes"]:
            self._at(each["ago"], partial(self._change, each))
        self._voice(script)
        for each in script["thanks"]:
            self._at(
                each["ago"],
                partial(thank, to=self.people[each["to"]], by=self.people[each["by"]], words=each["words"]),
            )
        for each in script["flags"]:
            self._at(each["ago"], partial(self._flagged, each))
        in_order = sorted(self.scenes, key=lambda scene: scene[:2])
        for done, (moment, _order, act) in enumerate(in_order, 1):
            with clock.reading(moment):
                act()
                react_to_everything()
            told(done, len(in_order))
        self._let_mails_be_old()

    def _at(self, ago: str, act: Callable[[], object]) -> None:
        self.scenes.append((self._moment(ago), len(self.scenes), act))

    def _moment(self, ago: str) -> datetime:
        found = _AGO.fullmatch(ago)
        if found is None:
            raise ValueError(f"not a time ago: {ago!r}")
        return self.now - timedelta(**{_UNITS[found[2]]: int(found[1])})

    def _person(self, name: str, about: str, number: int = 0) -> Person:
        long_ago = self.now - timedelta(days=200)
        person = Person.objects.create(
            organisation=self.organisation, name=name, pseudonym=name, created_at=long_ago, language="nl"
        )
        address = f"{slugify(name) or f'lezer-{number}'}@lezers.example"
        Address.objects.create(
            organisation=self.organisation, person=person, kind=AddressKind.EMAIL, value=address, shown=address
        )
        Participant.objects.create(
            organisation=self.organisation, person=person, about=about, wants_credit=True, joined_at=long_ago
        )
        return person

    def _speaker(self, script: Script) -> tuple[Person, Membership | None]:
        if "staff" in script:
            member = self.members[script["staff"]]
            return person_of_member(membership=member), member
        return self.people[script["by"]], None

    def _topics(self, script: Script) -> list[Topic]:
        return list(Topic.objects.of(self.organisation).filter(name__in=script.get("topics", ())))

    def _voters(self, number: int, *, but: Iterable[Person | None] = ()) -> list[Person]:
        """So many people: first the quiet readers, then those with a name."""
        no = {each.pk for each in but if each is not None}
        return [each for each in (*self.readers, *self.people.values()) if each.pk not in no][:number]

    def _perk(self, script: Script) -> None:
        codes = script.get("codes", ())
        perk = save_perk(
            organisation=self.organisation,
            by=self.members[script["staff"]],
            name=script["name"],
            words=script["words"],
            from_points=script["from"],
            kind=script["kind"],
        )
        if codes:
            add_codes(perk=perk, codes=codes, by=self.members[script["staff"]])

    def _question(self, script: Script) -> None:
        title = script["title"]

        def act() -> None:
            self.questions[title] = ask(
                person=self.people[script["by"]], title=title, text=script["text"], topics=self._topics(script)
            )

        def helped() -> None:
            for person in self._voters(script.get("me_too", 0), but=[self.people[script["by"]]]):
                was_helped_too(question=self.questions[title], person=person)

        def joined() -> None:
            into, by = self.questions[script["joined_into"]], next(iter(self.members.values()))
            join(question=self.questions[title], into=into, by=by)

        self._at(script["ago"], act)
        for each in script.get("answers", ()):
            self._at(each["ago"], partial(self._answer, title, script, each))
        self._at(_later(script["ago"]), helped)
        if "joined_into" in script:
            self._at(script["joined_ago"], joined)

    def _answer(self, title: str, question: Script, script: Script) -> None:
        person, member = self._speaker(script)
        made = answer(question=self.questions[title], person=person, text=script["text"], membership=member)
        if script.get("official"):
            make_official(answer=made, by=member or next(iter(self.members.values())))
        for each in self._voters(script.get("votes", 0), but=[person]):
            find_useful(answer=made, person=each)
        if script.get("accepted"):
            accept(answer=made, by=self.people[question["by"]])
        for each in script.get("comments", ()):
            self._at_once(
                each["ago"],
                partial(comment, message=made.message, person=self._speaker(each)[0], text=each["text"]),
            )

    def _at_once(self, ago: str, act: Callable[[], object]) -> None:
        """Something that follows from what happens now, at its own moment."""
        with clock.reading(self._moment(ago)):
            act()

    def _idea(self, script: Script) -> None:
        title = script["title"]
        author = self.people[script["by"]]

        def act() -> None:
            self.ideas[title] = suggest(
                board=main_board(self.organisation),
                person=author,
                title=title,
                text=script["text"],
                topics=self._topics(script),
            )

        self._at(script["ago"], act)
        began = self._moment(script["ago"])
        for number, person in enumerate(self._voters(script["votes"], but=[author])):
            # Most come in the first days; the rest, ever more slowly, until now.
            share = ((number + 1) / (script["votes"] + 1)) ** 2
            self.scenes.append(
                (
                    began + (self.now - began) * share,
                    len(self.scenes),
                    partial(self._vote, title, person),
                )
            )
        for each in script.get("reactions", ()):
            self._at(each["ago"], partial(self._idea_reaction, title, each))
        for each in script.get("steps", ()):
            self._at(each["ago"], partial(self._step, title, each))
        if "merged_into" in script:
            into = script["merged_into"]
            self._at(
                "1d",
                lambda: merge(idea=self.ideas[title], into=self.ideas[into], by=next(iter(self.members.values()))),
            )

    def _vote(self, title: str, person: Person) -> None:
        vote(idea=self.ideas[title], person=person)

    def _idea_reaction(self, title: str, script: Script) -> None:
        person, member = self._speaker(script)
        idea = self.ideas[title]
        said = react_to_idea(idea=idea, person=person, text=script["text"], membership=member)
        for each in self._voters(script.get("useful", 0), but=[person]):
            find_reaction_useful(idea=idea, reaction=said, person=each)

    def _step(self, title: str, script: Script) -> None:
        idea = Idea.objects.of(self.organisation).get(pk=self.ideas[title].pk)
        again = self.now.date() + timedelta(days=script["look_again"]) if "look_again" in script else None
        set_status(
            idea=idea,
            status=Status(script["status"]),
            sentence=script["sentence"],
            by=self.members[script["by"]],
            look_again_on=again,
        )

    def _change(self, script: Script) -> None:
        rows = Idea.objects.of(self.organisation)
        change = publish_change(
            by=self.members[script["by"]],
            title=script["title"],
            text=script["text"],
            changed_on=self._moment(script["ago"]).date(),
            ideas=[rows.get(pk=self.ideas[title].pk) for title in script["ideas"]],
        )
        verdicts = [Verdict.BETTER] * script["better"] + [Verdict.SAME] * script["same"]
        verdicts += [Verdict.WORSE] * script["worse"]
        for person, verdict in zip(self._voters(len(verdicts)), verdicts, strict=False):
            answer_change(change=change, person=person, verdict=verdict)

    def _voice(self, script: Script) -> None:
        for each in script["logs"]:
            Log.objects.create(
                organisation=self.organisation, name=each["name"], slug=slugify(each["name"]), about=each["about"]
            )
        for each in script["themes"]:
            Theme.objects.create(
                organisation=self.organisation,
                name=each["name"],
                slug=slugify(each["name"]),
                invitation=each["invitation"],
            )
        for each in script["posts"]:
            self._at(each["ago"], partial(self._post, each))
        self._at(script["monthly"]["ago"], partial(self._monthly, script["monthly"]))
        for each in script["tips"]:
            self._at(each["ago"], partial(self._tip, each, script["pictures"]))

    def _post(self, script: Script) -> None:
        log = Log.objects.of(self.organisation).filter(name=script.get("log", "")).first()
        made: Post = write_post(by=self.members[script["by"]], title=script["title"], text=script["text"], log=log)
        for each in script.get("reactions", ()):
            person, member = self._speaker(each)
            self._at_once(
                each["ago"],
                partial(react, conversation=made.conversation, person=person, text=each["text"], membership=member),
            )

    def _monthly(self, script: Script) -> None:
        """It is this month's, also when the month began after the moment that the script names."""
        zone = self.organisation.zone
        with clock.reading(within_month(self._moment(script["ago"]), self.now, zone)):
            made = ask_monthly_question(
                by=self.members[script["by"]],
                title=script["title"],
                text=script["text"],
                month=self.organisation.today(),
            )
        for each in script["answers"]:
            with clock.reading(within_month(self._moment(each["ago"]), self.now, zone)):
                react(conversation=made.conversation, person=self.people[each["by"]], text=each["text"])

    def _tip(self, script: Script, pictures: Path) -> None:
        theme = Theme.objects.of(self.organisation).filter(name=script.get("theme", "")).first()
        giver = self.people[script["by"]]
        picture = self._picture(script["picture"], pictures) if "picture" in script else None
        made = give_tip(person=giver, title=script["title"], text=script["text"], theme=theme, picture=picture)
        for person in self._voters(script.get("likes", 0), but=[giver]):
            like_tip(tip=made, person=person)

    def _picture(self, script: Script, pictures: Path) -> Shown:
        """One that was drawn for the demo: nothing has to be taken out of it."""
        content = (pictures / script["file"]).read_bytes()
        file = keep_file(organisation_id=self.organisation.pk, content=content, type=TYPE)
        width, height = script["size"]
        drawn = Picture.objects.create(organisation=self.organisation, file=file, width=width, height=height)
        return drawn, script["words"]

    def _flagged(self, script: Script) -> None:
        """Somebody new advertises; it is held or reported, and waits for a moderator."""
        author = self._person(script["author"], "")
        Person.objects.of(self.organisation).filter(pk=author.pk).update(created_at=clock.now())
        verdict = screen(organisation=self.organisation, person=author, membership=None, text=script["text"])
        made: Answer = answer(
            question=self.questions[script["question"]], person=author, text=script["text"], held=verdict.held
        )
        if verdict.held:
            hold_for_judgement(message=made.message, verdict=verdict)
        else:
            flag(message=made.message, person=self.people[script["by"]], reason=FlagReason(script["reason"]))

    def _let_mails_be_old(self) -> None:
        """Whoever follows heard of all this long ago."""
        Notice.objects.of(self.organisation).filter(told_at__isnull=True).update(told_at=self.now)
        ChangeTold.objects.of(self.organisation).filter(told_at__isnull=True).update(told_at=self.now)


def _later(ago: str) -> str:
    """A little after that moment: half as long ago."""
    found = _AGO.fullmatch(ago)
    assert found is not None
    hours = int(found[1]) * {"d": 24.0, "h": 1.0, "m": 1 / 60}[found[2]]
    return f"{int(hours * 30)}m"


def within_month(moment: datetime, now: datetime, zone: tzinfo) -> datetime:
    """`moment`, or the beginning of the month of `now` when that came later."""
    return max(moment, now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0))
