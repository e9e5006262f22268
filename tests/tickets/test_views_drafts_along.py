"""What goes along with a draft: files, canned replies, and what may break neither."""

import re

import pytest

from aftersales.events.actors import Actor
from tests.factories import SYSTEM, ticket_body
from tests.tickets.composer_sheet import COMPOSER, box, hidden, post, sheet
from tests.tickets.test_actions_macros import words
from tests.tickets.uploads import paper, photo
from tickets.actions.intake import open_ticket
from tickets.actions.macros import save_macro
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_here")]


@pytest.fixture
def me(page_as, amy):
    return page_as(amy)


# -- files ----------------------------------------------------------------------------------------


def test_files_lie_with_the_draft_and_go_with_the_message(me, ticket, page_as, leo):
    drawn = sheet(me, ticket, body="see the paper", file=[paper(), photo()], save="1")
    answer = post(me, ticket, "draft", drawn, **COMPOSER)
    first = Attachment.objects.earliest("id")
    address = f"/tickets/{ticket.number}/attachments/{first.uid}"
    assert answer.text.count('name="drop"') == 2
    assert (me.get(address).status_code, page_as(leo).get(address).status_code) == (200, 404)

    me = page_as(Draft.objects.get().user)
    post(me, ticket, "say", sheet(me, ticket, body="see the paper"))

    message = Message.objects.get(body="see the paper")
    assert message.attachments.count() == 2
    assert page_as(leo).get(address).status_code == 200
    assert page_as(leo).get(f"/tickets/{ticket.number}").text.count("invoice.pdf") > 1


def test_files_chosen_and_not_yet_sent_go_with_the_words(me, ticket):
    post(me, ticket, "say", sheet(me, ticket, body="here", file=[paper()]))

    assert Message.objects.get(body="here").attachments.count() == 1


def test_a_refused_file_leaves_words_and_the_other_files(me, ticket):
    answer = post(me, ticket, "say", sheet(me, ticket, body="here", file=[paper(), paper_of(b"<svg/>")]))

    assert answer.status_code == 422
    assert "Allowed are JPEG, PNG" in answer.text
    assert (box(answer), Draft.objects.get().attachments.count()) == ("here", 1)


def paper_of(content):
    file = paper("drawing.svg")
    file.file.seek(0)
    file.file.truncate()
    file.file.write(content)
    file.file.seek(0)
    file.size = len(content)
    return file


def test_a_file_is_taken_out_by_its_button(me, ticket):
    post(me, ticket, "draft", sheet(me, ticket, body="x", file=[paper()], save="1"))

    uid = str(Attachment.objects.get().uid)
    answer = post(me, ticket, "draft", sheet(me, ticket, body="x", drop=uid), **COMPOSER)

    assert 'name="drop"' not in answer.text
    assert not Attachment.objects.exists()


# -- canned replies -----------------------------------------------------------------------------------


def test_a_canned_reply_is_added_to_what_is_typed_and_kept(me, ticket):
    data = sheet(me, ticket, body="您好！", macro="greet_first", insert="1")

    answer = post(me, ticket, "draft", data, **COMPOSER)

    assert re.match(r"您好！\s+王小明您好", box(answer))
    assert Draft.objects.get().body == box(answer)
    assert not Message.objects.filter(author_kind="staff").exists()


def test_what_is_left_to_fill_in_is_shown_and_not_sent(me, ticket):
    answer = post(
        me, ticket, "draft", sheet(me, ticket, body="", macro="answer_general", insert="1"), **COMPOSER
    )
    assert "To fill in before it is sent" in answer.text
    assert "The answer itself" in answer.text

    sent = post(me, ticket, "say", sheet(me, ticket, body=box(answer)))

    assert sent.status_code == 422
    assert "Still to be filled in" in sent.text


def test_replies_are_found_by_words_without_losing_any(me, ticket):
    answer = post(me, ticket, "draft", sheet(me, ticket, body="typed", words="photos", find="1"))

    assert answer.status_code == 200
    assert re.search(r"<option value=\"\">\d+ repl(y|ies) found", answer.text)
    assert ("greet_night" in answer.text, 'value="price_protected"' in answer.text) == (True, False)
    assert box(answer) == "typed"


def test_an_unknown_reply_is_refused_and_words_stay(me, ticket):
    answer = post(me, ticket, "draft", sheet(me, ticket, body="typed", macro="nope", insert="1"), **COMPOSER)

    assert answer.status_code == 422
    assert ("no canned reply “nope”" in answer.text, box(answer)) == (True, "typed")


