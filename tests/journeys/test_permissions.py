"""Who may open what: every route, asked by everybody, with one's own ids and with another organisation's.

The routes come from the resolver, so one that is not in the table below fails until somebody has decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.core.signing import dumps
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from klankbord import clock
from klankbord.channels.models import Arrival, Dispatch
from klankbord.community.actions import publish as publishing
from klankbord.community.actions.answer import answer as answer_publicly
from klankbord.community.actions.ask import ask as ask_publicly
from klankbord.community.actions.claim import claim as claim_account
from klankbord.community.models import Account, Picture, Publication
from klankbord.community.pictures import token_of
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.models import Attachment, MessageHtml
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.ideas.actions.boards import invite_house, make_board
from klankbord.ideas.actions.changes import publish_change
from klankbord.ideas.actions.grow import consent_hash
from klankbord.ideas.actions.panels import make_panel_link
from klankbord.ideas.actions.suggest import suggest
from klankbord.ideas.models import ChangeTold, ConsentRequest, IdeaPicture
from klankbord.ideas.pictures import hang
from klankbord.ideas.telling import ask_hash
from klankbord.live.views import QUESTION
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.actions.hold import ask_for_judgement
from klankbord.moderation.actions.objecting import object_to
from klankbord.moderation.actions.official_note import official_note
from klankbord.moderation.house import reasons
from klankbord.moderation.rules import Judgement
from klankbord.moderation.telling import _hash as _token_hash
from klankbord.office.actions.invitations import _hash
from klankbord.office.models import Invitation
from klankbord.participation import confirming, taking_part, telling
from klankbord.participation.actions import follow
from klankbord.participation.models import Follow, Pending, Ring, Topic
from klankbord.people.models import Person, Role
from klankbord.posts.actions import TipPicture, ask_monthly_question, give_tip, write_post
from klankbord.posts.models import Log, Theme
from klankbord.reputation.models import Perk
from tests import cast

pytestmark = pytest.mark.django_db

EVERYONE = "everyone"
"""Anybody who has the address."""
ENTRANCE = "entrance"
"""A step of signing in: shows itself or leads to another step, whoever asks."""
OWN = "own"
"""Of the member who asks; what it shows depends on what they have."""
AGENT, MODERATOR, LEAD, ADMINISTRATOR = Role.AGENT, Role.MODERATOR, Role.LEAD, Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Row:
    """For whom a route is. `ids`: parameters of the address and whose they are; `post`: what is sent, None for GET."""

    least: str
    ids: Mapping[str, str] = field(default_factory=dict)
    post: Mapping[str, str] | None = None


def row(least: str, /, post: Mapping[str, str] | None = None, **ids: str) -> Row:
    return Row(least, ids, post)


ROUTES: dict[str, Row] = {
    "live/<path:stream>": row(AGENT, stream="stream"),
    "inbox:list": row(AGENT),
    "inbox:today": row(AGENT),
    "inbox:outgoing": row(LEAD),
    "inbox:outgoing_mail": row(LEAD, pk="dispatch"),
    "inbox:unreadable": row(AGENT),
    "inbox:unreadable_raw": row(AGENT, pk="arrival"),
    "inbox:unreadable_again": row(AGENT, {}, pk="arrival"),
    "inbox:conversation": row(AGENT, pk="conversation"),
    "inbox:reply": row(AGENT, {"text": "Hallo"}, pk="conversation"),
    "inbox:note": row(AGENT, {"text": "Hallo"}, pk="conversation"),
    "inbox:draft": row(AGENT, {"text": "Hal", "kind": "reply"}, pk="conversation"),
    "inbox:give": row(AGENT, {"to": "me"}, pk="conversation"),
    "inbox:done": row(AGENT, {}, pk="conversation"),
    "inbox:reopen": row(AGENT, {}, pk="conversation"),
    "inbox:spam": row(AGENT, {}, pk="conversation"),
    "inbox:undo": row(AGENT, {}, pk="answer"),
    "inbox:send_again": row(AGENT, {}, pk="answer"),
    "inbox:formatted": row(AGENT, pk="message"),
    "inbox:whole_text": row(AGENT, pk="message"),
    "inbox:file": row(AGENT, pk="attachment"),
    "inbox:person": row(AGENT, pk="person"),
    "inbox:addresses": row(AGENT, {}, pk="person"),
    "inbox:merge": row(AGENT, {"duplicate": "{other}"}, pk="person"),
    "inbox:unmerge": row(AGENT, {}, pk="duplicate"),
    "inbox:describe": row(AGENT, {"name": "Ans"}, pk="person"),
    "office:home": row(EVERYONE),
    "office:me": row(AGENT),
    "office:organisation": row(ADMINISTRATOR),
    "office:hours": row(ADMINISTRATOR),
    "office:open_again": row(ADMINISTRATOR, {}, day="day"),
    "office:keeping": row(ADMINISTRATOR),
    "office:members": row(ADMINISTRATOR),
    "office:invite": row(ADMINISTRATOR),
    "office:member": row(ADMINISTRATOR, pk="member"),
    "office:withdraw": row(ADMINISTRATOR, {}, pk="invitation"),
    "office:accept": row(EVERYONE, token="invitation_token"),
    "office:teams": row(ADMINISTRATOR),
    "office:new_team": row(ADMINISTRATOR),
    "office:team": row(ADMINISTRATOR, pk="team"),
    "office:standing": row(LEAD),
    "office:new_perk": row(LEAD),
    "office:perk": row(LEAD, pk="perk"),
    "office:grant_perk": row(LEAD, {}, pk="perk"),
    "office:restore_ring": row(LEAD, {}, pk="ring"),
    "office:topics": row(MODERATOR),
    "office:new_topic": row(MODERATOR),
    "office:topic": row(MODERATOR, pk="topic"),
    "office:community": row(ADMINISTRATOR),
    "office:channels": row(ADMINISTRATOR),
    "office:new_channel": row(ADMINISTRATOR),
    "office:channel": row(ADMINISTRATOR, pk="channel"),
    "office:try_channel": row(ADMINISTRATOR, {}, pk="channel"),
    "office:connect_channel": row(ADMINISTRATOR, {}, pk="channel"),
    "office:channel_connected": row(ENTRANCE),
    "office:personal_data": row(LEAD, pk="person"),
    "office:export_person": row(LEAD, {}, pk="person"),
    "account_login": row(ENTRANCE),
    "account_logout": row(ENTRANCE),
    "account_request_login_code": row(ENTRANCE),
    "account_confirm_login_code": row(ENTRANCE),
    "account_reauthenticate": row(OWN),
    "account_change_password": row(OWN),
    "account_set_password": row(OWN),
    "account_reset_password": row(ENTRANCE),
    "account_reset_password_done": row(ENTRANCE),
    "account_reset_password_from_key": row(ENTRANCE, uidb36="word", key="word"),
    "account_reset_password_from_key_done": row(ENTRANCE),
    "mfa_index": row(OWN),
    "mfa_authenticate": row(ENTRANCE),
    "mfa_reauthenticate": row(OWN),
    "mfa_activate_totp": row(OWN),
    "mfa_deactivate_totp": row(OWN),
    "mfa_view_recovery_codes": row(OWN),
    "mfa_generate_recovery_codes": row(OWN),
    "mfa_download_recovery_codes": row(OWN),
    "mfa_list_webauthn": row(OWN),
    "mfa_add_webauthn": row(OWN),
    "mfa_login_webauthn": row(ENTRANCE),
    "mfa_reauthenticate_webauthn": row(OWN),
    "mfa_remove_webauthn": row(OWN, pk="passkey"),
    "mfa_edit_webauthn": row(OWN, pk="passkey"),
    "usersessions_list": row(OWN),
    "participation:address": row(EVERYONE, {}),
    "participation:sent": row(EVERYONE, signed="pending_signed"),
    "participation:confirm": row(EVERYONE, token="pending_token"),
    "participation:me": row(EVERYONE),
    "participation:forget": row(EVERYONE, {}),
    "participation:stop-following": row(ENTRANCE, {}, follow_id="follow"),
    "participation:person": row(EVERYONE, person_id="participant"),
    "participation:follow-person": row(EVERYONE, {}, person_id="participant"),
    "participation:flag": row(EVERYONE, message_id="said_in_public"),
    "participation:flagged": row(EVERYONE),
    "participation:thank": row(EVERYONE, person_id="participant"),
    "participation:standing": row(EVERYONE),
    "participation:thanks": row(EVERYONE),
    "participation:follow": row(EVERYONE, {"area": "changes"}),
    "participation:unsubscribe": row(EVERYONE, signed="unsubscribe"),
    "community:questions": row(EVERYONE),
    "community:unanswered": row(EVERYONE),
    "community:active": row(EVERYONE),
    "community:most-helped": row(EVERYONE),
    "community:topics": row(EVERYONE),
    "community:topic": row(EVERYONE, slug="topic_slug"),
    "community:feed": row(EVERYONE, slug="list"),
    "community:ask": row(EVERYONE),
    "community:similar": row(EVERYONE, {"title": "Boek verlengen"}),
    "community:preview": row(EVERYONE, {"text": "Hallo"}),
    "community:question": row(EVERYONE, conversation_id="asked"),
    "community:answer": row(EVERYONE, conversation_id="asked"),
    "community:me-too": row(EVERYONE, {}, conversation_id="asked"),
    "community:follow": row(EVERYONE, {}, conversation_id="asked"),
    "community:useful": row(EVERYONE, {}, message_id="public_answer"),
    "community:accept": row(EVERYONE, {}, message_id="public_answer"),
    "community:official": row(AGENT, {}, message_id="public_answer"),
    "community:comment": row(EVERYONE, message_id="public_answer"),
    "community:edit": row(EVERYONE, message_id="public_answer"),
    "community:history": row(EVERYONE, message_id="public_answer"),
    "community:withdraw": row(EVERYONE, {}, message_id="public_answer"),
    "community:held": row(EVERYONE, message_id="public_answer"),
    "community:close": row(MODERATOR, {}, conversation_id="asked"),
    "community:join": row(MODERATOR, {"into": "{other_asked}"}, conversation_id="asked"),
    "community:part": row(MODERATOR, {}, conversation_id="asked"),
    "community:to-inbox": row(AGENT, {}, conversation_id="asked"),
    "community:go-private": row(AGENT, {}, conversation_id="asked"),
    "community:publish": row(AGENT, conversation_id="conversation"),
    "community:consent": row(EVERYONE, token="consent"),
    "community:claim": row(EVERYONE, person_id="account"),
    "community:claims": row(MODERATOR),
    "community:claimed": row(ENTRANCE, claim_id="claim"),
    "community:decide-claim": row(MODERATOR, {"answer": "no"}, claim_id="claim"),
    "community:picture": row(EVERYONE, picture_id="picture"),
    "community:draft-picture": row(EVERYONE, token="draft_picture"),
    "ideas:list": row(EVERYONE),
    "ideas:feed": row(EVERYONE),
    "ideas:new": row(EVERYONE),
    "ideas:similar": row(EVERYONE, {"title": "Langer open op zondag"}),
    "ideas:roadmap": row(EVERYONE),
    "ideas:roadmap-feed": row(EVERYONE),
    "ideas:attention": row(AGENT),
    "ideas:boards": row(EVERYONE),
    "ideas:board-new": row(LEAD),
    "ideas:offers": row(ADMINISTRATOR),
    "ideas:offer-accept": row(ADMINISTRATOR, {}, grant_id="offer"),
    "ideas:offer-end": row(ADMINISTRATOR, {}, grant_id="offer"),
    "ideas:board-settings": row(LEAD, board_id="board"),
    "ideas:board-share": row(ADMINISTRATOR, {"host": "nobody.example"}, board_id="board"),
    "ideas:panel": row(LEAD, {"link": "1"}, board_id="panel"),
    "ideas:panel-leave": row(LEAD, {}, board_id="panel", person_id="participant"),
    "ideas:board": row(EVERYONE, slug="board_slug"),
    "ideas:board-feed": row(EVERYONE, slug="board_slug"),
    "ideas:join": row(EVERYONE, token="panel_link"),
    "ideas:consent": row(EVERYONE, token="idea_consent"),
    "ideas:grow": row(AGENT, conversation_id="conversation"),
    "ideas:picture": row(EVERYONE, picture_id="idea_picture"),
    "ideas:idea": row(EVERYONE, conversation_id="idea"),
    "ideas:held": row(EVERYONE, message_id="idea_opening"),
    "ideas:idea-feed": row(EVERYONE, conversation_id="idea"),
    "ideas:vote": row(EVERYONE, {}, conversation_id="idea"),
    "ideas:follow": row(EVERYONE, {}, conversation_id="idea"),
    "ideas:comment": row(EVERYONE, {"text": "Graag!"}, conversation_id="idea"),
    "ideas:status": row(AGENT, {"status": "planned", "sentence": "In juni."}, conversation_id="idea"),
    "ideas:again": row(AGENT, {}, conversation_id="idea"),
    "ideas:merge": row(MODERATOR, {"into": "{other_idea}"}, conversation_id="idea"),
    "ideas:unmerge": row(MODERATOR, {}, conversation_id="idea"),
    "ideas:private": row(AGENT, conversation_id="idea"),
    "changes:list": row(EVERYONE),
    "changes:feed": row(EVERYONE),
    "changes:new": row(LEAD),
    "changes:ask": row(EVERYONE, token="change_asked"),
    "changes:change": row(EVERYONE, change_id="change"),
    "changes:answer": row(EVERYONE, {"answer": "better"}, change_id="change"),
    "changes:edit": row(LEAD, change_id="change"),
    "posts:posts": row(EVERYONE),
    "posts:feed": row(EVERYONE),
    "posts:write": row(AGENT),
    "posts:new-log": row(MODERATOR),
    "posts:change-log": row(MODERATOR, log_id="log"),
    "posts:log": row(EVERYONE, slug="log_slug"),
    "posts:log-feed": row(EVERYONE, slug="log_slug"),
    "posts:post": row(EVERYONE, conversation_id="post"),
    "posts:react": row(EVERYONE, {"text": "Fijn!"}, conversation_id="post"),
    "posts:follow": row(EVERYONE, {}, conversation_id="post"),
    "posts:change": row(ENTRANCE, conversation_id="post"),
    "posts:take-back": row(ENTRANCE, {}, conversation_id="post"),
    "posts:tips": row(EVERYONE),
    "posts:tips-feed": row(EVERYONE),
    "posts:give": row(EVERYONE),
    "posts:new-theme": row(MODERATOR),
    "posts:change-theme": row(MODERATOR, theme_id="theme"),
    "moderation:queue": row(MODERATOR),
    "moderation:rules": row(MODERATOR),
    "moderation:reason": row(LEAD, {}),
    "moderation:case": row(MODERATOR, pk="case"),
    "moderation:judge": row(MODERATOR, {"judgement": "keep"}, pk="case"),
    "moderation:undo": row(MODERATOR, {}, pk="decision"),
    "moderation:objection": row(MODERATOR, pk="objection"),
    "moderation:judge-objection": row(MODERATOR, {"granted": "no"}, pk="objection"),
    "moderation:look": row(AGENT, {}, pk="said"),
    "moderation:note": row(MODERATOR, pk="said"),
    "moderation:remove-note": row(MODERATOR, {}, pk="note"),
    "moderation:restrain": row(MODERATOR, {}, pk="participant"),
    "moderation:lift": row(MODERATOR, {}, pk="restraint"),
    "moderation:judgement": row(EVERYONE, token="judgement_token"),
    "moderation:own-judgement": row(ENTRANCE, pk="decision"),
    "moderation:log": row(EVERYONE),
    "posts:theme": row(EVERYONE, slug="theme_slug"),
    "posts:theme-feed": row(EVERYONE, slug="theme_slug"),
    "posts:tip": row(EVERYONE, conversation_id="tip"),
    "posts:like": row(EVERYONE, {}, conversation_id="tip"),
    "posts:withdraw": row(EVERYONE, {}, conversation_id="tip"),
    "posts:picture": row(EVERYONE, conversation_id="tip"),
    "posts:monthly": row(EVERYONE),
    "posts:earlier": row(EVERYONE),
    "posts:ask": row(MODERATOR),
    "posts:card": row(EVERYONE, conversation_id="monthly"),
    "portal:home": row(EVERYONE),
    "portal:search": row(EVERYONE),
    "portal:suggest": row(EVERYONE),
    "portal:sitemap": row(EVERYONE),
    "portal:sitemap-part": row(EVERYONE, number="sitemap"),
    "portal:contact": row(EVERYONE),
    "portal:received": row(EVERYONE),
    "portal:promise": row(EVERYONE),
    "portal:where": row(EVERYONE),
    "portal:where-asked": row(EVERYONE),
    "portal:privacy": row(EVERYONE),
    "portal:accessibility": row(EVERYONE),
    "portal:language": row(EVERYONE, code="language"),
    "portal:robots": row(EVERYONE),
    "portal:favicon": row(EVERYONE),
    "portal:conversation": row(EVERYONE, token="link"),
    "portal:thanks": row(EVERYONE, token="link"),
    "portal:solved": row(EVERYONE, {}, token="link"),
    "portal:close-link": row(EVERYONE, {}, token="link"),
    "portal:attachment": row(EVERYONE, token="link", attachment_id="attachment"),
}
NOBODYS = {"word", "language", "day", "sitemap", "list"}
"""Ids that belong to no organisation."""


def routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[str]:
    """The names of all routes; one without a name by its pattern."""
    for each in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield f"{space}{each.name}" if each.name else pattern
        else:
            yield from routes(each, pattern, f"{space}{each.namespace}:" if each.namespace else space)


def things(house: cast.House, by: Any) -> dict[str, Any]:
    """One of everything in this house, by what the table calls it."""
    here = house.organisation
    person = cast.customer(here, email=f"ans@{here.host}")
    duplicate = cast.customer(here, email=f"ans.thuis@{here.host}", merged_into=person)
    conversation = cast.conversation(person, house.mailbox, subject=f"Geheim van {here.pk}")
    message = conversation.messages.get()
    MessageHtml.objects.create(organisation=here, message=message, html="<p>Hallo</p>")
    message.has_html = True
    message.save()
    file = keep_file(organisation_id=here.pk, content=b"Hallo", type="text/plain")
    attachment = Attachment.objects.create(organisation=here, message=message, file=file, name="hallo.txt")
    dispatch = Dispatch.objects.create(
        organisation=here, channel=house.mailbox, purpose=Dispatch.Purpose.REPLY, message_id=f"een@{here.host}",
        recipient="ans@example.org", state=WorkState.GIVEN_UP,
        message={
            "sender": {"name": "", "address": house.mailbox.address}, "to": [], "subject": "", "text": "",
            "html": "<p>Hallo</p>", "attachments": [], "message_id": f"een@{here.host}",
        },
    )  # fmt: skip
    helper = cast.helper(here, email=f"fatima@{here.host}")
    opening = cast.thread(helper, f"Hoe verleng ik bij {here.pk}?")
    follow(person=helper, conversation=opening.conversation)
    pending = Pending.objects.create(
        organisation=here, kind="me", payload={}, email=f"nieuw@{here.host}", code_hash="",
        token_hash=confirming._token_hash(f"klik-{here.pk}"),
    )  # fmt: skip
    log = Log.objects.create(organisation=here, name="Jeugd", slug=f"jeugd-{here.pk}")
    theme = Theme.objects.create(organisation=here, name="Vakantie", slug=f"vakantie-{here.pk}")
    post = write_post(by=by, title="Nieuwe kasten", text="Ze zijn er.", log=log)
    file = keep_file(organisation_id=here.pk, content=b"RIFF", type="image/webp")
    tip = give_tip(
        person=helper, title="De avonden", text="Mooi.", theme=theme, picture=TipPicture(file, 10, 10, "omslag")
    )
    moderator = cast.member(here, "Maandag", Role.MODERATOR, email=f"maandag@{here.host}")
    monthly = ask_monthly_question(by=moderator, title="Wat lees je?", text="", month=date(2026, 11, 1))
    token = f"uitnodiging-{here.pk}"
    invitation = Invitation.objects.create(
        organisation=here, email=f"nieuw@{here.host}", token_hash=_hash(token), invited_by=by
    )
    return {
        "stream": f"inbox/{conversation.pk}",
        "person": person.pk,
        "duplicate": duplicate.pk,
        "other": cast.customer(here, "Ans", email=f"ans.werk@{here.host}").pk,
        "conversation": conversation.pk,
        "message": message.pk,
        "answer": cast.outbound(conversation, by, dispatch=dispatch).pk,
        "attachment": attachment.pk,
        "dispatch": dispatch.pk,
        "arrival": Arrival.objects.create(
            organisation=here, channel=house.mailbox, source="smtp", external_id="kapot", digest="kapot", raw=b"?",
            size=1, state=WorkState.GIVEN_UP,
        ).pk,
        "member": cast.member(here, "Collega", email=f"collega@{here.host}").pk,
        "invitation": invitation.pk,
        "invitation_token": token,
        "team": cast.team(here, "Team").pk,
        "channel": house.mailbox.pk,
        "link": new_private_link(conversation=conversation),
        "log": log.pk,
        "log_slug": log.slug,
        "theme": theme.pk,
        "theme_slug": theme.slug,
        "post": post.pk,
        "tip": tip.pk,
        "monthly": monthly.pk,
        "participant": helper.pk,
        "perk": Perk.objects.create(organisation=here, name="Koffie").pk,
        "ring": Ring.objects.create(organisation=here, sign=Ring.Sign.RING).pk,
        "said_in_public": opening.pk,
        **_asked(helper, conversation, by),
        **_ideas(helper, conversation, by),
        **_judged(helper, moderator),
        "list": "newest",
        "topic": Topic.objects.create(organisation=here, name="E-books", slug="e-books").pk,
        "question": opening.conversation_id,
        "follow": Follow.objects.of(here).filter(conversation=opening.conversation).get().pk,
        "pending_signed": dumps(pending.pk, salt=taking_part._SALT),
        "pending_token": f"klik-{here.pk}",
        "unsubscribe": telling._signer.sign(f"{helper.pk}.0"),
        "passkey": 1,
        "word": "abc",
        "language": "nl",
        "sitemap": 0,
        "day": "2026-12-25",
    }  # fmt: skip


def _judged(helper: Any, moderator: Any) -> dict[str, Any]:
    """A post that waits to be judged, one that was, with an objection, a correction beside it, and a restraint."""
    waiting = ask_for_judgement(message=cast.thread(helper, "Nog te bekijken"), by=moderator)
    said = cast.thread(helper, "Al bekeken")
    decision = decide(
        case=ask_for_judgement(message=said, by=moderator),
        judgement=Judgement.RESTRAIN,
        by=moderator,
        reason=reasons(helper.organisation)[0],
    )
    token = f"oordeel-{helper.organisation_id}"
    decision.token_hash = _token_hash(token)
    decision.save()
    return {
        "case": waiting.pk,
        "said": said.pk,
        "decision": decision.pk,
        "judgement_token": token,
        "objection": object_to(decision=decision, words="Nee").pk,
        "note": official_note(message=said, membership=moderator, text="Zo zit het.").pk,
        "restraint": decision.restraint.pk,
    }


def _ideas(helper: Any, private: Any, by: Any) -> dict[str, Any]:
    """An idea with a picture, one beside it, a panel's board, an offered board, and a change with who is asked."""
    here = helper.organisation
    boss = cast.member(here, "Baas", Role.ADMINISTRATOR, email=f"baas@{here.host}")
    board = make_board(by=boss, name=f"Zuid {here.pk}")
    file = keep_file(organisation_id=here.pk, content=b"RIFF..WEBPVP8", type="image/webp")
    picture = IdeaPicture.objects.create(organisation=here, file=file, width=1, height=1)
    idea = suggest(board=board, person=helper, title="Langer open", text="", pictures=[("een klok", file)])
    hang([(picture, "een klok")], idea.opening)
    panel = make_board(by=boss, name=f"Panel {here.pk}", is_private=True)
    other_house = cast.organisation(f"Buren van {here.pk}")
    other_boss = cast.member(other_house, "Buur", Role.ADMINISTRATOR, email=f"buur@{other_house.host}")
    offer = invite_house(board=make_board(by=other_boss, name=f"Samen {here.pk}"), host=here.host, by=other_boss)
    today = clock.now().date()
    change = publish_change(by=boss, title="Langer open", text="Tot tien.", changed_on=today, ideas=[idea])
    ChangeTold.objects.create(organisation=here, change=change, person=helper, token_hash=ask_hash(f"beter-{here.pk}"))
    ConsentRequest.objects.create(
        organisation=here, conversation=private, board=board, title="Mag dit?", text="", asked_by=by,
        token_hash=consent_hash(f"idee-{here.pk}"),
    )  # fmt: skip
    return {
        "board": board.pk,
        "board_slug": board.slug,
        "panel": panel.pk,
        "panel_link": make_panel_link(board=panel, by=boss),
        "offer": offer.pk,
        "idea": idea.conversation_id,
        "idea_opening": idea.opening_id,
        "other_idea": suggest(board=board, person=helper, title="Later dicht", text="").conversation_id,
        "idea_picture": picture.pk,
        "idea_consent": f"idee-{here.pk}",
        "change": change.pk,
        "change_asked": f"beter-{here.pk}",
    }


