"""Prepared words about goods and money say what the desk knows, and leave open what it does not."""

import pytest

from aftersales.events.actors import Actor
from tests.returns.shortcuts import propose_dear_refund
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
