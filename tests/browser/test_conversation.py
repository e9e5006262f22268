"""Two agents write on one request: drafts, undo, replies that do things, and Enter while composing."""

import re

import pytest
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from tests.browser.conftest import shoot
from tests.factories import SYSTEM
from tests.fake_model import fake_model
from tests.tickets.test_actions_macros import words
from tests.tickets.uploads import PDF
from tickets.actions.assignment import assign_ticket, take_ticket
from tickets.actions.conversation import hear_customer, reply_to_customer
from tickets.actions.macros import save_macro
from tickets.models import Draft, Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    }


def address(ticket, query=""):
    return f"/tickets/{ticket.number}{query}"


def composer(page):
    return page.locator("#composer")


def typed(page, text):
    page.locator("#reply").click()
    page.keyboard.type(text)
    expect(page.locator("#draft-state")).to_contain_text("Draft saved")


def send(page):
    composer(page).locator("[data-send]").click()


def test_a_draft_outlives_the_window_and_a_refusal_and_comes_back_when_undone(ticket, browse, amy, leo):
    page = browse(amy, address(ticket))
    typed(page, "Please send a photo of the cup.")
    page.reload()
    expect(page.locator("#reply")).to_have_value("Please send a photo of the cup.")
    take_ticket(ticket, by=Actor.staff(leo))
    send(page)
    expect(composer(page).locator("[role=alert]")).to_contain_text("Leo took the request")
    expect(page.locator("#reply")).to_have_value("Please send a photo of the cup.")

    composer(page).locator("#compose-files").set_input_files(
        [{"name": "how.pdf", "mimeType": "application/pdf", "buffer": PDF}]
    )
    expect(composer(page).locator(".draft-files")).to_contain_text("how.pdf")
    send(page)
    expect(page.locator("#timeline .msg.out")).to_contain_text("Please send a photo")
    expect(page.locator("#reply")).to_have_value("")
    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.locator("#reply")).to_have_value("Please send a photo of the cup.")
    expect(composer(page).locator(".draft-files")).to_contain_text("how.pdf")
    assert Message.objects.get(body__startswith="Please").withdrawn_at


def test_two_windows_of_one_person_lose_no_words(ticket, browse, amy):
    first, second = browse(amy, address(ticket)), browse(amy, address(ticket))
    typed(first, "From the first window")
    second.locator("#reply").click()
    second.keyboard.type("From the second")
    expect(second.locator("#draft-state")).to_contain_text("Another window of yours")
    assert Draft.objects.get().body == "From the first window"

    second.get_by_role("button", name="Keep what is in the box").click()

    expect(second.locator("#draft-state")).to_contain_text("Draft saved")
    assert Draft.objects.get().body == "From the second"


def test_words_go_along_to_the_other_side_and_sides_have_drafts_of_their_own(ticket, browse, amy):
    page = browse(amy, address(ticket))
    typed(page, "Among us")
    page.locator("label", has_text="Internal note").click()
    expect(composer(page).locator("[data-send]")).to_contain_text("Save the note")
    expect(page.locator("#reply")).to_have_value("Among us")

    page.locator("#composer label", has_text="Reply").first.click()

    expect(page.locator("#reply")).to_have_value("Among us")


def test_a_reply_is_found_inserted_and_does_what_it_says(ticket, browse, amy, leo):
    deeds = [{"verb": "assign", "with": {"to": "leo"}}]
    both = {"title": {"zh": "转主管", "en": "To the lead"}}
    save_macro(
        None,
        by=Actor.staff(amy),
        **words("交给主管 {ticket_no}", "To the lead {ticket_no}", does=deeds, **both),
    )
    page = browse(amy, address(ticket))
    page.locator("#words").fill("to the lead")
    expect(page.locator("#macro option")).to_have_count(2)
    page.locator("#macro").select_option(label="To the lead")
    composer(page).get_by_role("button", name="Insert").click()
    expect(page.locator("#does")).to_contain_text("Assign: leo")
    shoot(page, "conversation-does")
    send(page)

    expect(page.locator("#timeline")).to_contain_text("Ran “To the lead”")
    assert Ticket.objects.get().assignee == leo


def test_a_note_of_a_hand_over_stands_on_top_until_it_is_read(ticket, browse, amy, leo):
    assign_ticket(ticket, by=Actor.staff(amy), to=leo, note="Call after six")
    page = browse(leo, address(ticket))
    expect(page.locator("#hand-over")).to_contain_text("Call after six")

    page.get_by_role("button", name="I have read it").click()

    expect(page.locator("#hand-over")).to_be_empty()


def test_nothing_is_typed_over_while_a_language_model_writes(ticket, browse, amy, settings):
    reply_to_customer(ticket, by=Actor.staff(amy), body="您好")
    hear_customer(ticket, by=SYSTEM, body="退款什么时候到账？")
    with fake_model() as (_model, settings.LLM_URL):
        page, held = browse(amy, address(ticket)), []
        typed(page, "Typed.")
        page.route("**/draft", lambda route, _request: held.append(route))
        page.get_by_role("button", name="Draft a reply").click()

        expect(page.locator("#reply")).to_be_disabled()
        held[0].continue_()
        expect(page.locator("#reply")).to_have_value(re.compile("^Typed\\.\n\n您好"))
        expect(page.locator("#reply")).to_be_enabled()
