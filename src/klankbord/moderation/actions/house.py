"""Changing an organisation's rules and reasons of moderation."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.text import slugify

from klankbord.audit.actions import record
from klankbord.events.publish import publish
from klankbord.moderation.events import HouseRulesChanged
from klankbord.moderation.house import reasons_to_change
from klankbord.moderation.models import HouseReason, HouseRules
from klankbord.moderation.refusals import NotAModerator
from klankbord.people.models import Membership, Organisation, Role


@transaction.atomic
def change_rules(
    *, by: Membership, flags_to_hide: float, first_posts: int, spam_from: int, trusted_hosts: str
) -> HouseRules:
    """Choose the organisation's own numbers.

    Raises:
        NotAModerator: only a lead and up may.
    """
    _check(by)
    row, _made = HouseRules.objects.update_or_create(
        organisation_id=by.organisation_id,
        defaults={
            "flags_to_hide": flags_to_hide,
            "first_posts": first_posts,
            "spam_from": spam_from,
            "trusted_hosts": trusted_hosts.strip(),
        },
    )
    _changed(by, "changed_moderation_rules", row)
    return row


@transaction.atomic
def save_reason(
    *,
    by: Membership,
    name: str,
    sentence: str,
    code: str = "",
    is_active: bool = True,
    others: Mapping[str, tuple[str, str]] | None = None,
) -> HouseReason:
    """Change a reason, or add one; from then on the organisation's own list holds instead of the first one.

    `others` is its name and sentence in further languages, by language; None leaves those as they are. One that lacks
    either is left out: who reads that language then reads the first.

    Raises:
        NotAModerator: only a lead and up may.
        ValueError: without a name or a sentence.
    """
    _check(by)
    name, sentence = _tidy(name, sentence)
    if not (name and sentence):
        raise ValueError("a reason needs a name and a sentence")
    _adopt(by.organisation)
    rows = HouseReason.objects.of(by.organisation_id)
    row = rows.filter(code=code).first() if code else None
    if row is None:
        row = HouseReason(organisation_id=by.organisation_id, code=_free_code(by, name), place=rows.count())
    row.name, row.sentence, row.is_active = name, sentence, is_active
    if others is not None:
        tidy = {language: _tidy(*words) for language, words in others.items()}
        row.others = {language: words for language, words in tidy.items() if all(words)}
    row.save()
    _changed(by, "changed_moderation_reason", row)
    return row


def _tidy(name: str, sentence: str) -> tuple[str, str]:
    return " ".join(name.split())[:80], " ".join(sentence.split())[:400]


def _adopt(organisation: Organisation) -> None:
    """Make the reasons that everybody begins with the organisation's own, in all languages, so that they can change."""
    if HouseReason.objects.of(organisation).exists():
        return
    HouseReason.objects.bulk_create(
        HouseReason(
            organisation=organisation,
            code=each.code,
            name=each.name,
            sentence=each.sentence,
            others=each.others,
            place=place,
        )
        for place, each in enumerate(reasons_to_change(organisation))
    )


def _free_code(by: Membership, name: str) -> str:
    taken = set(HouseReason.objects.of(by.organisation_id).values_list("code", flat=True))
    stem = slugify(name)[:15].strip("-") or "reason"
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, 9999))) if code not in taken)


def _check(by: Membership) -> None:
    if not by.may(Role.LEAD):
        raise NotAModerator


def _changed(by: Membership, verb: str, row: HouseRules | HouseReason) -> None:
    record(organisation_id=by.organisation_id, membership_id=by.pk, verb=verb, subject=row)
    publish(HouseRulesChanged(organisation_id=by.organisation_id))
