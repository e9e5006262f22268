"""A merged request: nothing new happens on it, and taking it apart restores what was."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.forms import model_to_dict

from aftersales import invariants
from aftersales.errors import NotPossible
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import SYSTEM
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
from tickets.actions.holds import place_hold
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.actions.moves import cancel_ticket, reopen_ticket
from tickets.actions.procedure import complete_step
from tickets.actions.timers import fire_step_timers
from tickets.models import Message, OrderLine, Relation, Run, SlaClock, StepTimer, Ticket, TicketLine

pytestmark = pytest.mark.django_db


ONE_MUG = [{"order_line": "1", "quantity": 1, "reason": "q_surface"}]


KETTLE = [{"order_line": "2", "quantity": 1, "reason": "q_function"}]


CLOCK = ("state", "due_at", "remaining_seconds", "paused_at", "stopped_at", "cycle", "target")


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


def stands(ticket):
    """All that an un-merge has to restore."""
    row = model_to_dict(fresh(ticket), exclude=["followers", "tags"])
    for name in ("version", "updated_at"):
        row.pop(name, None)
    clocks = list(SlaClock.objects.filter(ticket=ticket).order_by("id").values_list(*CLOCK))
    runs = list(ticket.runs.order_by("id").values_list("pk", "state", "ended_at", "version_id"))
    pauses = list(ticket.pauses.order_by("id").values_list("waiting_on", "started_at", "ended_at"))
    return row, clocks, runs, pauses, units(ticket)


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