def _asked(helper: Any, private: Any, by: Any) -> dict[str, Any]:
    """A question with an answer, pictures (one not posted yet), a request to publish, an account from elsewhere."""
    here = helper.organisation
    file = keep_file(organisation_id=here.pk, content=b"RIFF....WEBP", type="image/webp")
    pictures = [Picture.objects.create(organisation=here, file=file, width=1, height=1) for _ in range(2)]
    question = ask_publicly(
        person=helper, title=f"Waar is de ingang van {here.pk}?", text="", pictures=[(pictures[0], "De deur")],
        topics=[Topic.objects.create(organisation=here, name="Deuren", slug=f"deuren-{here.pk}")],
    )  # fmt: skip
    answer = answer_publicly(question=question, person=helper, text="Achter.")
    Publication.objects.create(
        organisation=here, conversation=private, title="Mag dit?", text="", asked_by=by,
        token_hash=publishing._hash(f"ja-{here.pk}"),
    )  # fmt: skip
    placeholder = Person.objects.create(organisation=here, pseudonym="Elders")
    account = Account.objects.create(organisation=here, person=placeholder, source="elders.example")
    return {
        "other_asked": ask_publicly(person=helper, title="En de uitgang?", text="").pk,
        "consent": f"ja-{here.pk}",
        "account": account.pk,
        "claim": claim_account(account=account, person=helper).pk,
        "asked": question.pk,
        "public_answer": answer.pk,
        "picture": pictures[0].pk,
        "draft_picture": token_of(pictures[1]),
        "topic_slug": f"deuren-{here.pk}",
    }


