"""Prepared words about goods and money say what the desk knows, and leave open what it does not."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.web.times import day_text
from returns.models import Exchange, Refund
from tests.returns.shortcuts import propose_dear_refund
from tickets.models import Ticket
from tickets.queries.placeholders import filled, gaps_in
from tickets.verbs import perform

pytestmark = pytest.mark.django_db
WORDS = "{carrier_name} {tracking_no}: {refund_amount} {compensation_amount} {label_code}"


def said(ticket, amy, language="zh"):
    return filled(WORDS, ticket, Actor.staff(amy), language)


def test_nothing_is_said_before_there_is_anything(ticket, amy):
    """But for how the order itself was sent."""
    assert said(ticket, amy).startswith("sf SF1000000000001: {refund_amount}")
    assert len(gaps_in(said(ticket, amy))) == 3


def test_the_parcel_and_the_money_of_a_return(stage):
    ticket = propose_dear_refund(stage, 900_000)

    code = ticket.parcels.get().label_code
    assert said(ticket, stage.amy) == f"sf SF1000200030: ¥9,000.00 {{compensation_amount}} {code}"


def test_what_was_declined_is_no_amount(stage):
    ticket = propose_dear_refund(stage, 900_000)
    resolution = ticket.resolutions.get()
    perform(
        ticket,
        "decline_resolution",
        {"resolution": str(resolution.uid), "reason": "Not so"},
        by=Actor.staff(stage.leo),
    )

    assert "{refund_amount}" in said(ticket, stage.amy)


def word(name, ticket, amy, language="en"):
    return filled("{" + name + "}", Ticket.objects.get(pk=ticket.pk), Actor.staff(amy), language)


def test_how_and_until_when_goods_come_back(returning, amy, do):
    assert gaps_in(word("label_code", returning, amy))
    do(amy, returning, "approve")

    assert word("label_code", returning, amy) == returning.parcels.get().label_code
    day = localtime(now() + timedelta(days=15)).date()
    assert word("return_by", returning, amy) == day_text(day)


def test_the_last_day_is_the_seventh_after_delivery(returning, amy):
    delivered = returning.order.delivered_at.astimezone(ZoneInfo("Asia/Shanghai")).date()

    assert word("last_day", returning, amy) == day_text(delivered + timedelta(days=7))


@pytest.mark.parametrize(
    ("class_", "words"),
    [("food", "Food cannot be returned"), ("generic", "Goods may be returned without a reason")],
)
def test_the_clauses_that_decide_are_said(returning, amy, class_, words):
    returning.lines.get().order_line.__class__.objects.update(product_class=class_)

    said = word("policy_clause", returning, amy)
    assert said.startswith(words)
    assert "postage" not in said


def test_where_the_policy_is_silent_something_true_is_said(open_request, amy):
    ticket = open_request(lines=[{"order_line": "2", "quantity": 1}])

    assert word("policy_clause", ticket, amy) == "The time or the conditions for it are not met."


def test_how_long_a_refund_takes(returning, amy):
    assert (word("refund_days", returning, amy), word("refund_days", returning, amy, "zh")) == (
        "1 to 5",
        "1至5",
    )


def test_what_was_done_is_true_at_each_moment(counted, amy, ines, do, answer, advance_clock, drain):
    assert word("what_was_done", counted, amy) == "this is now settled"
    do(ines, counted, "inspect", grade="A")
    do(amy, counted, "refund", amount_minor=1000, reason="A trial")

    coming = "¥10.00 goes back by the original payment method and usually arrives within 1 to 5 working days"
    assert word("what_was_done", counted, amy) == coming
    advance_clock(11)
    drain()
    answer(Refund.objects.get(), "succeeded")
    assert word("what_was_done", counted, amy) == coming.replace("goes back", "has gone back")
    assert word("what_was_done", counted, amy, "zh") == "¥10.00已原路退回，一般1至5个工作日到账"


def test_a_finding_is_said_in_the_inspectors_words_or_as_its_grade(counted, amy, ines, do):
    assert word("inspection_result", counted, amy) == "as recorded at our returns desk"
    do(ines, counted, "inspect", grade="A")

    assert word("inspection_result", counted, amy) == "as new and complete"


def test_missing_units_are_named(ticket, amy, wen, do):
    do(amy, ticket, "approve")
    do(wen, ticket, "receive", lines=[{"line": str(ticket.lines.get().uid), "quantity": 1}])

    assert word("missing_items", ticket, amy) == "白瓷杯 × 1"


@pytest.fixture
def unfounded(open_request, amy, do):
    """A wish for money that is to be turned down, with words that tell why."""
    lines = [{"order_line": "2", "quantity": 1}]
    ticket = open_request(category="compensation_request", requested_resolution="compensation", lines=lines)
    for fields in ({}, {"answer": "Money"}, {}, {"answer": "none"}):
        ticket = do(amy, ticket, "complete_step", **fields)
    assert ticket.step_code == "no"
    return ticket


def test_the_reason_of_a_refusal_is_the_one_that_was_given(unfounded, amy, do):
    """The step that turns a request down tells the customer why, in the words of who did it."""
    ticket = do(amy, unfounded, "reject", reason="物流显示按时送达")

    assert ticket.status == "rejected"
    assert "经核实：物流显示按时送达。" in ticket.messages.latest("id").body


def test_the_words_of_a_step_are_prepared_once_for_its_card(unfounded, page_as, amy):
    client = page_as(amy)
    client.get(f"/tickets/{unfounded.number}")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/tickets/{unfounded.number}")

    assert "经核实：[具体原因]" in page.text
    of_the_reason = [each["sql"] for each in asked if 'JOIN "tickets_reason"' in each["sql"]]
    assert len(of_the_reason) == len(set(of_the_reason)) > 0


@pytest.fixture
def settle(shop_actor, do):
    """`settle(exchange, waybill="SF9")`: the shop has shipped what it was asked for."""

    def confirm(exchange, **shipped):
        told = {"status": "confirmed", "new_order_ref": f"N-{exchange.pk}", **shipped}
        ticket = exchange.resolution.ticket
        return do(shop_actor, ticket, "record_exchange_result", exchange=str(exchange.uid), **told)

    return confirm


def test_a_replacement_never_has_the_waybill_of_the_customers_own_parcel(inspected, amy, do, settle):
    assert word("tracking_no", inspected, amy) == "SF140299135520"
    do(amy, inspected, "exchange")
    assert gaps_in(word("tracking_no", inspected, amy))

    settle(Exchange.objects.get())

    assert word("what_was_done", inspected, amy) == "the replacement is on its way to you"
    assert gaps_in(word("tracking_no", inspected, amy))
    assert word("carrier_name", inspected, amy) == "the carrier"


def test_a_reship_never_has_the_waybill_of_what_was_lost(ticket, amy, do, settle):
    do(amy, ticket, "reship")
    settle(Exchange.objects.get())

    assert word("what_was_done", ticket, amy) == "the goods are on their way to you once more"
    assert gaps_in(word("tracking_no", ticket, amy))


def test_each_has_the_waybill_of_its_own(inspected, amy, ines, wen, do, settle):
    """One mug goes back as it is, the other is exchanged later."""
    mug = str(inspected.lines.get().uid)
    do(amy, inspected, "return_as_is", lines=[{"line": mug, "quantity": 1}])
    do(wen, inspected, "send_back", carrier="yto", waybill="YT1000200077")
    assert word("tracking_no", inspected, amy) == "YT1000200077"
    do(amy, inspected, "exchange", lines=[{"line": mug, "quantity": 1}])
    settle(Exchange.objects.get(), carrier="SF", waybill="SF9")

    assert word("tracking_no", inspected, amy) == "SF9"
    back, replaced = word("what_was_done", inspected, amy).split("; ")
    assert back.endswith("as it is (YTO YT1000200077)")
    assert replaced.endswith("(SF SF9)")


def test_an_amount_is_told_as_a_proposal_with_the_step_that_proposes_it():
    """It may still be declined: what was told must have been true."""
    folder = settings.BASE_DIR / "tickets/sops"
    macros = yaml.safe_load((folder / "macros.yaml").read_text("utf-8"))["macros"]
    bodies = {macro["id"]: macro["body"] for macro in macros}
    procedures = [yaml.safe_load(path.read_text("utf-8")) for path in (folder / "procedures").glob("*.yaml")]
    told = {
        step["params"]["message"]
        for procedure in procedures
        for step in procedure["steps"]
        if step["params"].get("verb") in ("refund.propose", "compensation.propose")
        and "message" in step["params"]
    }

    assert {"refund_proposed", "refund_partial", "price_protect_ok", "compensation_offer"} <= told
    for body in (bodies[code] for code in told):
        if "amount}" in body["en"]:
            assert "We propose" in body["en"]
            assert "Once approved" in body["en"]
            assert "我们拟" in body["zh"]
            assert "以审批结果为准" in body["zh"]
