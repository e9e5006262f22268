"""An agent's work: from the first row of the queue to an approved return, with scripts and without."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from tests.browser.conftest import shoot, violations
from tests.factories import SYSTEM
from tickets.actions.assignment import take_ticket
from tickets.actions.conversation import add_note, ask_customer, hear_customer, reply_to_customer
from tickets.actions.procedure import complete_step, skip_step
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def told(ticket, amy, leo):
    """The request with something said from all sides."""
    reply_to_customer(ticket, by=Actor.staff(amy), body="您好，非常抱歉。能否请您拍一下杯口的照片？")
    add_note(ticket, by=Actor.staff(leo), body="Lot 2409 is known. @amy photos are enough.")
    hear_customer(ticket, by=SYSTEM, body="拍了两张，另一只是好的，我只想处理这两只。")
    return Ticket.objects.get(pk=ticket.pk)


def photos(count):
    return [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture(n)} for n in range(count)]


def picture(number):
    content = io.BytesIO()
    Image.new("RGB", (400 + number, 300), "slategray").save(content, "JPEG")
    return content.getvalue()


def card(page):
    return page.locator("#next-step h2")


def press(page, name):
    page.locator("#next-step").get_by_role("button", name=name).click()


# -- the journey ------------------------------------------------------------------------


def test_from_the_queue_to_an_approved_return(ticket, browse, amy):
    page = browse(amy, "/queue")
    page.locator(".q .step").first.click()

    expect(card(page)).to_have_text("First reply")
    press(page, "Send")
    expect(card(page)).to_have_text("Collect evidence")
    expect(card(page)).to_be_focused()
    step, told = page.locator("#next-step").bounding_box(), page.locator("#toasts").bounding_box()
    assert told["x"] >= step["x"] + step["width"]  # what is told lies beside the step, not on its buttons
    press(page, "The photos are here")
    expect(page.locator("#next-step [role=alert]")).to_contain_text("needs 3 photos; 0 are here")
    page.locator("#step-files").set_input_files(photos(3))
    press(page, "Add photos")
    expect(page.locator("#next-step .ph")).to_have_count(3)
    press(page, "The photos are here")
    expect(card(page)).to_have_text("Quick diagnosis")
    page.get_by_text("Not solved", exact=True).click()
    page.keyboard.press("Control+Enter")
    expect(card(page)).to_have_text("Approve the return and issue the label")
    shoot(page, "journey-approve")
    press(page, "Approve")

    expect(card(page)).to_have_text("Wait for the parcel")
    expect(page.locator("#ticket-head")).to_contain_text("Customer")
    expect(page.locator("#timeline")).to_contain_text("The request was approved")
    assert Ticket.objects.get().stage == "receive"


def test_the_same_without_javascript(ticket, browse, amy):
    page = browse(amy, "/queue", scripts=False)
    page.locator(".q .step").first.click()
    press(page, "Send")
    page.locator("#step-files").set_input_files(photos(3))
    press(page, "Add photos")
    press(page, "The photos are here")
    page.get_by_text("Not solved", exact=True).click()
    press(page, "Save the answer")
    press(page, "Approve")

    expect(card(page)).to_have_text("Wait for the parcel")
    page.locator("label", has_text="Internal note").click()
    page.locator("#reply").fill("The label is out.")
    page.locator("#composer").get_by_role("button", name="Send").click()
    expect(page.locator(".msg.internal")).to_contain_text("The label is out.")


def test_photos_leave_the_typed_note_alone(ticket, browse, amy, leo):
    complete_step(ticket, by=Actor.staff(amy))
    skip_step(ticket, by=Actor.staff(leo), reason="the photos came by chat")
    complete_step(ticket, by=Actor.staff(amy), answer="not_solved")
    for _step in ("label", "in"):
        skip_step(ticket, by=Actor.staff(leo), reason="by hand")
    page = browse(leo, f"/tickets/{ticket.number}")
    page.locator("#step_note").fill("one handle is off")
    page.locator("#step-files").set_input_files(photos(2))
    press(page, "Add photos")
    expect(page.locator("#step-photos .ph")).to_have_count(2)

    expect(page.locator("#step_note")).to_have_value("one handle is off")
    page.get_by_text("It does not hold", exact=True).click()
    page.locator("#step_note").press("Control+Enter")
    expect(card(page)).to_have_text("Fill in the checklist")


# -- words --------------------------------------------------------------------------------


def test_a_canned_reply_joins_what_is_typed(ticket, browse, amy):
    page = browse(amy, f"/tickets/{ticket.number}")
    page.locator("#reply").fill("您好！")
    page.locator("#macro").select_option("greet_first")
    page.get_by_role("button", name="Insert").click()

    expect(page.locator("#reply")).to_have_value("您好！\n\n" + page.locator("#step_body").input_value())


def test_what_another_did_meanwhile_keeps_the_typed_words(ticket, browse, amy, leo):
    page = browse(amy, f"/tickets/{ticket.number}")
    page.locator("#step_body").fill("my careful words")
    take_ticket(ticket, by=Actor.staff(leo))
    press(page, "Send")

    expect(page.locator("#next-step [role=alert]")).to_contain_text("Leo took the request")
    expect(page.locator("#step_body")).to_have_value("my careful words")
    press(page, "Send")
    expect(card(page)).to_have_text("Collect evidence")


# -- what changes elsewhere -------------------------------------------------------------------


def test_what_another_does_at_the_very_moment_is_told(ticket, browse, amy, leo):
    """The head is drawn anew after one's own step, and has the other's version already; the card is older."""
    page, meanwhile = browse(amy, f"/tickets/{ticket.number}"), []

    def look_again(route):
        if route.request.headers.get("hx-target") == "ticket-head" and not meanwhile:
            meanwhile.append(take_ticket(ticket, by=Actor.staff(leo)))
        route.continue_()

    page.route(f"**/tickets/{ticket.number}", look_again)
    press(page, "Send")

    expect(page.locator("#ticket-head")).to_contain_text("Leo")
    expect(page.locator("#live")).to_contain_text("1 changed since you looked")


def test_the_queue_marks_what_changed_and_holds_still(ticket, browse, amy, leo):
    page = browse(amy, "/queue")
    add = page.locator(".q tbody tr")
    expect(add).to_have_count(1)
    ask_customer(ticket, by=Actor.staff(leo), body="Which one?")

    expect(page.locator(".changed")).to_have_text("Asked the customer and waits for the answer")
    expect(page.locator("#live")).to_contain_text("1 changed since you looked")
    expect(add).to_have_count(1)
    page.locator("#live a").click()
    expect(page.locator("#queue-rows")).to_contain_text("Nothing waits on you")
    expect(page.locator("#live")).to_be_hidden()


# -- for everyone -------------------------------------------------------------------------------


def test_open_menus_and_every_kind_of_card_are_accessible(told, browse, leo, amy):
    page = browse(leo, f"/tickets/{told.number}")
    for opener in (".verbs > summary", "#next-step .pop > summary"):
        page.locator(opener).click()
        assert violations(page) == []
    complete_step(told, by=Actor.staff(amy))
    skip_step(told, by=Actor.staff(leo), reason="the photos came by chat")
    complete_step(told, by=Actor.staff(amy), answer="not_solved")
    for code in ("label", "in", "recv", "insp"):
        page.reload()
        shoot(page, f"card-{code}")
        assert violations(page) == []
        skip_step(told, by=Actor.staff(leo), reason="by hand")
