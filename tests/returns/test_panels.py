"""The boxes of the request's page: goods and parcels, what is done for the customer, money only for some."""

import pytest

from returns.models import Refund, Resolution


@pytest.fixture
def kettle(open_request, amy, do):
    """A refund of 299.00 that waits for a supervisor."""
    ticket = open_request(lines=[{"order_line": "2", "quantity": 1}], external_id="kettle")
    return do(amy, ticket, "refund", reason="Leaks")


def test_goods_are_hidden_while_none_are_to_come(ticket, page_as, amy):
    assert 'id="goods"' not in page_as(amy).get(f"/tickets/{ticket.number}").text


def test_goods_show_parcels_counters_and_findings(inspected, page_as, amy):
    page = page_as(amy).get(f"/tickets/{inspected.number}").text

    assert 'id="goods"' in page
    for words in ("to us: received", "SF", "A: as new and complete", "As new"):
        assert words in page


def test_the_label_is_one_click_away(approved, page_as, amy):
    assert "/label.pdf" in page_as(amy).get(f"/tickets/{approved.number}").text


def test_a_supervisor_approves_from_the_page(kettle, page_as, leo):
    session = page_as(leo)
    page = session.get(f"/tickets/{kettle.number}").text
    assert "¥299.00" in page
    assert f"/tickets/{kettle.number}/approve_resolution" in page

    answer = session.post(
        f"/tickets/{kettle.number}/approve_resolution", {"resolution": Resolution.objects.get().uid}
    )

    assert answer.status_code == 302
    assert Refund.objects.get().state == "approved"
    assert f"/tickets/{kettle.number}/undo" in session.get(f"/tickets/{kettle.number}").text


def test_who_proposed_sees_no_button_to_approve(kettle, page_as, amy):
    page = page_as(amy).get(f"/tickets/{kettle.number}").text

    assert f"/tickets/{kettle.number}/approve_resolution" not in page
    assert "waits for: Supervisor" in page


def test_the_dock_sees_the_resolution_without_its_money(kettle, page_as, wen):
    page = page_as(wen).get(f"/tickets/{kettle.number}").text

    assert 'id="resolution"' in page
    assert "299.00" not in page


def test_the_preview_adds_up_line_by_line(ticket, page_as, amy):
    page = page_as(amy).get(f"/tickets/{ticket.number}").text

    assert "2 of 3 units that cost ¥100.00" in page
    assert "¥66.67" in page
