"""Approving: what is authorised, what is released, the label that follows, and who may overrule the policy."""

import pytest

from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.web.problems import InvalidFields
from returns.forms import ApproveForm
from returns.models import Parcel
from tests.factories import order_body
from tickets.models import OrderLine, Reason, Ticket

pytestmark = pytest.mark.usefixtures("sound")


def test_approving_authorises_all_and_issues_a_label(ticket, amy, do, counters, buckets, kinds_of):
    ticket = do(amy, ticket, "approve")

    parcel = Parcel.objects.get(ticket=ticket)
    assert counters(ticket, "authorised", "claimed") == (2, 2)
    assert (parcel.state, parcel.direction, parcel.freight_payer) == ("planned", "in", "shop")
    assert [(item.sku, item.expected) for item in parcel.items.all()] == [("MUG", 2)]
    assert buckets(ticket) == {"customer": 2}
    assert ticket.goods_expected
    assert kinds_of(ticket)[-2:] == ["ticket.approve", "parcel.issue_label"]


def test_approving_a_part_releases_the_rest(ticket, line, amy, do, counters):
    do(amy, ticket, "approve", lines=[{"line": str(line.uid), "quantity": 1}])

    assert counters(ticket, "authorised", "claimed") == (1, 1)
    assert OrderLine.objects.get(pk=line.order_line_id).claimed == 1


def test_approving_without_goods_issues_no_label(ticket, amy, do, counters, buckets):
    ticket = do(amy, ticket, "approve", goods_back=False)

    assert counters(ticket, "authorised", "claimed") == (2, 2)
    assert not ticket.goods_expected
    assert not Parcel.objects.exists()
    assert buckets(ticket) == {}


def test_approving_more_than_asked_for_is_refused(ticket, line, amy, do):
    with pytest.raises(InvalidFields, match="3 wanted, at most 2 possible"):
        do(amy, ticket, "approve", lines=[{"line": str(line.uid), "quantity": 3}])


def test_approving_nothing_is_refused(ticket, line, amy, do):
    with pytest.raises(NotPossible, match="nothing to approve"):
        do(amy, ticket, "approve", lines=[{"line": str(line.uid), "quantity": 0}])


def test_goods_that_were_not_delivered_cannot_come_back(open_request, amy, do):
    ticket = open_request({"deliveries": [], "status": "paid"})

    with pytest.raises(NotPossible, match="the customer has 0") as refusal:
        do(amy, ticket, "approve")

    assert refusal.value.code == "not_delivered"
    do(amy, ticket, "approve", goods_back=False)


def test_what_the_policy_denies_a_supervisor_allows_with_a_reason(open_request, amy, leo, do):
    lines = order_body()["lines"]
    lines[0]["product_class"] = "food"
    reason = Reason.objects.filter(group="changed_mind").first().code
    asked = [{"order_line": "1", "quantity": 1, "reason": reason}]
    ticket = open_request({"lines": lines}, category="no_reason_return", lines=asked)

    with pytest.raises(NotAllowed, match="Food cannot be returned"):
        do(amy, ticket, "approve")
    with pytest.raises(Invalid, match="Say why it is approved anyway"):
        do(leo, ticket, "approve")
    assert do(leo, ticket, "approve", reason="Goodwill for a regular").goods_expected


@pytest.mark.parametrize("name", ["wen", "ines", "audrey", "quinn"])
def test_approving_is_for_the_desk(name, ticket, stage, do):
    with pytest.raises(NotAllowed):
        do(getattr(stage, name), ticket, "approve")


def test_a_stranger_finds_no_request_to_approve(ticket, bob):
    assert not Ticket.objects.visible_to(Actor.staff(bob)).exists()


@pytest.fixture
def to_look_at(open_request, amy, leo, do):
    """Money was asked for; the step that approves says that the shirt is to be looked at."""

    def at_the_step(wish):
        lines = [{"order_line": "2", "quantity": 1, "reason": "q_surface"}]
        ticket = open_request(category="quality_apparel", requested_resolution=wish, lines=lines)
        for person, verb, fields in (
            (amy, "complete_step", {}),
            (leo, "skip_step", {"reason": "Known"}),
            (amy, "complete_step", {"answer": "new"}),
            (amy, "complete_step", {"answer": "unclear"}),
        ):
            ticket = do(person, ticket, verb, **fields)
        assert ticket.step_code == "label"
        return ticket

    return at_the_step


def test_the_procedure_may_have_the_goods_back_whatever_was_wished(to_look_at, amy, do):
    assert do(amy, to_look_at("refund_only"), "approve").goods_expected


def test_what_the_step_gives_is_chosen_beforehand_wherever_it_is_asked(to_look_at, page_as, amy):
    ticket = to_look_at("refund_only")
    chosen = '<option value="true" selected>'

    assert page_as(amy).get(f"/tickets/{ticket.number}").text.count(chosen) == 1
    assert page_as(amy).get(f"/tickets/{ticket.number}?do=approve").text.count(chosen) == 2


def test_who_approves_may_choose_otherwise(returning, amy, do):
    assert not do(amy, returning, "approve", goods_back=False).goods_expected


def test_what_the_category_needs_is_chosen_beforehand(ticket, amy):
    """In the form that stands apart from any step."""
    form = ApproveForm(ticket=ticket, actor=amy)

    assert form["goods_back"].value() is True
    ticket.category.needs_goods = "never"
    assert ApproveForm(ticket=ticket, actor=amy)["goods_back"].value() is False
