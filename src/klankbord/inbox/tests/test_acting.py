"""Doing: answers, notes, drafts, undo, whose it is, and where it stands."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from klankbord.channels.models import Dispatch
from klankbord.conversations.actions.assign import assign
from klankbord.conversations.actions.send_reply import send_reply
from klankbord.conversations.models import Attachment, ConversationState, Draft, Message
from klankbord.events.models import OutboxEvent
from klankbord.inbox.tests.conftest import receive, sign_in
from klankbord.inbox.views import writing
from klankbord.inbox.views.acting import acting_on


def reply(client, conversation, text="Here it is!", **more):
    last = Message.objects.of(conversation.organisation_id).filter(conversation=conversation).order_by("-id").first()
    data = {"text": text, "seen": last.pk if last else 0, **more}
    return client.post(f"/inbox/{conversation.pk}/reply/", data)


def page(client, conversation, query="") -> str:
    return client.get(f"/inbox/{conversation.pk}/{query}").content.decode()


def test_an_answer_stands_in_the_thread_and_goes_out(cast, desk, question):
    answer = reply(desk, question, "Dear Mohamed, here it is!")
    assert answer.status_code == 302
    assert "here it is!" in page(desk, question)
    dispatch = Dispatch.objects.of(cast.house).get()
    assert dispatch.recipient == "mohamed@example.org"
    question.refresh_from_db()
    assert question.state == ConversationState.ANSWERED
    assert question.waiting_since is None
    assert question.assignee == cast.marlies


def test_the_same_answer_sent_again_goes_out_once_and_says_so(cast, desk, question):
    seen = Message.objects.of(cast.house).get().pk
    form = {"text": "Here it is!", "seen": seen}  # what the browser's Back, and another window, still show
    desk.post(f"/inbox/{question.pk}/reply/", form)
    cast.clock.pass_(minutes=3)
    desk.post(f"/inbox/{question.pk}/draft/", {"kind": "reply", "text": "Here it is!"})
    answer = desk.post(f"/inbox/{question.pk}/reply/", form)
    assert answer.url == f"/inbox/{question.pk}/"
    words = desk.get(answer.url).content.decode()
    assert "You sent this answer already." in words
    assert words.count("Here it is!") == 1
    assert Dispatch.objects.of(cast.house).count() == 1


def test_another_answer_from_another_window_is_read_first(cast, desk, question):
    seen = Message.objects.of(cast.house).get().pk
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "Here it is!", "seen": seen})
    answer = desk.post(f"/inbox/{question.pk}/reply/", {"text": "I am looking for it.", "seen": seen})
    assert answer.status_code == 409
    assert "You answered in another window meanwhile." in answer.content.decode()
    assert "I am looking for it." in answer.content.decode()
    assert Dispatch.objects.of(cast.house).count() == 1
    assert ">\nI am looking for it.</textarea>" in page(desk, question), "it is there for who went to read first"


def test_the_beginning_of_what_was_said_is_kept_too_when_it_was_refused(cast, desk, question):
    seen = Message.objects.of(cast.house).get().pk
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "Here it is! I found it.", "seen": seen})
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "Here it is!", "seen": seen})
    assert ">\nHere it is!</textarea>" in page(desk, question)


def test_what_was_refused_for_its_files_is_kept(cast, desk, question):
    files = [SimpleUploadedFile(f"{number}.txt", b"a") for number in range(11)]
    assert reply(desk, question, "See the files", files=files).status_code == 422
    assert ">\nSee the files</textarea>" in page(desk, question)


def test_the_same_words_are_sent_again_when_something_is_new(cast, desk, question):
    def sent() -> int:
        return Dispatch.objects.of(cast.house).exclude(state="cancelled").count()

    reply(desk, question, "Please look once more")
    reply(desk, question, "Please look once more", files=SimpleUploadedFile("plan.pdf", b"1"))
    assert sent() == 2
    reply(desk, question, "Please look once more", files=SimpleUploadedFile("plan.pdf", b"1"))
    assert sent() == 2
    receive(cast.mail, into=question, text="I did!")
    reply(desk, question, "Please look once more")
    assert sent() == 3
    reply(sign_in(cast.anja), question, "Please look once more")
    assert sent() == 4
    cast.clock.pass_(minutes=11)
    reply(desk, question, "Please look once more")
    assert sent() == 5


def test_an_answer_that_was_taken_back_or_never_arrived_can_be_sent_as_it_was(cast, desk, question):
    reply(desk, question)
    desk.post(f"/inbox/message/{Message.objects.of(cast.house).get(direction='outbound').pk}/undo/")
    reply(desk, question)
    dispatches = Dispatch.objects.of(cast.house)
    assert dispatches.count() == 2
    dispatches.exclude(state="cancelled").update(state="done", last_error="failed: no such mailbox")
    reply(desk, question)
    assert dispatches.count() == 3


def test_who_never_got_an_answer_and_gave_no_name_is_called_by_their_address(cast, desk):
    talk = receive(cast.mail, name="", address="eva.jansen@example.org")
    reply(desk, talk)
    Dispatch.objects.of(cast.house).update(state="done", last_error="failed: no such mailbox")
    words = desk.get("/inbox/today/").content.decode()
    assert "eva.jansen@…: Where is my book?" in words


def test_send_and_done_finishes_the_conversation(desk, question):
    reply(desk, question, finish="on")
    question.refresh_from_db()
    assert question.state == ConversationState.DONE


def test_the_way_back_leads_to_the_list_one_came_from(desk, question):
    answer = reply(desk, question, view="waiting")
    assert answer.url == f"/inbox/{question.pk}/?view=waiting"


def test_an_empty_answer_is_refused_at_its_field(desk, question):
    answer = reply(desk, question, "   ")
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Write something first." in words
    assert 'aria-describedby="reply-error" data-focus-first' in words


def test_what_cannot_be_sent_keeps_its_text(cast, desk):
    conversation = receive(cast.mail, address="", name="Somebody without an address")
    answer = reply(desk, conversation, "My long and careful answer")
    assert answer.status_code == 422
    assert "There is no e-mail address" in answer.content.decode()
    assert "My long and careful answer" in answer.content.decode()


def test_an_answer_can_be_undone_within_ten_seconds(cast, desk, question):
    reply(desk, question, "Too early")
    words = page(desk, question)
    assert 'data-undo-seconds="10"' in words
    undo = re.search(r'action="(/inbox/message/\d+/undo/)"', words)[1]
    desk.post(undo)
    words = page(desk, question)
    assert ">\nToo early</textarea>" in words
    assert Dispatch.objects.of(cast.house).get().state == "cancelled"
    question.refresh_from_db()
    assert question.waiting_since is not None


def test_files_are_still_there_when_one_reads_first_what_a_colleague_wrote_meanwhile(cast, desk, question):
    post = {"text": "See file", "seen": 0, "files": SimpleUploadedFile("a.txt", b"a")}
    overtaken = desk.post(f"/inbox/{question.pk}/reply/", post)
    assert overtaken.status_code == 409
    token = re.search(r'name="kept" value="([^"]+)"', overtaken.content.decode())
    assert token is not None
    reading = desk.post(f"/inbox/{question.pk}/reply/", {"text": "See file", "seen": 0, "kept": token[1], "draft": "1"})
    assert reading.status_code == 200
    page = reading.content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    assert token[1] in page
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "See file", "seen": seen[1], "kept": token[1]})
    message = Message.objects.of(cast.house).get(direction="outbound")
    assert [each.name for each in message.attachments.all()] == ["a.txt"]


def undo(client, conversation):
    client.post(re.search(r'action="(/inbox/message/\d+/undo/)"', page(client, conversation))[1])
    conversation.refresh_from_db()
    return conversation.assignee


def test_undo_leaves_what_was_refused_in_another_window(cast, desk, question):
    seen = Message.objects.of(cast.house).get().pk
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "Here it is!", "seen": seen})
    desk.post(f"/inbox/{question.pk}/reply/", {"text": "I am looking for it.", "seen": seen})
    undo(desk, question)
    assert ">\nHere it is!\n\nI am looking for it.</textarea>" in page(desk, question)


def test_undo_puts_back_what_was_picked_up_with_the_answer(cast, desk, question):
    reply(desk, question)
    assert "picked_up" not in page(desk, question)
    assert undo(desk, question) is None


def test_undo_leaves_to_oneself_what_was_ones_own_or_has_another_answer(cast, desk, question):
    reply(desk, question, "One")
    reply(desk, question, "Two")
    assert undo(desk, question) == cast.marlies
    assign(conversation=question, to=cast.anja, by=cast.marlies)
    assert undo(desk, question) == cast.anja
    assign(conversation=question, to=cast.marlies, by=cast.marlies)
    reply(desk, question, "Three")
    assert undo(desk, question) == cast.marlies


def test_undo_brings_the_files_back_too(cast, desk, question):
    desk.post(
        f"/inbox/{question.pk}/reply/",
        {"text": "See file", "seen": 999_999_999, "files": SimpleUploadedFile("a.txt", b"a")},
    )
    message = Message.objects.of(cast.house).get(direction="outbound")
    answer = desk.post(f"/inbox/message/{message.pk}/undo/")
    words = desk.get(answer.url).content.decode()
    token = re.search(r'name="kept" value="([^"]+)"', words)[1]
    reply(desk, question, "See file now", kept=token)
    sent = Message.objects.of(cast.house).get(text="See file now")
    assert Attachment.objects.of(cast.house).get(message=sent).name == "a.txt"


def test_after_ten_seconds_it_is_too_late(cast, desk, question):
    reply(desk, question)
    cast.clock.pass_(seconds=11)
    assert "data-undo-seconds" not in page(desk, question)
    message = Message.objects.of(cast.house).get(direction="outbound")
    Dispatch.objects.of(cast.house).update(attempts=1)
    desk.post(f"/inbox/message/{message.pk}/undo/")
    assert "This reply has been sent already." in page(desk, question)


@pytest.mark.parametrize("path", ["/inbox/?view=waiting", "/inbox/today/", "/inbox/person/{person}/", "/inbox/{next}/"])
def test_an_answer_can_be_undone_from_wherever_one_went_on_to(cast, desk, question, path):
    following = receive(cast.mail, subject="The next question", address="next@example.org")
    reply(desk, question, "Too early")
    words = desk.get(path.format(person=following.person_id, next=following.pk)).content.decode()
    assert "Your answer to Mohamed Bouzid goes out in" in words
    answer = desk.post(re.search(r'action="(/inbox/message/\d+/undo/)"', words)[1])
    assert answer.url.startswith(f"/inbox/{question.pk}/")
    assert ">\nToo early</textarea>" in desk.get(answer.url).content.decode()
    assert "data-undo-seconds" not in desk.get("/inbox/").content.decode()


def test_in_a_conversation_only_its_own_answer_is_undone_and_others_stand_beside_the_list(cast, desk, question):
    following = receive(cast.mail, subject="The next question", name="Karin Smit", address="next@example.org")
    reply(desk, question)
    for answered in (False, True):
        if answered:
            reply(desk, following)
        beside, pane = page(desk, following).split("<main", 1)
        assert ("Your answer to Mohamed Bouzid" in beside, "Your answer to Mohamed Bouzid" in pane) == (True, False)
        assert ("Your answer to Karin Smit" in beside, "Your answer to Karin Smit" in pane) == (False, answered)
        assert ('id="undo"' in beside, 'id="undo"' in pane) == (not answered, answered), "the key is for the nearest"


def test_of_two_answers_in_a_row_both_can_be_undone_and_only_by_who_sent_them(cast, desk, question):
    following = receive(cast.mail, subject="The next question", name="Karin Smit", address="next@example.org")
    reply(desk, question)
    reply(desk, following)
    words = desk.get("/inbox/").content.decode()
    assert words.index("Your answer to Karin Smit") < words.index("Your answer to Mohamed Bouzid")
    colleague = sign_in(cast.anja)
    reply(colleague, receive(cast.mail, subject="Another", address="another@example.org"))
    assert colleague.get("/inbox/").content.decode().count("data-undo-seconds") == 1


def test_a_colleagues_reply_cannot_be_undone(cast, desk, question):
    reply(desk, question)
    message = Message.objects.of(cast.house).get(direction="outbound")
    colleague = sign_in(cast.anja)
    colleague.post(f"/inbox/message/{message.pk}/undo/")
    message.refresh_from_db()
    assert message.withdrawn_at is None


def test_news_is_to_be_read_before_an_answer_goes_out(cast, desk, question):
    seen = Message.objects.of(cast.house).get().pk
    send_reply(conversation=question, by=cast.anja, text="I have it")
    answer = desk.post(f"/inbox/{question.pk}/reply/", {"text": "Me too", "seen": seen})
    assert answer.status_code == 409
    words = answer.content.decode()
    assert "Anja answered just now." in words
    assert "Me too" in words
    assert ">\nMe too</textarea>" in page(desk, question)
    sending = words.partition('class="row wrap sending"')[2].partition("</div>")[0]
    loud = re.search(r'<button class="button" name="(\w+)"', sending)
    assert loud[1] == "draft", "what is safe is what one presses first"
    assert sending.count("Send anyway") == 2
    assert "Send, and done" not in sending
    seen = re.search(r'name="seen" value="(\d+)"', words)[1]
    assert desk.post(f"/inbox/{question.pk}/reply/", {"text": "Me too", "seen": seen}).status_code == 302


def test_a_new_message_of_the_customer_is_news_as_well(cast, desk, question):
    seen = Message.objects.of(cast.house).get().pk
    receive(cast.mail, into=question, text="Found it myself!")
    answer = desk.post(f"/inbox/{question.pk}/reply/", {"text": "Look on the shelf", "seen": seen})
    assert "A new message came" in answer.content.decode()
    assert not Dispatch.objects.of(cast.house).exists()


def test_files_go_along_and_a_refused_form_does_not_lose_them(cast, desk, question):
    files = [SimpleUploadedFile("plan.pdf", b"1"), SimpleUploadedFile("plan.pdf", b"2")]
    answer = desk.post(f"/inbox/{question.pk}/reply/", {"text": "", "seen": 999_999_999, "files": files})
    words = answer.content.decode()
    assert "Write a few words with the files." in words
    kept = re.findall(r'name="kept" value="([^"]+)"', words)
    reply(desk, question, "The plans", kept=kept)
    assert set(Attachment.objects.of(cast.house).values_list("name", flat=True)) == {"plan.pdf", "plan (2).pdf"}
    assert len(Dispatch.objects.of(cast.house).get().message["files"]) == 2


def test_a_file_token_of_another_conversation_counts_for_nothing(cast, desk, question):
    other = receive(cast.mail, address="other@example.org")
    answer = desk.post(
        f"/inbox/{other.pk}/reply/", {"text": "", "seen": 999_999_999, "files": SimpleUploadedFile("a.txt", b"a")}
    )
    token = re.search(r'name="kept" value="([^"]+)"', answer.content.decode())[1]
    reply(desk, question, "Hello", kept=[token, "nonsense"])
    assert not Attachment.objects.of(cast.house).exists()


def test_too_many_files_are_refused_with_a_sentence(desk, question):
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(11)]
    answer = desk.post(f"/inbox/{question.pk}/reply/", {"text": "All of them", "seen": 999_999_999, "files": files})
    assert "Send at most 10 files" in answer.content.decode()


def test_a_note_is_read_by_colleagues_and_answers_nobody(cast, desk, question):
    desk.post(f"/inbox/{question.pk}/note/", {"text": "Called last week too"})
    assert "Note by Marlies Verhoef" in page(sign_in(cast.anja), question)
    question.refresh_from_db()
    assert question.waiting_since is not None
    assert not Dispatch.objects.of(cast.house).exists()


def test_an_empty_note_is_refused_at_its_field(desk, question):
    answer = desk.post(f"/inbox/{question.pk}/note/", {"text": ""})
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.content.decode()


def test_a_draft_is_kept_as_one_types_and_only_for_oneself(cast, desk, question):
    assert desk.post(f"/inbox/{question.pk}/draft/", {"kind": "reply", "text": "Dear Mo"}).status_code == 204
    assert ">\nDear Mo</textarea>" in page(desk, question)
    assert "Dear Mo" not in page(sign_in(cast.anja), question)


def test_a_window_that_is_behind_does_not_overwrite_what_another_one_kept(cast, desk, question):
    url = f"/inbox/{question.pk}/draft/"
    desk.post(url, {"kind": "reply", "text": "Dear Mo,\nnine", "before": "Dear Mo"})
    late = desk.post(url, {"kind": "reply", "text": "Dear Mo, eight", "before": "Dear Mo"})
    assert (late.status_code, late.content) == (409, b"Dear Mo,\nnine")
    assert desk.get(url, {"kind": "reply"}).content == b"Dear Mo,\nnine"
    assert desk.post(url, {"kind": "reply", "text": "ten", "before": "Dear Mo,\r\nnine"}).status_code == 204
    assert desk.get(url, {"kind": "reply"}).content == b"ten"
    assert sign_in(cast.anja).get(url, {"kind": "reply"}).content == b""


def test_colleagues_see_who_is_answering_for_a_while(cast, desk, question):
    desk.post(f"/inbox/{question.pk}/draft/", {"kind": "reply", "text": "Dear Mo"})
    colleague = sign_in(cast.anja)
    assert "Marlies is answering" in page(colleague, question)
    assert "is answering" not in page(desk, question)
    cast.clock.pass_(minutes=2)
    assert "is answering" not in page(colleague, question)


def test_beginning_to_answer_is_told_once_not_at_each_key(cast, desk, question):
    for text in ("D", "De", "Dear"):
        desk.post(f"/inbox/{question.pk}/draft/", {"kind": "reply", "text": text})
    assert OutboxEvent.objects.filter(name="inbox.AnsweringBegan").count() == 1


def test_a_late_save_of_what_was_sent_does_not_come_back_as_a_draft(cast, desk, question):
    reply(desk, question, "Dear Mo, here it is")
    desk.post(f"/inbox/{question.pk}/draft/", {"kind": "reply", "text": "Dear Mo, here"})
    assert not Draft.objects.of(cast.house).exists()


def test_without_a_script_a_button_keeps_the_draft(cast, desk, question):
    answer = reply(desk, question, "Not finished", draft="1")
    assert answer.status_code == 302
    assert "Your draft is kept." in desk.get(answer.url).content.decode()
    assert Draft.objects.of(cast.house).get().text == "Not finished"


@pytest.mark.parametrize("kind", ["", "spam", "REPLY"])
def test_a_draft_of_no_kind_is_not_found(desk, question, kind):
    assert desk.post(f"/inbox/{question.pk}/draft/", {"kind": kind, "text": "x"}).status_code == 404


def test_whose_it_is_can_be_changed_in_every_way(cast, desk, question):
    def give(to: str) -> tuple:
        assert desk.post(f"/inbox/{question.pk}/give/", {"to": to}).status_code == 302
        question.refresh_from_db()
        return question.assignee, question.team

    assert give("me") == (cast.marlies, None)
    assert give(f"team-{cast.team.pk}") == (None, cast.team)
    assert give(f"member-{cast.anja.pk}") == (cast.anja, cast.team)
    assert give("nobody") == (None, None)


@pytest.mark.parametrize("to", ["", "member-0", "member-x", "team-999999", "member-\N{SUPERSCRIPT TWO}", "everyone"])
def test_it_cannot_be_given_to_who_is_not_there(desk, question, to):
    assert desk.post(f"/inbox/{question.pk}/give/", {"to": to}).status_code == 404


def test_done_reopened_spam_and_no_spam(cast, desk, question):
    def press(verb: str) -> str:
        desk.post(f"/inbox/{question.pk}/{verb}/")
        question.refresh_from_db()
        return question.state

    assert press("done") == "done"
    assert press("reopen") == "open"
    assert question.waiting_since is not None
    assert press("spam") == "spam"
    assert "No spam" in page(desk, question)
    assert press("reopen") == "open"


def test_what_was_not_sent_says_why_and_can_be_tried_again(cast, desk, question):
    reply(desk, question)
    message = Message.objects.of(cast.house).get(direction="outbound")
    Dispatch.objects.of(cast.house).update(state="given_up", attempts=12, last_error="No such mailbox here. 550 5.1.1")
    words = page(desk, question)
    assert "Could not be sent." in words
    assert "550 5.1.1" in words
    assert "Try again" in words
    desk.post(f"/inbox/message/{message.pk}/again/")
    dispatch = Dispatch.objects.of(cast.house).get()
    assert (dispatch.state, dispatch.attempts) == ("ready", 0)


def test_what_was_sent_is_not_sent_again(cast, desk, question):
    reply(desk, question)
    message = Message.objects.of(cast.house).get(direction="outbound")
    Dispatch.objects.of(cast.house).update(state="done", attempts=1)
    desk.post(f"/inbox/message/{message.pk}/again/")
    assert Dispatch.objects.of(cast.house).get().state == "done"


def test_what_came_back_is_shown_and_the_address_is_marked(cast, desk, question):
    reply(desk, question)
    Dispatch.objects.of(cast.house).update(state="done", attempts=1, last_error="failed 5.1.1")
    question.person.addresses.update(bounced_at=cast.clock.now, bounce_reason="failed 5.1.1")
    words = page(desk, question)
    assert "Came back: it was not delivered." in words
    assert "mail came back" in words
    assert "Is there another way to reach them?" in words


def test_today_names_answers_that_did_not_arrive_until_one_wrote_again(cast, desk, question):
    reply(desk, question, finish="on")
    Dispatch.objects.of(cast.house).update(state="done", attempts=1, last_error="failed 5.1.1", message_id="first")
    assert "Did not arrive" in desk.get("/inbox/today/").content.decode()
    cast.clock.pass_(minutes=5)
    desk.post(f"/inbox/{question.pk}/note/", {"text": "I called: we stay open"})
    assert "Did not arrive" not in desk.get("/inbox/today/").content.decode()


def test_mail_that_is_only_delayed_did_not_come_back(cast, desk, question):
    reply(desk, question)
    Dispatch.objects.of(cast.house).update(state="done", attempts=1, last_error="delayed 4.4.1")
    words = page(desk, question)
    assert "On its way, but it takes longer." in words
    assert "Came back" not in words
    assert "Did not arrive" not in desk.get("/inbox/today/").content.decode()


def test_two_answers_that_can_be_taken_back_say_which_is_which(desk, question):
    reply(desk, question, "The first of the two")
    reply(desk, question, "The second of them")
    html = page(desk, question)
    for words in ("The first of the two", "The second of them"):
        assert re.search(rf'id="undo-\d+">{words}</p>', html)


def test_of_two_colleagues_who_send_in_the_same_moment_the_second_reads_the_first(cast, desk, question, monkeypatch):
    @contextmanager
    def held_by_anja_first(member, pk):
        send_reply(conversation=question, by=cast.anja, text="It is on its way.")
        with acting_on(member, pk) as held:
            yield held

    monkeypatch.setattr(writing, "acting_on", held_by_anja_first)
    answer = reply(desk, question, "It is lost.")
    assert answer.status_code == 409
    assert "Anja answered just now" in answer.content.decode()
    said = Message.objects.of(cast.house).filter(conversation=question, direction="outbound")
    assert [each.text for each in said] == ["It is on its way."]