@pytest.fixture
def handing(amy, leo):
    deeds = [{"verb": "assign", "with": {"to": "leo"}}, {"verb": "escalate", "with": {"reason": "big"}}]
    return save_macro(None, by=Actor.staff(amy), **words(does=deeds))


def test_what_a_reply_does_besides_is_told_and_done_on_sending(me, ticket, handing, leo):
    data = sheet(me, ticket, body="", macro=handing.code, insert="1")
    answer = post(me, ticket, "draft", data, **COMPOSER)
    assert "Sending also does:" in answer.text
    assert "<b>Assign: leo</b>" in answer.text

    post(me, ticket, "say", sheet(me, ticket, body=box(answer), then=handing.code))

    after = Ticket.objects.get(pk=ticket.pk)
    assert (after.assignee, after.priority) == (leo, "high")


def test_only_the_words_can_be_sent(me, ticket, handing):
    post(me, ticket, "draft", sheet(me, ticket, body="", macro=handing.code, insert="1"))

    answer = post(
        me, ticket, "draft", sheet(me, ticket, body="Hello", then=handing.code, only="1"), **COMPOSER
    )

    assert "Sending also does" not in answer.text
    assert Draft.objects.get().macro is None


def test_a_reply_without_words_does_its_deeds_alone(me, ticket, amy, leo):
    deeds = [{"verb": "assign", "with": {"to": "leo"}}]
    macro = save_macro(None, by=Actor.staff(amy), **words("", "", does=deeds))
    answer = post(me, ticket, "draft", sheet(me, ticket, body="", macro=macro.code, insert="1"), **COMPOSER)
    assert hidden(answer, "then") == macro.code

    sent = post(me, ticket, "say", sheet(me, ticket, body="", then=macro.code))

    assert sent.status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).assignee == leo
    assert not Message.objects.filter(author_kind="staff").exists()


def test_a_second_click_brings_no_second_file(me, ticket):
    drawn = sheet(me, ticket, body="here")
    for _click in range(2):
        post(me, ticket, "say", {**drawn, "file": [paper()]})

    assert (Attachment.objects.count(), Draft.objects.count()) == (1, 0)


@pytest.mark.parametrize("name", ["abc", "", "0" * 33, "\x00"])
def test_a_file_that_is_none_is_nothing_to_take_out(me, ticket, name):
    answer = post(me, ticket, "draft", sheet(me, ticket, body="x", drop=name), **COMPOSER)

    assert answer.status_code == 200
    assert box(answer) == "x"


@pytest.mark.parametrize("what", ["draft", "say"])
def test_a_character_that_cannot_be_kept_is_refused_in_a_sentence(me, ticket, what):
    answer = post(me, ticket, what, sheet(me, ticket, body="my\x00words"), **COMPOSER)

    assert answer.status_code == 422
    assert "cannot be kept" in answer.text
    assert box(answer) == "my\x00words"


def test_a_sheet_sent_on_another_request_is_not_sent_again_here(me, shop, ticket):
    other = open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]
    drawn = sheet(me, ticket, body="Hello")
    post(me, ticket, "say", drawn)

    answer = post(me, other, "say", drawn | {"seen": ""})

    assert answer.status_code == 409
    assert "Something else was sent from here already" in answer.text
    assert not other.messages.filter(body="Hello").exists()


def test_anothers_sheet_is_refused_and_has_nothing_to_undo(me, ticket, page_as, leo):
    drawn = sheet(me, ticket, body="Hello")
    post(me, ticket, "say", drawn)

    answer = post(page_as(leo), ticket, "say", drawn | {"seen": ""})

    assert answer.status_code == 409
    assert "Something else was sent from here already" in answer.text
    assert Message.objects.filter(body="Hello").count() == 1


@pytest.mark.parametrize("what", ["draft", "say"])
@pytest.mark.parametrize(
    "name",
    ["words", "sought", "macro", "then", "kind", "was", "composing", "draft_version", "answer", "turn"],
)
def test_no_field_of_the_composer_breaks_by_what_cannot_be_kept(me, ticket, what, name):
    data = sheet(me, ticket, body="x") | {name: "a\x00b", "find": "1"}

    assert post(me, ticket, what, data, **COMPOSER).status_code < 500
