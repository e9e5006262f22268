"""A part of a request goes on by itself; the order's counts stay as they are."""

import pytest

from aftersales import invariants
from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import SYSTEM, ticket_body
from tickets.actions.conversation import hear_customer, reply_to_customer, withdraw_message
from tickets.actions.holds import place_hold
from tickets.actions.intake import open_ticket
from tickets.actions.marking import tag_ticket
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.actions.splitting import split_ticket
from tickets.models import Category, Message, OrderLine, Relation, Ticket
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
BOTH = [
    {"order_line": "1", "quantity": 3, "reason": "q_surface", "serials": ["M1"]},
    {"order_line": "2", "quantity": 1, "reason": "q_function"},
]


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    assert invariants.broken() == {}


@pytest.fixture
def whole(shop, order):
    return open_ticket(shop, read_ticket(ticket_body(lines=BOTH)), by=SYSTEM)[0]


@pytest.fixture
def agent(amy):
    return Actor.staff(amy)


def row(ticket, sku, quantity):
    return {"line": ticket.lines.get(order_line__sku=sku), "quantity": quantity}


def part_of(ticket):
    return Relation.objects.get(other=ticket, kind="split_from").ticket


def units(ticket):
    return sorted(ticket.lines.values_list("order_line__sku", "quantity", "claimed"))


def test_a_share_of_a_line_and_a_whole_line_go(whole, agent):
    kettle = whole.lines.get(order_line__sku="KETTLE")
    rows = [row(whole, "KETTLE", 1), row(whole, "MUG", 1)]

    split_ticket(whole, by=agent, lines=rows, subject="The kettle and a mug")

    part = part_of(whole)
    assert (units(whole), units(part)) == ([("MUG", 2, 2)], [("KETTLE", 1, 1), ("MUG", 1, 1)])
    assert part.lines.get(order_line__sku="KETTLE").uid == kettle.uid
    assert part.lines.get(order_line__sku="MUG").reason.code == "q_surface"
    assert list(OrderLine.objects.order_by("pk").values_list("claimed", flat=True)) == [3, 1]
    whole.refresh_from_db()
    assert (part.subject, part.value_minor + whole.value_minor) == ("The kettle and a mug", 39899)


def test_the_part_has_a_run_and_clocks_of_its_own_and_is_as_old_as_the_whole(
    whole, agent, advance_clock, amy
):
    reply_to_customer(whole, by=agent, body="We look into it.")
    tag_ticket(whole, by=agent, tag="vip")
    advance_clock(hours=5)

    split_ticket(
        whole, by=agent, lines=[row(whole, "KETTLE", 1)], category=Category.objects.get(code="usage_help")
    )

    part, whole = part_of(whole), Ticket.objects.get(pk=whole.pk)
    assert (part.category.code, part.tags, part.customer) == ("usage_help", ["vip"], whole.customer)
    assert part.runs.get().state == whole.runs.get().state == "running"
    resolution = part.clocks.get(target="resolution")
    assert resolution.started_at == whole.created_at
    assert not part.clocks.filter(target="first_response").exists()
    kinds = list(Event.objects.filter(stream=part.stream).order_by("seq").values_list("kind", flat=True))
    assert kinds[:2] == ["ticket.open", "ticket.split_off"]
    assert Event.objects.get(kind="ticket.split").data == {"number": part.number, "units": 1}


def said(ticket):
    ticket.refresh_from_db()
    return ticket.first_responded_at, ticket.last_reply_at, ticket.last_customer_message_at


def said_by(agent, ticket, body):
    reply_to_customer(ticket, by=agent, body=body)
    return Message.objects.latest("id")


@pytest.fixture
def part(whole, agent, advance_clock):
    """Split off from a request where the customer wrote again and was answered again."""
    advance_clock(minutes=5)
    reply_to_customer(whole, by=agent, body="We look into it.")
    advance_clock(hours=2)
    hear_customer(whole, by=SYSTEM, body="And?")
    advance_clock(minutes=5)
    reply_to_customer(whole, by=agent, body="Tomorrow.")
    advance_clock(hours=5)
    split_ticket(whole, by=agent, lines=[row(whole, "KETTLE", 1)])
    return part_of(whole)


def test_an_undo_on_a_part_leaves_what_was_said_before_the_split(whole, part, agent, advance_clock):
    before = said(part)
    assert before == said(whole)
    advance_clock(minutes=5)
    reply_to_customer(part, by=agent, body="Oops.")

    withdraw_message(Message.objects.latest("id"), by=agent)

    assert said(part) == before
    assert not part.clocks.filter(target__in=("first_response", "next_response"), state="running").exists()


