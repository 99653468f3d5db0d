"""Users become placeholders: persons without an address, whom their owners can claim."""

from __future__ import annotations

from klankbord import clock
from klankbord.community.models import Account
from klankbord.community.stackexchange.rows import Row
from klankbord.community.stackexchange.source import Source, moment_of, number_of
from klankbord.markup.plain import text_from_html
from klankbord.participation.models import Participant, Rhythm
from klankbord.people.models import Person

LONGEST_NAME = 40
_LONGEST_ABOUT = 300


def bring_in_users(source: Source) -> None:
    """All users, with their name and what they say of themselves."""

    def bring_in(batch: list[Row]) -> None:
        persons = Person.objects.bulk_create(placeholder(source, row.get("DisplayName", ""), row) for row in batch)
        Account.objects.bulk_create(
            Account(
                organisation=source.organisation,
                person=person,
                source=source.name,
                profile_url=f"{source.site}/users/{number_of(row, 'Id')}" if source.site else "",
            )
            for person, row in zip(persons, batch, strict=True)
        )
        Participant.objects.bulk_create(
            Participant(
                organisation=source.organisation,
                person=person,
                about=_about(row),
                rhythm=Rhythm.NEVER,
                joined_at=person.created_at,
            )
            for person, row in zip(persons, batch, strict=True)
        )
        source.keep("Users", ((row, {"person_id": person.pk}) for person, row in zip(persons, batch, strict=True)))

    source.each("Users", bring_in)


def placeholder(source: Source, name: str, row: Row) -> Person:
    """A person who was there under this name; not stored yet."""
    shown = " ".join(name.split())[:LONGEST_NAME]
    return Person(
        organisation=source.organisation,
        name=shown,
        pseudonym=shown,
        created_at=moment_of(row, "CreationDate") or clock.now(),
    )


def _about(row: Row) -> str:
    return " ".join(text_from_html(row.get("AboutMe", "")[:20_000]).split())[:_LONGEST_ABOUT]
