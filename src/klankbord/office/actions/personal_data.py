"""A person's right to what is kept about them: to have it, and to be rid of it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.db import transaction
from django.utils.text import slugify

from klankbord import clock
from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.office.refusals import require
from klankbord.people.contract import keepers
from klankbord.people.events import PersonErased
from klankbord.people.models import Membership, Person, Role


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A zip with everything kept about one person. `name` is safe as a file name."""

    name: str
    content: bytes


def export_person(*, person: Person, by: Membership) -> ExportFile:
    """Everything that is kept about this person, whoever they were merged with: JSON, and their files.

    Raises:
        NotAllowed: `by` is not a lead here.
    """
    require(by, Role.LEAD, person.organisation_id)
    ids = Person.objects.of(person.organisation_id).same_as(person)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for keeper in keepers():
            found = keeper.export(organisation_id=person.organisation_id, person_ids=ids)
            text = json.dumps(found.values, ensure_ascii=False, indent=2, default=str)
            archive.writestr(f"{keeper.name}.json", text)
            for name, content in found.files.items():
                archive.writestr(_inside(keeper.name, name), content)
    with transaction.atomic():
        record(organisation_id=person.organisation_id, membership_id=by.pk, verb="exported_person", subject=person)
    day = clock.now().date().isoformat()
    return ExportFile(f"{slugify(person.name) or 'person'}-{day}.zip", written.getvalue())


def _inside(folder: str, name: str) -> str:
    """A path that stays in `folder` when somebody unpacks it: names come from customers' mails."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    return "/".join([folder, *parts]) if parts else f"{folder}/file"


@transaction.atomic
def erase_person(*, person: Person, by: Membership) -> None:
    """Erase everything that was kept about this person: words, addresses, files. It cannot be undone; twice is once.

    What they sent does not come back by a second delivery. The log keeps that it was done, and nothing of what it was.

    Raises:
        NotAllowed: `by` is not a lead here.
    """
    require(by, Role.LEAD, person.organisation_id)
    _erase(person, by.pk)


@transaction.atomic
def forget_person(*, person: Person) -> None:
    """The same because their time is over, by the organisation's own rule of keeping: nobody asked for it."""
    _erase(person, None)


def _erase(person: Person, by_id: int | None) -> None:
    organisation_id = person.organisation_id
    ids = Person.objects.of(organisation_id).same_as(person)
    for keeper in keepers():
        keeper.erase(organisation_id=organisation_id, person_ids=ids)
    record(organisation_id=organisation_id, membership_id=by_id, verb="erased_person", subject=person, rows=len(ids))
    for pk in ids:
        publish(PersonErased(organisation_id=organisation_id, person_id=pk, membership_id=by_id))