def test_a_part_that_takes_another_in_keeps_what_was_said_before_the_split(whole, part, agent, shop):
    before = said(part)
    source = open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]

    merge_ticket(source, by=agent, into=part)
    assert said(part)[:2] == before[:2]
    assert said(part)[2] == source.created_at  # its words are not answered yet
    unmerge_ticket(source, by=agent)

    assert said(part) == before


def test_an_undo_after_the_split_is_so_for_the_part_and_for_its_parts(whole, agent, advance_clock):
    advance_clock(minutes=5)
    first = said_by(agent, whole, "We look into it.")
    advance_clock(hours=1)
    last = said_by(agent, whole, "Tomorrow.")
    split_ticket(whole, by=agent, lines=[row(whole, "MUG", 2)])
    part = part_of(whole)
    split_ticket(part, by=agent, lines=[row(part, "MUG", 1)])
    smaller = part_of(part)
    assert said(smaller)[:2] == said(whole)[:2]

    withdraw_message(last, by=agent)

    for ticket in (whole, part, smaller):
        assert said(ticket)[:2] == (first.created_at, first.created_at)


def test_an_undo_of_the_only_answer_leaves_the_part_unanswered(whole, agent, advance_clock):
    advance_clock(minutes=5)
    only = said_by(agent, whole, "We look into it.")
    split_ticket(whole, by=agent, lines=[row(whole, "KETTLE", 1)])
    part = part_of(whole)
    into = open_ticket(whole.shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]
    merge_ticket(part, by=agent, into=into)
    assert said(into)[0] is not None

    withdraw_message(only, by=agent)

    assert [said(ticket)[:2] for ticket in (whole, part, into)] == [(None, None)] * 3
    assert "last_reply_at" in Relation.objects.get(kind="split_from").kept


def test_an_undo_leaves_parts_alone_that_went_before(whole, part, agent, advance_clock):
    before = said(part)
    late = said_by(agent, whole, "One more thing.")

    withdraw_message(late, by=agent)

    assert said(part) == before


def test_what_was_said_before_the_split_goes_with_the_part(whole, part, agent, shop):
    into = open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0]
    alone = said(into)

    merge_ticket(part, by=agent, into=into)
    assert said(into)[:2] == (into.created_at, said(whole)[1])  # nothing is answered before it is asked
    unmerge_ticket(part, by=agent)

    assert said(into) == alone


def test_something_has_to_go_and_to_stay_and_no_more_can_go_than_is_here(whole, agent):
    with pytest.raises(Invalid, match="Say which lines") as refused:
        split_ticket(whole, by=agent, lines=[])
    assert refused.value.field == "lines"
    with pytest.raises(Invalid, match="at least one unit"):
        split_ticket(whole, by=agent, lines=[row(whole, "KETTLE", 1), row(whole, "MUG", 3)])
    with pytest.raises(Invalid, match="2 wanted, at most 1") as refused:
        split_ticket(whole, by=agent, lines=[row(whole, "KETTLE", 2)])
    assert refused.value.field == "lines"
    assert not Relation.objects.exists()


def test_agreed_goods_and_what_the_desk_waits_for_stay_together(whole, agent):
    hold = place_hold(whole, "refund under way", by=SYSTEM, is_manual=False)
    with pytest.raises(NotPossible, match="refund under way"):
        split_ticket(whole, by=agent, lines=[row(whole, "MUG", 1)])
    hold.delete()
    Ticket.objects.filter(pk=whole.pk).update(goods_expected=True)

    with pytest.raises(NotPossible, match="stays on its own"):
        split_ticket(whole, by=agent, lines=[row(whole, "MUG", 1)])


def test_serials_stay_unless_the_whole_line_goes(whole, agent):
    split_ticket(whole, by=agent, lines=[row(whole, "MUG", 1)])
    assert [ticket.lines.get(order_line__sku="MUG").serials for ticket in (whole, part_of(whole))] == [
        ["M1"],
        [],
    ]

    split_ticket(whole, by=agent, lines=[row(whole, "MUG", 2)])
    assert Relation.objects.latest("id").ticket.lines.get().serials == ["M1"]


def test_a_split_is_undone_by_merging_the_part_back(whole, agent):
    before = units(whole)
    split_ticket(whole, by=agent, lines=[row(whole, "KETTLE", 1), row(whole, "MUG", 1)])

    merge_ticket(part_of(whole), by=agent, into=whole)

    assert units(whole) == before


@pytest.mark.parametrize("name", ["wen", "audrey"])
def test_the_dock_and_readers_split_nothing(name, whole, stage):
    with pytest.raises(NotAllowed):
        split_ticket(whole, by=Actor.staff(getattr(stage, name)), lines=[row(whole, "MUG", 1)])