@dataclass(frozen=True, slots=True)
class World:
    """Two houses with one of everything, and everybody who may ask, each at a browser, with their role in the first."""

    house: cast.DeKlank
    next_door: cast.Klankerveen
    own: Mapping[str, Any]
    foreign: Mapping[str, Any]
    people: Mapping[str, tuple[Client, Role | None]]


def _world() -> World:
    house, next_door = cast.de_klank(), cast.klankerveen()
    here = house.organisation
    closed = cast.member(here, "Gesloten")
    closed.user.is_active = False
    closed.user.save()
    people: dict[str, tuple[Any, Role | None]] = {
        "signed out": (None, None),
        "someone without a membership": (cast.user(), None),
        "staff of another organisation": (next_door.bram, None),
        "a member whose work ended": (cast.member(here, "Vertrokken", is_active=False), None),
        "a member whose account is closed": (closed, None),
        "agent": (house.jamal, Role.AGENT),
        "moderator": (house.tom, Role.MODERATOR),
        "lead": (house.noor, Role.LEAD),
        "administrator": (house.marlies, Role.ADMINISTRATOR),
    }
    return World(
        house=house,
        next_door=next_door,
        own=things(house, house.jamal),
        foreign=things(next_door, next_door.bram),
        people={who: (cast.browser(here, member), role) for who, (member, role) in people.items()},
    )


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Made once; what a test does to it is undone."""
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield _world()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def address_of(name: str, ids: Mapping[str, Any]) -> str:
    return f"/live/{ids['stream']}" if name.startswith("live/") else reverse(name, kwargs=dict(ids) or None)


def ask(browser: Client, name: str, wanted: Row, have: Mapping[str, Any]) -> HttpResponseBase:
    """One request, of which nothing stays, neither here nor in the browser."""
    fresh = Client(HTTP_HOST=browser.defaults["HTTP_HOST"])
    fresh.cookies.update(browser.cookies)
    address = address_of(name, {parameter: have[whose] for parameter, whose in wanted.ids.items()})
    extra: dict[str, Any] = {QUESTION: True} if name.startswith("live/") else {}
    with transaction.atomic():
        post = {key: text.format(**have) for key, text in (wanted.post or {}).items()}
        answer = fresh.get(address, **extra) if wanted.post is None else fresh.post(address, post)
        transaction.set_rollback(True)
    assert answer.status_code < 500, f"{name}: {answer.status_code}"
    assert answer.status_code != 405, f"{name}: the table asks it in the wrong way"
    return answer


def outcome(answer: HttpResponseBase) -> str:
    """`in`, `sign in` or `nothing here`."""
    if answer.status_code in (401, 302) and (
        answer.status_code == 401 or answer.headers["Location"].startswith("/account/login/")
    ):
        return "sign in"
    return "nothing here" if answer.status_code == 404 else "in"


def expected(name: str, wanted: Row, role: Role | None) -> set[str]:
    """What should come of it for a member in this role; None: whoever does not work here."""
    if wanted.least == ENTRANCE:
        return {"in", "sign in", "nothing here"}
    if wanted.least == EVERYONE:
        return {"in"}
    if role is None:
        return {"nothing here"} if name.startswith("live/") else {"sign in"}
    if wanted.least == OWN:
        return {"in", "nothing here"}
    return {"in"} if role.includes(Role(wanted.least)) else {"nothing here"}


def test_every_route_stands_in_the_table_and_nothing_else_does():
    assert sorted(set(routes())) == sorted(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_opens_for_those_it_is_for_and_for_nobody_else(name, world):
    wanted = ROUTES[name]
    for who, (browser, role) in world.people.items():
        got = outcome(ask(browser, name, wanted, world.own))
        assert got in expected(name, wanted, role), f"{who} gets {got!r} at {name}"
        may_ask = role is not None or wanted.least == EVERYONE
        if may_ask and set(wanted.ids.values()) - NOBODYS and wanted.least not in (ENTRANCE, OWN):
            got = outcome(ask(browser, name, wanted, world.foreign))
            assert got == "nothing here", f"{who} gets {got!r} at {name} with another organisation's ids"


def test_another_organisations_words_are_found_by_nobody(world):
    house, next_door = world.house, world.next_door
    searched = {"q": f"Geheim van {house.organisation.pk}"}
    place = reverse("inbox:conversation", args=[world.own["conversation"]])
    assert place in cast.browser(house.organisation, house.jamal).get("/inbox/", searched).content.decode()
    assert place not in cast.browser(next_door.organisation, next_door.bram).get("/inbox/", searched).content.decode()


@pytest.mark.parametrize("name", [name for name, wanted in ROUTES.items() if "pk" in wanted.ids])
def test_an_id_that_no_database_takes_is_simply_not_there(name, world):
    wanted = ROUTES[name]
    place = address_of(name, dict.fromkeys(wanted.ids, 1)).replace("/1/", f"/{10**30}/")
    browser, _ = world.people["administrator"]
    answer = browser.get(place) if wanted.post is None else browser.post(place)
    assert answer.status_code == 404
