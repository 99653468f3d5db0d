"""A house with one of everything that a route can be about, by what the table of `routes` calls it."""

from __future__ import annotations

from typing import Any

from django.core.signing import dumps

from klankbord import clock
from klankbord.channels.models import Arrival, Dispatch
from klankbord.community.actions import publish as publishing
from klankbord.community.actions.answer import answer as answer_publicly
from klankbord.community.actions.ask import ask as ask_publicly
from klankbord.community.actions.claim import claim as claim_account
from klankbord.community.models import Account, Publication
from klankbord.conversations.actions.private_link import new_private_link
from klankbord.conversations.models import Attachment, MessageHtml
from klankbord.events.work import WorkState
from klankbord.files.actions import keep_file
from klankbord.ideas.actions.boards import invite_house, make_board
from klankbord.ideas.actions.changes import publish_change
from klankbord.ideas.actions.grow import consent_hash
from klankbord.ideas.actions.panels import make_panel_link
from klankbord.ideas.actions.suggest import react, suggest
from klankbord.ideas.models import ChangeTold, ConsentRequest
from klankbord.ideas.telling import ask_hash
from klankbord.moderation.actions.decide import decide
from klankbord.moderation.actions.hold import ask_for_judgement
from klankbord.moderation.actions.objecting import object_to
from klankbord.moderation.actions.official_note import official_note
from klankbord.moderation.house import reasons
from klankbord.moderation.rules import Judgement
from klankbord.moderation.telling import _hash as _token_hash
from klankbord.office.actions.invitations import _hash
from klankbord.office.models import Invitation
from klankbord.participation import confirming, leaving, taking_part
from klankbord.participation.actions import follow
from klankbord.participation.models import Follow, Pending, Picture, Ring, Topic
from klankbord.participation.pictures import token_of
from klankbord.people.models import Person, Role
from klankbord.posts.actions import ask_monthly_question, give_tip, write_post
from klankbord.posts.actions import react as react_to_post
from klankbord.posts.models import Log, MonthlyQuestion, Theme
from klankbord.reputation.models import Perk
from klankbord.reputation.rules import Sign
from klankbord.reputation.thanks import thank
from tests import cast


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
    cover = Picture.objects.create(organisation=here, file=file, width=10, height=10)
    tip = give_tip(person=helper, title="De avonden", text="Mooi.", theme=theme, picture=(cover, "omslag"))
    moderator = cast.member(here, "Maandag", Role.MODERATOR, email=f"maandag@{here.host}")
    # The demo asks one already.
    monthly = MonthlyQuestion.objects.of(here).shown().first() or ask_monthly_question(
        by=moderator, title="Wat lees je?", text="", month=here.today()
    )
    thanks = thank(to=helper, by=cast.helper(here, "Dankbaar"), words="Dank je")
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
        "said_below_a_post": react_to_post(conversation=post.conversation, person=helper, text="Mooi!").pk,
        "tip": tip.pk,
        "monthly": monthly.pk,
        "participant": helper.pk,
        "thanks": thanks.pk,
        "thanks_said": thanks.message.conversation_id,
        "perk": Perk.objects.create(organisation=here, name="Koffie").pk,
        "ring": Ring.objects.create(organisation=here, sign=Sign.RING).pk,
        "said_in_public": opening.pk,
        **_asked(helper, conversation, by),
        **_ideas(helper, conversation, by),
        **_judged(helper, moderator),
        "list": "newest",
        "topic": Topic.objects.create(organisation=here, name="E-books", slug="e-books").pk,
        "question": opening.conversation_id,
        "follow": Follow.objects.of(here).filter(conversation=opening.conversation).get().pk,
        "pending_signed": dumps(pending.pk, salt=taking_part._SENT),
        "pending_token": f"klik-{here.pk}",
        "unsubscribe": leaving._signer.sign(f"{helper.pk}.0"),
        "passkey": 1,
        "word": "abc",
        "language": "nl",
        "view": "full",
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
    picture = Picture.objects.create(organisation=here, file=file, width=1, height=1)
    idea = suggest(board=board, person=helper, title="Langer open", text="", pictures=[(picture, "een klok")])
    said = react(idea=idea, person=cast.helper(here, "Lezer"), text="Graag ook zondag.")
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
        "reaction": said.pk,
        "other_idea": suggest(board=board, person=helper, title="Later dicht", text="").conversation_id,
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
