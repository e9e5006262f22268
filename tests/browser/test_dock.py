"""The dock's day in a browser: a parcel scanned and counted, inspected, decided on; with and without scripts."""

import pytest
from playwright.sync_api import expect

from aftersales.events.actors import Actor
from returns.models import Inspection, Parcel, Resolution
from tests.returns.shortcuts import leave_questions_out
from tickets.models import Ticket
from tickets.verbs import perform

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def do():
    return lambda person, ticket, verb, **fields: perform(
        Ticket.objects.get(pk=ticket.pk), verb, fields, by=Actor.staff(person)
    )


@pytest.fixture
def shipped(ticket, amy, leo, do):
    do(amy, ticket, "approve")
    do(amy, ticket, "ship", carrier="sf", waybill="SF140299135520")
    return leave_questions_out(ticket, leo)


@pytest.fixture
def received(shipped, wen, do):
    return do(wen, shipped, "receive")


def test_a_parcel_is_scanned_counted_and_received(browse, shipped, wen):
    page = browse(wen, "/receive", width=820, height=1180)

    page.keyboard.type("SF140299135520\n")
    expect(page.get_by_role("heading", name="In this parcel we expect 2 items")).to_be_visible()
    page.get_by_role("button", name="One less").click()
    page.get_by_text("Box dented").click()
    page.get_by_role("button", name="Received", exact=True).click()

    expect(page.get_by_text(f"Received for request {shipped.number}")).to_be_visible()
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.conditions, parcel.items.get().received) == ("received", ["dented"], 1)


def test_a_long_choice_stays_within_a_phone(browse, received, ines):
    page = browse(ines, f"/inspect/{received.number}", width=390, height=844)

    choice = page.locator(".check .seg label > span").first
    choice.evaluate("at => { at.textContent = 'Opened, all of it there, and fit to be sold once more'; }")

    box = choice.bounding_box()
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_goods_are_inspected_without_scripts(browse, received, ines):
    page = browse(ines, f"/inspect/{received.number}", width=820, height=1180, scripts=False)

    for answer in ("Intact", "As new", "Not tested"):
        page.get_by_text(answer, exact=True).first.click()
    for question in ("label_match", "accessories"):
        page.locator(f'.seg:has([name="answers-{question}"]) >> text=Yes').click()
    page.locator('.seg:has([name="answers-misuse"]) >> text=No').click()
    page.locator('[name="answers-finding"]').fill("Nothing to be seen")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("A: as new and complete")).to_be_visible()
    assert Inspection.objects.get().grade == "A"


def test_a_resolution_is_chosen_from_the_options(browse, received, ines, amy, do):
    do(ines, received, "inspect", grade="A")
    page = browse(amy, f"/resolve/{received.number}", width=1440, height=1000)

    page.get_by_role("radio", name="Repair").check()
    page.get_by_label("Fault, for a repair").fill("Handle loose")
    page.get_by_role("button", name="Propose it").click()

    expect(page.get_by_text("Proposed: Repair", exact=True)).to_be_visible()
    assert Resolution.objects.get().repair.fault == "Handle loose"
