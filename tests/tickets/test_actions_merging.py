"""Two requests become one, and two again: what goes over, what is refused, and that nothing is lost."""

import pytest

from aftersales import invariants
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.conversation import (
    ask_customer,
    hear_customer,
    reply_to_customer,
)
from tickets.actions.holds import hold_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.marking import follow_ticket
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.actions.moves import cancel_ticket
from tickets.actions.orders import put_order
from tickets.models import OrderLine, Ticket
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db

ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]
KETTLE = [{"order_line": "2", "quantity": 1, "reason": "q_function"}]


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    assert invariants.broken() == {}


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def units(ticket):
    return sorted(ticket.lines.values_list("order_line__sku", "quantity", "claimed"))


def kinds_of(ticket):
    return list(Event.objects.filter(stream=ticket.stream).order_by("seq").values_list("kind", flat=True))


# -- merge ------------------------------------------------------------------------------


def test_the_source_is_closed_and_points_to_where_it_went(ticket, again, agent):
    source = again(lines=KETTLE)

    merged = merge_ticket(source, by=agent, into=ticket)

    assert (merged.state, merged.stage, merged.status) == ("merged", "done", "closed")
    assert (merged.merged_into, merged.waiting_on, merged.step_code) == (ticket, "nobody", "")
    assert kinds_of(source) == ["ticket.open", "ticket.merge"]
    assert kinds_of(ticket) == ["ticket.open", "ticket.absorb"]
    assert set(source.clocks.values_list("state", flat=True)) == {"cancelled"}
    assert source.runs.get().state == "abandoned"
    assert fresh(ticket).is_open


def test_its_units_are_claimed_by_the_target_and_the_orders_counts_stay(ticket, again, agent):
    kettle, mug = again(lines=KETTLE), again(lines=ONE_MUG)

    merge_ticket(kettle, by=agent, into=ticket)
    merge_ticket(mug, by=agent, into=ticket)

    assert units(ticket) == [("KETTLE", 1, 1), ("MUG", 3, 3)]
    assert units(kettle) == [("KETTLE", 1, 0)]
    assert list(OrderLine.objects.order_by("pk").values_list("claimed", flat=True)) == [3, 1]
    assert fresh(ticket).value_minor == 39900


def serials(ticket):
    return ticket.lines.get(order_line__sku="MUG").serials


def test_serials_are_joined_where_both_name_some_and_come_back(shop, again, agent):
    def one(*named):
        return again(lines=[{**ONE_MUG[0], "serials": list(named)}])

    into, source, nameless = one("M1", "M2"), one("M3", "M2"), one()

    merge_ticket(source, by=agent, into=into)
    merge_ticket(nameless, by=agent, into=into)
    assert (serials(into), units(into)) == (["M1", "M2", "M3"], [("MUG", 3, 3)])

    unmerge_ticket(source, by=agent)
    assert (serials(into), serials(source)) == (["M1", "M2"], ["M3", "M2"])
    unmerge_ticket(nameless, by=agent)
    merge_ticket(source, by=agent, into=nameless)
    assert serials(nameless) == []


def test_serials_go_with_units_that_are_new_there_and_come_back(ticket, again, agent):
    cancel_ticket(ticket, by=agent)  # its units are free
    into = again(lines=KETTLE)
    first, second = (again(lines=[{**ONE_MUG[0], "serials": [name]}]) for name in ("M1", "M2"))
    merge_ticket(first, by=agent, into=into)
    merge_ticket(second, by=agent, into=into)
    assert serials(into) == ["M1", "M2"]

    unmerge_ticket(first, by=agent)

    assert serials(into) == ["M2"]


def test_units_that_are_the_same_again_are_given_back(ticket, again, agent):
    source = again(lines=ONE_MUG)

    merge_ticket(source, by=agent, into=ticket, units="release")

    assert units(ticket) == [("MUG", 2, 2)]
    assert OrderLine.objects.get(sku="MUG").claimed == 2


def test_of_the_same_units_the_larger_number_of_each_line_is_claimed(order, again, agent):
    two = [{"order_line": "1", "quantity": 2, "reason": "q_surface"}]
    into, source = again(lines=ONE_MUG), again(lines=[*two, *KETTLE])

    merge_ticket(source, by=agent, into=into, units="release")

    assert (units(into), units(source)) == (
        [("KETTLE", 1, 1), ("MUG", 2, 2)],
        [("KETTLE", 1, 0), ("MUG", 2, 0)],
    )
    assert list(OrderLine.objects.order_by("pk").values_list("claimed", flat=True)) == [2, 1]
    unmerge_ticket(source, by=agent)
    assert (units(into), units(source)) == ([("MUG", 1, 1)], [("KETTLE", 1, 1), ("MUG", 2, 2)])
    assert list(OrderLine.objects.order_by("pk").values_list("claimed", flat=True)) == [3, 1]


