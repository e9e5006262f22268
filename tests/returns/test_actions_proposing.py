"""Proposals: which units are free, limits and the second pair of eyes, a mix per line, the customer's yes."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.web.problems import InvalidFields
from returns.models import Resolution
from staff.models import Notification
from tests.returns.shortcuts import leave_questions_out
from tickets.registry import answer_of

pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture
def kettle(open_request):
    """A refund of the kettle, 299.00: over an agent's limit."""
    return open_request(lines=[{"order_line": "2", "quantity": 1}], external_id="kettle")


@pytest.fixture
def proposed(kettle, amy, do):
    return do(amy, kettle, "refund")


def test_over_the_agents_limit_a_supervisor_is_asked(proposed, stage):
    resolution = Resolution.objects.get()
    assert (resolution.state, resolution.approver_role) == ("proposed", "supervisor")
    assert answer_of("resolutions_approved", proposed).value == "fail"
    asked = Notification.objects.filter(kind="approval").values_list("user__username", flat=True)
    assert set(asked) == {"leo", "mona"}


def test_a_supervisor_approves_what_an_agent_proposed(proposed, leo, do):
    ticket = do(leo, proposed, "approve_resolution")

    resolution = Resolution.objects.get()
    assert (resolution.state, resolution.approved_by) == ("approved", leo)
    assert answer_of("resolutions_approved", ticket).value == "pass"


def test_nobody_approves_their_own_proposal(kettle, leo, mona, do):
    do(leo, kettle, "refund")

    with pytest.raises(NotAllowed):
        do(leo, kettle, "approve_resolution")
    do(mona, kettle, "approve_resolution")


@pytest.mark.parametrize("name", ["amy", "wen", "ines", "audrey", "ada"])
def test_approving_needs_the_role(name, proposed, stage, do):
    with pytest.raises(NotAllowed):
        do(getattr(stage, name), proposed, "approve_resolution")


def test_what_a_system_proposes_a_person_approves(ticket, shop_actor, leo, do):
    do(shop_actor, ticket, "refund", lines=None)

    assert Resolution.objects.get().approver_role == "supervisor"
    with pytest.raises(NotAllowed):
        do(shop_actor, ticket, "approve_resolution")
    do(leo, ticket, "approve_resolution")


def test_a_currency_without_limits_goes_to_finance(open_request, amy, leo, finn, do):
    ticket = open_request({"currency": "JPY"})
    do(amy, ticket, "refund")

    with pytest.raises(NotAllowed):
        do(leo, ticket, "approve_resolution")
    do(finn, ticket, "approve_resolution")


def test_declining_frees_money_and_units(proposed, leo, do):
    ticket = do(leo, proposed, "decline_resolution", reason="Repair first")

    resolution = Resolution.objects.get()
    order = ticket.order
    order.refresh_from_db()
    assert (resolution.state, resolution.decision_note) == ("declined", "Repair first")
    assert order.refund_reserved_minor == 0
    assert not ticket.holds.filter(released_at=None).exists()
    do(leo, ticket, "refund")


def test_the_customer_is_asked_first(ticket, amy, leo, do):
    ticket = do(amy, ticket, "refund", ask_customer=True)
    assert ticket.waiting_on == "customer"
    with pytest.raises(NotPossible, match="has not said yes"):
        do(leo, ticket, "approve_resolution")

    do(amy, ticket, "accept_proposal")

    assert Resolution.objects.get().state == "approved"


def test_nothing_is_decided_before_goods_are_here_and_seen(shipped, amy, wen, do):
    with pytest.raises(NotPossible, match="here"):
        do(amy, shipped, "refund")
    do(wen, shipped, "receive")
    with pytest.raises(NotPossible, match="inspected first"):
        do(amy, shipped, "refund")


def test_units_are_decided_once(inspected, line, amy, do):
    one = [{"line": str(line.uid), "quantity": 1}]
    do(amy, inspected, "refund", lines=one)

    with pytest.raises(InvalidFields, match="at most 1"):
        do(amy, inspected, "exchange", lines=[{"line": str(line.uid), "quantity": 2}])
    do(amy, inspected, "exchange", lines=one)
    with pytest.raises(NotPossible, match="decided already"):
        do(amy, inspected, "exchange", lines=one)


def test_a_repair_needs_the_goods_here(ticket, amy, do):
    with pytest.raises(NotPossible, match="not here"):
        do(amy, ticket, "repair")


def test_a_mix_is_proposed_together_or_not_at_all(inspected, line, amy, do):
    uid = str(line.uid)
    with pytest.raises(Invalid, match="0 free"):
        do(amy, inspected, "decide", lines=[
            {"line": uid, "quantity": 2, "resolution": "refund"},
            {"line": uid, "quantity": 1, "resolution": "exchange"},
        ])  # fmt: skip
    assert not Resolution.objects.exists()

    do(amy, inspected, "decide", lines=[
        {"line": uid, "quantity": 1, "resolution": "refund"},
        {"line": uid, "quantity": 1, "resolution": "exchange"},
    ])  # fmt: skip

    assert set(Resolution.objects.values_list("kind", "state")) == {
        ("refund", "approved"),
        ("exchange", "approved"),
    }


def test_a_mix_names_resolutions_that_there_are(inspected, line, amy, do):
    with pytest.raises(InvalidFields, match="A resolution is one of"):
        do(amy, inspected, "decide", lines=[{"line": str(line.uid), "quantity": 1, "resolution": "gift"}])


def test_a_compensation_is_money_without_units(ticket, amy, do):
    ticket = do(amy, ticket, "compensate", amount="20.00", reason="Two weeks late")

    resolution = Resolution.objects.get()
    assert (resolution.kind, resolution.amount_minor, resolution.items.count()) == ("compensation", 2000, 0)
    assert resolution.refund.state == "approved"


def test_a_compensation_above_what_was_captured_is_refused(ticket, amy, do):
    with pytest.raises(NotPossible, match=r"leave ¥399\.00"):
        do(amy, ticket, "compensate", amount_minor=39901, reason="Too much")


@pytest.mark.parametrize("name", ["wen", "ines", "audrey", "quinn"])
def test_proposing_is_for_the_desk(name, ticket, stage, do):
    with pytest.raises(NotAllowed):
        do(getattr(stage, name), ticket, "refund")


def test_a_step_is_not_approved_over_the_head_of_its_proposal(open_request, amy, leo, do):
    """The procedure's approval waits for the proposal's own, which has limits and a second person."""
    lines = [{"order_line": "2", "quantity": 1}]
    ticket = open_request(category="parcel_lost", requested_resolution="refund_only", lines=lines)
    leave_questions_out(ticket, leo)
    do(leo, ticket, "complete_step", answer="refund")
    do(amy, ticket, "refund")

    with pytest.raises(NotPossible, match="The proposal itself waits"):
        do(leo, ticket, "complete_step", answer="approved")

    ticket = do(leo, ticket, "approve_resolution")
    assert ticket.step_code != "refok"
