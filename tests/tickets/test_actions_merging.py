"""Two requests become one, and two again: what goes over, what is refused, and that nothing is lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.forms import model_to_dict

from aftersales import invariants
from aftersales.clock import now
from aftersales.errors import NotAllowed, NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import SYSTEM, order_body, ticket_body
from tickets.actions.assignment import take_ticket
from tickets.actions.attachments import attach_file
from tickets.actions.claims import claim_units
from tickets.actions.conversation import (
    add_note,
    ask_customer,
    hear_customer,
    reply_to_customer,
    withdraw_message,
)
from tickets.actions.deadlines import set_deadline
from tickets.actions.holds import hold_ticket, place_hold
from tickets.actions.intake import open_ticket
from tickets.actions.marking import follow_ticket
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.actions.moves import cancel_ticket, reopen_ticket
from tickets.actions.orders import put_order
from tickets.actions.procedure import complete_step
from tickets.actions.timers import fire_step_timers
from tickets.models import Message, OrderLine, Relation, Run, SlaClock, StepTimer, Ticket, TicketLine
from tickets.serializers import read_order, read_ticket

pytestmark = pytest.mark.django_db

ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]
KETTLE = [{"order_line": "2", "quantity": 1, "reason": "q_function"}]
CLOCK = ("state", "due_at", "remaining_seconds", "paused_at", "stopped_at", "cycle", "target")


@pytest.fixture(autouse=True)
def _sound_afterwards():
    yield
    assert invariants.broken() == {}


@pytest.fixture
def again(shop, order):
    """`again(lines=KETTLE)`: another request of the same order, and so of the same customer."""
    return lambda **changes: open_ticket(shop, read_ticket(ticket_body(**changes)), by=SYSTEM)[0]


@pytest.fixture
def agent(amy):
    return Actor.staff(amy)


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def units(ticket):
    return sorted(ticket.lines.values_list("order_line__sku", "quantity", "claimed"))


def kinds_of(ticket):
    return list(Event.objects.filter(stream=ticket.stream).order_by("seq").values_list("kind", flat=True))


def stands(ticket):
    """All that an un-merge has to restore."""
    row = model_to_dict(fresh(ticket), exclude=["followers", "tags"])
    for name in ("version", "updated_at"):
        row.pop(name, None)
    clocks = list(SlaClock.objects.filter(ticket=ticket).order_by("id").values_list(*CLOCK))
    runs = list(ticket.runs.order_by("id").values_list("pk", "state", "ended_at", "version_id"))
    pauses = list(ticket.pauses.order_by("id").values_list("waiting_on", "started_at", "ended_at"))
    return row, clocks, runs, pauses, units(ticket)


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


# -- the merged request ---------------------------------------------------------------------


def test_nothing_new_happens_on_a_merged_request(ticket, again, agent, leo):
    source = again(lines=[])
    merge_ticket(source, by=agent, into=ticket)

    for act, fields in (
        (reply_to_customer, {"body": "x"}),
        (add_note, {"body": "x"}),
        (take_ticket, {}),
        (reopen_ticket, {"reason": "x"}),
        (hear_customer, {"body": "x"}),
    ):
        with pytest.raises(NotPossible, match=f"merged into {ticket.number}"):
            act(source, by=agent, **fields)
    assert source.messages.count() == 1


def test_the_customers_words_and_files_land_on_the_target(ticket, again, agent, shop, photo):
    source = again(lines=[])
    merge_ticket(source, by=agent, into=ticket)
    system = Actor("shop", "demo", shop_id=shop.pk)

    landed = hear_customer(source, by=system, body="Where is it?")
    file = attach_file(source, photo, by=system)

    assert (landed, file.ticket) == (ticket, ticket)
    assert ticket.messages.order_by("-id").first().body == "Where is it?"
    assert not source.messages.filter(body="Where is it?").exists()
    photo.seek(0)
    with pytest.raises(NotPossible, match=ticket.number):
        attach_file(source, photo, by=agent)


@pytest.fixture
def photo():
    from io import BytesIO  # noqa: PLC0415 - of this fixture alone

    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    return SimpleUploadedFile("cup.png", content.getvalue())


def test_words_taken_back_after_the_merge_are_not_said_by_the_target(ticket, again, agent, advance_clock):
    source = again(lines=[])
    advance_clock(minutes=5)
    before = stands(ticket)
    ask_customer(source, by=agent, body="Which one?")
    merge_ticket(source, by=agent, into=ticket)
    assert fresh(ticket).first_responded_at is not None

    withdraw_message(Message.objects.latest("id"), by=agent)

    after = fresh(ticket)
    assert (after.first_responded_at, after.last_reply_at, after.waiting_on) == (None, None, "us")
    assert ticket.clocks.get(target="first_response").state == "running"
    assert fresh(source).first_responded_at is None
    assert fresh(source).merged_into == ticket
    unmerge_ticket(source, by=agent)
    assert stands(ticket)[1:] == before[1:]
    assert (fresh(source).first_responded_at, fresh(source).waiting_on) == (None, "us")
    assert source.clocks.get(target="first_response").state == "running"


# -- and back ---------------------------------------------------------------------------------


def test_an_unmerge_restores_exactly_what_was(ticket, again, agent, advance_clock, drain):
    source = again(lines=ONE_MUG)
    complete_step(source, by=agent)
    ask_customer(source, by=agent, body="A photo, please.")
    target_before, before = stands(ticket), stands(source)
    advance_clock(hours=1)

    merge_ticket(source, by=agent, into=ticket)
    drain()
    advance_clock(hours=2)
    back = unmerge_ticket(source, by=agent)

    assert stands(source) == before
    assert stands(ticket) == target_before
    assert (back.merged_into_id, back.state) == (None, "communicate")
    assert not Relation.objects.exists()
    assert kinds_of(source)[-2:] == ["ticket.merge", "ticket.unmerge"]
    assert kinds_of(ticket)[-2:] == ["ticket.absorb", "ticket.give_back"]


@pytest.mark.parametrize(("source_days", "target_days"), [(2, None), (2, 5), (5, 2), (None, 2)])
def test_a_platforms_deadline_goes_over_and_comes_back(
    ticket, again, agent, source_days, target_days, advance_clock
):
    source = again(lines=[])
    for each, days in ((source, source_days), (ticket, target_days)):
        if days:
            set_deadline(each, by=SYSTEM, due_at=now() + timedelta(days=days))
    before, target_before = stands(source), stands(ticket)

    merge_ticket(source, by=agent, into=ticket)

    earlier = min(filter(None, [before[0]["deadline_at"], target_before[0]["deadline_at"]]))
    assert fresh(ticket).deadline_at == earlier
    assert ticket.clocks.get(target="platform").due_at == earlier
    advance_clock(hours=1)
    unmerge_ticket(source, by=agent)
    assert fresh(source).deadline_at == before[0]["deadline_at"]
    assert fresh(ticket).deadline_at == target_before[0]["deadline_at"]
    running = {"target": "platform", "state": "running"}
    assert source.clocks.filter(**running).exists() == bool(source_days)
    assert ticket.clocks.filter(**running).exists() == bool(target_days)


def test_a_deadline_that_has_passed_stays_behind(ticket, again, agent, advance_clock):
    source = again(lines=[])
    set_deadline(source, by=SYSTEM, due_at=now() + timedelta(hours=1))
    advance_clock(hours=2)

    merge_ticket(source, by=agent, into=ticket)

    assert fresh(ticket).deadline_at is None


def test_a_deadline_said_since_the_merge_is_kept(ticket, again, agent):
    source, said = again(lines=[]), now() + timedelta(days=9)
    set_deadline(source, by=SYSTEM, due_at=now() + timedelta(days=2))
    merge_ticket(source, by=agent, into=ticket)
    set_deadline(ticket, by=SYSTEM, due_at=said)

    unmerge_ticket(source, by=agent)

    assert fresh(ticket).deadline_at == said


def test_a_new_request_is_new_again(ticket, again, agent):
    source = again(lines=[])
    before = stands(source)

    merge_ticket(source, by=agent, into=ticket)
    unmerge_ticket(source, by=agent)

    assert stands(source) == before
    assert fresh(source).status == "new"


def test_clocks_that_ran_out_meanwhile_are_late_and_told_once(ticket, again, agent, advance_clock, drain):
    source = again(lines=[])
    due = source.clocks.get(target="first_response").due_at
    merge_ticket(source, by=agent, into=ticket)
    advance_clock(days=10)
    drain()
    assert not Event.objects.filter(stream=source.stream, kind="sla.breach").exists()

    unmerge_ticket(source, by=agent)
    drain()

    clock = source.clocks.get(target="first_response")
    assert (clock.state, clock.due_at, clock.breached_at) == ("running", due, due)
    assert (
        Event.objects.filter(
            stream=source.stream, kind="sla.breach", data__target="first_response", data__level=100
        ).count()
        == 1
    )


def test_it_can_be_merged_and_taken_apart_again_and_elsewhere(ticket, again, agent):
    source, other = again(lines=KETTLE), again(lines=[])
    before = stands(source)
    for into in (ticket, other, ticket):
        merge_ticket(source, by=agent, into=into)
        unmerge_ticket(source, by=agent)

    assert stands(source) == before
    assert (units(ticket), units(other)) == ([("MUG", 2, 2)], [])


def test_units_given_back_are_claimed_again_unless_others_have(ticket, again, agent):
    source = again(lines=ONE_MUG)
    merge_ticket(source, by=agent, into=ticket, units="release")
    claim_units(OrderLine.objects.get(sku="MUG"), 1)
    with pytest.raises(NotPossible, match="0 left to claim"):
        unmerge_ticket(source, by=agent)
    OrderLine.objects.filter(sku="MUG").update(claimed=2)

    unmerge_ticket(source, by=agent)

    assert units(source) == [("MUG", 1, 1)]


def test_units_that_something_became_of_stay(ticket, again, agent):
    source = again(lines=ONE_MUG)
    merge_ticket(source, by=agent, into=ticket)
    hold = place_hold(ticket, "refund under way", by=SYSTEM, is_manual=False)
    with pytest.raises(NotPossible, match="refund under way"):
        unmerge_ticket(source, by=agent)
    hold.delete()
    cancel_ticket(ticket, by=agent)

    with pytest.raises(NotPossible, match="something became of these units"):
        unmerge_ticket(source, by=agent)


def test_only_what_is_merged_is_taken_apart(ticket, agent):
    with pytest.raises(NotPossible, match="in communication"):
        unmerge_ticket(ticket, by=agent)


def test_a_wait_that_was_not_looked_at_meanwhile_is_looked_at_again(ticket, again, agent, advance_clock):
    source = again(lines=[])
    run = source.runs.get()
    timer = StepTimer.objects.create(
        run=run, ticket=source, step_code="hello", limit_at=source.created_at + timedelta(days=3),
        next_try_at=source.created_at + timedelta(days=2),
    )  # fmt: skip
    merge_ticket(source, by=agent, into=ticket)
    fire_step_timers([StepTimer.objects.get(pk=timer.pk)])
    assert StepTimer.objects.get(pk=timer.pk).next_try_at is None

    unmerge_ticket(source, by=agent)

    assert StepTimer.objects.get(pk=timer.pk).next_try_at == timer.next_try_at
    assert Run.objects.get(pk=run.pk).state == "running"


# -- what the database holds --------------------------------------------------------------------


def test_the_database_refuses_chains_and_a_merged_request_that_is_open(ticket, again, agent):
    first, second = again(lines=[]), again(lines=[])
    merge_ticket(first, by=agent, into=ticket)

    def write(row, **changes):
        with transaction.atomic():
            Ticket.objects.filter(pk=row.pk).update(**changes)

    with pytest.raises(IntegrityError, match="ticket_merged_is_closed"):
        write(second, merged_into=ticket)
    ended = {"stage": "done", "status": "closed", "resolved_at": second.created_at}
    with pytest.raises(DatabaseError, match="was merged itself"):
        write(second, merged_into=first, **ended)
    with pytest.raises(DatabaseError, match="others were merged into"):
        write(ticket, merged_into=second, **ended)
    assert TicketLine.objects.filter(ticket=ticket).count() == 1
