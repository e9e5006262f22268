"""The dock's pages, without a script: scan, count, shelve, match; and who has no business there."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aftersales.events.actors import Actor
from returns.actions.receiving import receive_unknown
from returns.models import Parcel
from tests.returns.shortcuts import leave_questions_out
from tickets.models import Attachment, TicketLine


def picture(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (2, 2), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def dock(page_as, wen):
    return page_as(wen)


@pytest.fixture
def unclaimed(shop, wen):
    return receive_unknown(
        shop, by=Actor.staff(wen), waybill="YT123456", unexpected=[{"sku": "MUG", "quantity": 2}]
    )


def test_the_dock_sees_what_is_coming_and_what_is_nobodys(
    dock, shipped, unclaimed, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        page = dock.get("/receive")

    assert page.status_code == 200
    assert shipped.number in page.text
    assert "2 × MUG" in page.text


def test_a_scan_shows_what_to_count(dock, shipped, line):
    page = dock.get("/receive", {"code": "sf 140299135520"})

    assert "In this parcel we expect 2 items" in page.text
    assert f'name="lines-{line.uid}-quantity"' in page.text
    assert "白瓷杯" in page.text


def test_counting_books_in_and_keeps_photos(dock, shipped, line):
    photo = SimpleUploadedFile("box.png", picture(), "image/png")

    answer = dock.post("/receive", {
        "code": "SF140299135520", f"lines-{line.uid}-quantity": "1", "conditions": ["dented", "wet"],
        "unexpected-0-sku": "SPOON", "unexpected-0-quantity": "2", "unexpected-1-sku": "", "unexpected-1-quantity": "1",
        "weight_g": "800", "note": "", "photos": photo,
    })  # fmt: skip

    assert (answer.status_code, answer.url) == (302, "/receive")
    parcel = Parcel.objects.get()
    assert (parcel.state, parcel.conditions, parcel.weight_g) == ("received", ["dented", "wet"], 800)
    assert list(parcel.items.order_by("id").values_list("sku", "received")) == [("MUG", 1), ("SPOON", 2)]
    assert Attachment.objects.get().name == "box.png"


def test_too_many_is_refused_in_place_and_what_was_typed_is_kept(dock, shipped, line):
    answer = dock.post("/receive", {"code": "SF140299135520", f"lines-{line.uid}-quantity": "5"})

    assert answer.status_code == 422
    assert "at most 2 possible" in answer.text
    assert 'value="5"' in answer.text
    assert Parcel.objects.get().state == "in_transit"


def test_a_parcel_that_is_here_offers_another_box(dock, received):
    page = dock.get("/receive", {"code": "SF140299135520"})

    assert "This parcel is here already" in page.text
    assert "another_box=1" in page.text


def test_an_inspector_goes_on_to_inspect(page_as, ines, shipped, line):
    answer = page_as(ines).post("/receive", {"code": shipped.number, f"lines-{line.uid}-quantity": "2"})

    assert answer.url == f"/inspect/{shipped.number}"


def test_who_counted_need_not_confirm_the_count(dock, shipped, line, leo):
    leave_questions_out(shipped, leo)

    dock.post("/receive", {"code": shipped.number, f"lines-{line.uid}-quantity": "2"})

    assert TicketLine.objects.get().received == 2
    shipped.refresh_from_db()
    assert shipped.step_code != "recv"


def test_a_request_whose_return_is_not_approved_says_so(dock, ticket):
    page = dock.get("/receive", {"code": ticket.number})

    assert "its return is not approved" in page.text


def test_an_unknown_code_is_shelved(dock, shop):
    page = dock.get("/receive", {"code": "YT999999"})
    assert "Nobody announced" in page.text
    assert 'type="file"' not in page.text  # no request would keep a photo yet

    answer = dock.post("/receive/unclaimed", {
        "code": "YT999999", "shop": shop.code, "carrier": "YTO", "unexpected-0-sku": "MUG",
        "unexpected-0-quantity": "1",
    })  # fmt: skip

    assert answer.status_code == 302
    parcel = Parcel.objects.get()
    assert (parcel.ticket, parcel.waybill, parcel.carrier, parcel.items.count()) == (
        None,
        "YT999999",
        "yto",
        1,
    )


def test_an_unclaimed_parcel_finds_its_request(dock, approved, unclaimed, line):
    page = dock.get(f"/receive/unclaimed/{unclaimed.uid}", {"ticket": approved.number})
    assert f"lines-{line.uid}-quantity" in page.text

    answer = dock.post(f"/receive/unclaimed/{unclaimed.uid}", {
        "ticket": approved.number, f"lines-{line.uid}-quantity": "2",
    })  # fmt: skip

    assert answer.status_code == 302
    assert Parcel.objects.get(pk=unclaimed.pk).ticket == approved
    assert TicketLine.objects.get().received == 2


def test_a_parcel_of_a_request_that_waits_for_nothing_is_not_matched(dock, ticket, unclaimed):
    page = dock.get(f"/receive/unclaimed/{unclaimed.uid}", {"ticket": ticket.number})

    assert "waits for no goods" in page.text


@pytest.mark.parametrize("name", ["amy", "finn", "audrey"])
def test_the_dock_is_for_those_who_work_there(name, stage, page_as):
    assert page_as(getattr(stage, name)).get("/receive").status_code == 403


def test_another_shops_parcels_are_not_there(stage, page_as, shipped, unclaimed):
    stage.bob.role = "warehouse"
    stage.bob.save()
    stranger = page_as(stage.bob)

    assert shipped.number not in stranger.get("/receive").text
    assert "Nobody announced" in stranger.get("/receive", {"code": "SF140299135520"}).text
    assert stranger.get(f"/receive/unclaimed/{unclaimed.uid}").status_code == 404
    assert stranger.get(f"/parcels/{Parcel.objects.get(ticket=shipped).uid}/label.pdf").status_code == 404


def test_the_label_is_shown_in_the_browser(page_as, amy, approved):
    answer = page_as(amy).get(f"/parcels/{Parcel.objects.get().uid}/label.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_dock_speaks_chinese(dock, wen, shipped):
    wen.language = "zh-hans"
    wen.save()

    assert "这个包裹应有 2 件" in dock.get("/receive", {"code": shipped.number}).text


def test_the_dock_cannot_leave_out_the_photos(dock, returning, amy, do):
    """Of what is all here; of a part it may."""
    do(amy, returning, "approve")
    counted = {"code": returning.number, f"lines-{returning.lines.get().uid}-quantity": "1"}
    assert "2 photos are needed when all is here." in dock.get("/receive", {"code": returning.number}).text

    refused = dock.post("/receive", counted | {"note": "A dent"})
    assert refused.status_code == 409
    assert "“Unpack and count” needs 2 photos; 0 are here." in refused.text
    assert "A dent" in refused.text
    assert Parcel.objects.get().state == "planned"

    files = {"photo-1": shot(), "photo-2": shot("blue")}
    assert dock.post("/receive", counted | files).status_code == 302
    returning.refresh_from_db()
    assert returning.step_code == "insp"


def test_photos_of_the_first_box_are_of_the_count_that_follows_the_last(dock, open_request, amy, do):
    lines = [{"order_line": "1", "quantity": 2, "reason": "c_no_reason"}]
    ticket = do(amy, open_request(category="no_reason_return", lines=lines), "approve")
    for number in (1, 2):
        box = {"code": ticket.number, f"lines-{ticket.lines.get().uid}-quantity": "1", "another_box": "1"}
        assert (
            dock.post("/receive", box | {"photo-1": shot("red" if number == 1 else "blue")}).status_code
            == 302
        )

    ticket.refresh_from_db()
    assert ticket.step_code == "insp"
    assert ticket.parcels.filter(state="received").count() == 2


def shot(colour="red"):
    return SimpleUploadedFile("box.png", picture(colour), "image/png")


def test_a_refusal_keeps_the_photos_and_all_that_was_said_of_the_box(dock, returning, amy, do):
    do(amy, returning, "approve")
    counted = {"code": returning.number, f"lines-{returning.lines.get().uid}-quantity": "1"}
    said = {"conditions": "wet", "unexpected-0-sku": "SPOON", "unexpected-0-quantity": "3", "weight_g": "abc"}

    refused = dock.post("/receive", counted | said | {"photo-1": shot(), "photo-2": shot("blue")})
    assert refused.status_code == 422
    assert "Weight in grams: Enter a whole number." in refused.text
    assert 'id="weight-wrong"' in refused.text
    assert "2 photos are here" in refused.text
    assert 'value="wet" checked' in refused.text
    assert 'value="SPOON"' in refused.text
    assert 'value="3"' in refused.text
    assert Parcel.objects.get().state == "planned"

    assert dock.post("/receive", counted | {"weight_g": "800"}).status_code == 302
    returning.refresh_from_db()
    assert returning.step_code == "insp"
    assert Attachment.objects.filter(step_code="recv").count() == 2


def test_an_orders_number_finds_the_request_that_awaits_its_goods(dock, approved, line):
    for code in (approved.order.number, approved.order.external_id):
        page = dock.get("/receive", {"code": code.lower()}).text

        assert "In this parcel we expect 2 items" in page
        assert f'name="lines-{line.uid}-quantity"' in page


def test_an_order_of_which_nothing_is_awaited_says_so(dock, received):
    for_nothing = dock.get("/receive", {"code": received.order.number}).text

    assert "no request of it awaits goods" in for_nothing
    assert "Nobody announced" not in for_nothing


def test_an_order_with_several_requests_asks_which(dock, approved, returning, amy, do):
    other = do(amy, returning, "approve")

    page = dock.get("/receive", {"code": approved.order.number}).text

    for number in (approved.number, other.number):
        assert f"?code={number}" in page
    assert "which is it?" in page


def test_another_shops_order_is_not_known(stage, page_as, approved):
    stage.bob.role = "warehouse"
    stage.bob.save()

    assert "Nobody announced" in page_as(stage.bob).get("/receive", {"code": approved.order.number}).text