def test_a_merge_that_did_not_keep_what_went_over_is_taken_apart(ticket, again, agent):
    for claimed in ("add", "release"):
        source = again(lines=ONE_MUG)
        merge_ticket(source, by=agent, into=ticket, units=claimed)
        merge = source.relations.get()
        del merge.kept["moved"]
        merge.save()

        unmerge_ticket(source, by=agent)

        assert (units(ticket), units(source)) == ([("MUG", 2, 2)], [("MUG", 1, 1)])
        cancel_ticket(source, by=agent)


def test_words_that_nobody_answered_are_owed_an_answer_by_the_target(ticket, again, agent, advance_clock):
    source = again(lines=[])
    reply_to_customer(ticket, by=agent, body="Which one?")
    ask_customer(ticket, by=agent, body="Which one, please?")
    assert fresh(ticket).waiting_on == "customer"
    advance_clock(minutes=5)
    hear_customer(source, by=SYSTEM, body="The blue one.")

    merge_ticket(source, by=agent, into=ticket)

    after = fresh(ticket)
    assert (after.waiting_on, after.asked_at) == ("us", None)
    assert ticket.clocks.get(target="next_response", state="running")
    unmerge_ticket(source, by=agent)
    assert fresh(ticket).last_customer_message_at < after.last_customer_message_at


def test_those_who_follow_the_source_follow_the_target(ticket, again, agent, leo):
    source = again(lines=[])
    follow_ticket(source, by=Actor.staff(leo))

    merge_ticket(source, by=agent, into=ticket)
    assert fresh(ticket).followers == [leo.pk]
    assert leo.notifications.get().ticket_number == source.number

    unmerge_ticket(source, by=agent)
    assert (fresh(ticket).followers, fresh(source).followers) == ([], [leo.pk])


def test_who_follows_both_is_told_of_a_merge_and_of_its_undoing_once(ticket, again, agent, leo, wen):
    source = again(lines=[])
    for followed in (source, ticket):
        follow_ticket(followed, by=Actor.staff(leo))
    follow_ticket(ticket, by=Actor.staff(wen))

    merge_ticket(source, by=agent, into=ticket)
    assert [leo.notifications.count(), wen.notifications.count()] == [1, 1]

    unmerge_ticket(source, by=agent)
    assert [leo.notifications.count(), wen.notifications.count()] == [2, 2]


# -- what is refused ----------------------------------------------------------------------


def test_neither_order_nor_customer_in_common_is_refused(ticket, shop, stage, agent):
    customer = {"external_id": "C-2", "name": "李雷"}
    put_order(shop, "O-2", read_order(order_body(number="2", customer=customer)), by=SYSTEM)
    stranger = open_ticket(shop, read_ticket(ticket_body(order="O-2")), by=SYSTEM)[0]

    with pytest.raises(NotPossible, match="not about the same order"):
        merge_ticket(stranger, by=agent, into=ticket)


def test_units_of_another_order_stay_but_may_be_given_back(ticket, shop, agent):
    put_order(shop, "O-2", read_order(order_body(number="2")), by=SYSTEM)
    other_order = open_ticket(shop, read_ticket(ticket_body(order="O-2")), by=SYSTEM)[0]

    with pytest.raises(NotPossible, match="units claimed here are not"):
        merge_ticket(other_order, by=agent, into=ticket)
    assert merge_ticket(other_order, by=agent, into=ticket, units="release").state == "merged"


def test_no_request_goes_into_itself_nor_into_a_merged_one_nor_with_others_inside(ticket, again, agent):
    first, second = again(lines=[]), again(lines=[])
    with pytest.raises(NotPossible):
        merge_ticket(first, by=agent, into=first)
    merge_ticket(first, by=agent, into=second)

    with pytest.raises(NotPossible, match=f"merged into {second.number}"):
        merge_ticket(ticket, by=agent, into=first)
    with pytest.raises(NotPossible, match="Others were merged into"):
        merge_ticket(second, by=agent, into=ticket)
    with pytest.raises(NotPossible, match=f"merged into {second.number}"):
        merge_ticket(first, by=agent, into=ticket)


def test_goods_to_come_back_and_what_is_on_hold_stay(ticket, again, agent):
    held, source = again(lines=[]), again(lines=KETTLE)
    hold_ticket(held, by=agent, reason="asked the carrier")
    with pytest.raises(NotPossible, match="asked the carrier"):
        merge_ticket(held, by=agent, into=ticket)

    Ticket.objects.filter(pk=source.pk).update(goods_expected=True)
    with pytest.raises(NotPossible, match="stays on its own"):
        merge_ticket(source, by=agent, into=ticket)
    with pytest.raises(NotPossible, match="decided already"):
        merge_ticket(ticket, by=agent, into=source)


def test_what_was_ended_once_stays(ticket, again, leo):
    source, lead = again(lines=[]), Actor.staff(leo)
    Ticket.objects.filter(pk=source.pk).update(reopen_count=1)

    with pytest.raises(NotPossible, match="link the two"):
        merge_ticket(source, by=lead, into=ticket)


@pytest.mark.parametrize("name", ["wen", "ines", "audrey", "quinn"])
def test_only_the_desk_and_the_shop_merge(name, ticket, again, stage):
    with pytest.raises(NotAllowed):
        merge_ticket(again(lines=[]), by=Actor.staff(getattr(stage, name)), into=ticket)
