"""A request carried from first word to survey over REST, each step by the one whose it is."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.factories import order_body, ticket_body
from tickets.models import OrderLine

pytestmark = pytest.mark.django_db


def photo(color):
    out = io.BytesIO()
    Image.new("RGB", (20, 20), color).save(out, "PNG")
    return SimpleUploadedFile("photo.png", out.getvalue())


class Desk:
    """Everybody's client by name."""

    def act(self, who, number, verb, **body):
        """Run a verb, and say what went wrong."""
        answer = getattr(self, who).post(f"/tickets/{number}/actions/{verb}", body)
        assert answer.status_code == 200, (verb, answer.json())
        return answer.json()

    def show(self, number, step):
        """The two photos that a step asks for."""
        for color in ("red", "green"):
            upload = {"file": photo(color), "step": step}
            assert self.shop.upload(f"/tickets/{number}/attachments", upload).status_code == 201


@pytest.fixture
def desk(api, api_as, amy, wen, ines, finn, leo):
    desk = Desk()
    desk.shop = api
    for person in (amy, wen, ines, finn, leo):
        setattr(desk, person.username, api_as(person))
    assert desk.shop.put("/orders/O-1", order_body()).status_code == 201
    return desk


def to_the_label(desk, **changes):
    """A request of quality_other up to the step that approves the return."""
    number = desk.shop.post("/tickets", ticket_body(**changes)).json()["number"]
    desk.act("amy", number, "take")
    desk.act("amy", number, "complete_step", step="hello")
    for color in ("red", "green", "blue"):
        assert desk.shop.upload(f"/tickets/{number}/attachments", {"file": photo(color)}).status_code == 201
    desk.act("amy", number, "complete_step", step="evid")
    body = desk.act("amy", number, "complete_step", step="diagnose", answer="not_solved")
    assert body["next_step"]["id"] == "label"
    return number


def test_goods_cannot_be_resolved_before_their_time(desk):
    number = to_the_label(desk)

    early = desk.amy.post(f"/tickets/{number}/actions/refund", {})

    assert early.status_code == 409


def test_a_return_goes_all_the_way_to_the_money(desk, drain, advance_clock):
    number = to_the_label(desk)
    body = desk.act("amy", number, "approve")
    assert (body["stage"], body["waiting_on"], body["lines"][0]["authorised"]) == ("receive", "customer", 2)

    desk.act("amy", number, "ship", carrier="sf", waybill="SF2000000000001")
    body = desk.act("wen", number, "receive")
    assert body["lines"][0]["received"] == 2
    assert body["next_step"]["id"] == "recv"
    bare = desk.wen.post(f"/tickets/{number}/actions/complete_step", {"step": "recv", "answer": "pass"})
    assert (bare.status_code, bare.json()["code"]) == (409, "photos_missing")
    desk.show(number, "recv")
    body = desk.act("wen", number, "complete_step", step="recv", answer="pass")
    assert (body["stage"], body["next_step"]["id"]) == ("inspect", "insp")

    line = body["lines"][0]["id"]
    desk.show(number, "insp")
    body = desk.act(
        "ines", number, "inspect", line=line, quantity=2, grade="C", fault="yes",
        disposition="scrap", finding="Rim chipped.",
    )  # fmt: skip
    assert (body["stage"], body["next_step"]["id"]) == ("resolve", "outcome")
    desk.act("amy", number, "complete_step", step="outcome", answer="refund")
    body = desk.act("amy", number, "refund")
    assert body["next_step"]["id"] == "inv"
    body = desk.act("finn", number, "complete_step", step="inv", answer="done")
    assert (body["next_step"]["id"], body["waiting_on"]) == ("settled", "platform")

    advance_clock(11)
    drain()
    refunds = desk.shop.get("/refunds", {"status": "requested"}).json()["results"]
    assert [refund["amount_minor"] for refund in refunds] == [6667]
    paid = {"status": "succeeded", "gateway_refund_id": "g-1"}
    assert desk.shop.post(f"/refunds/{refunds[0]['id']}/result", paid).status_code in (200, 201)
    done = desk.act("amy", number, "resolve")

    assert (done["stage"], done["status"], done["outcome"]) == ("done", "resolved", "refund")
    line = OrderLine.objects.get(external_id="1")
    assert (line.claimed, line.consumed, line.refunded_minor) == (0, 2, 6667)
