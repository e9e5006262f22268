import pytest
from django.db import IntegrityError, transaction

from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.tickets.sla_cases import HOUR, MINUTE, SYSTEM, clock_of, clocks_of, publish_policy, states, sync
from tickets.actions.clocks import initial_clocks, sync_clocks
from tickets.actions.conversation import hear_customer, reply_to_customer, withdraw_message
from tickets.actions.moves import reject_ticket, reopen_ticket
from tickets.models import NEVER, Message, SlaClock, SlaFiring, Stage, Status


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


@pytest.fixture
def opened_at(ticket):
    return ticket.created_at


def breaches(ticket):
    return list(Event.objects.filter(stream=ticket.stream, kind="sla.breach").order_by("seq"))


# -- intake -----------------------------------------------------------------------


def test_opening_starts_the_clocks_of_the_first_stage(ticket, opened_at, policy):
    clocks = {clock.target: clock for clock in clocks_of(ticket)}

    assert {target: clock.due_at - opened_at for target, clock in clocks.items()} == {
        "first_response": HOUR,
        "communicate": 4 * HOUR,
        "resolution": 24 * HOUR,
        "promise": 48 * HOUR,
    }
    assert {clock.policy_id for clock in clocks.values()} == {policy.pk}
    assert clocks["resolution"].next_try_at == opened_at + 12 * HOUR
    assert ticket.next_due_at == opened_at + HOUR


def test_opening_reads_nothing_for_its_clocks(ticket, django_assert_num_queries):
    initial_clocks(ticket, now())

    with django_assert_num_queries(0):
        clocks = initial_clocks(ticket, now())

    assert [clock.pk for clock in clocks] == [None] * 4


def test_a_category_without_a_policy_has_no_clocks(ticket):
    ticket.category.sla_policy = ""

    assert initial_clocks(ticket, now()) == []


def test_priority_shortens_what_is_internal(ticket):
    ticket.priority = "urgent"

    minutes = {clock.target: clock.target_minutes for clock in initial_clocks(ticket, now())}

    assert minutes == {"first_response": 30, "communicate": 120, "resolution": 720, "promise": 2880}


# -- answers ----------------------------------------------------------------------


def test_the_first_reply_stops_its_clock_when_it_was_given(ticket, amy, as_staff):
    ticket = reply_to_customer(ticket, by=as_staff(amy), body="您好")

    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.stopped_at, clock.breached_at) == ("met", ticket.first_responded_at, None)
    assert clock.next_try_at is None
    assert ticket.next_due_at == clock_of(ticket, "communicate").due_at


def test_an_automatic_message_is_no_answer(ticket):
    ticket = reply_to_customer(ticket, by=SYSTEM, body="已收到")

    assert clock_of(ticket, "first_response").state == "running"


@pytest.mark.parametrize("late", [False, True])
def test_an_answer_costs_two_statements_and_one_more_for_its_late_event(
    ticket, opened_at, late, django_assert_max_num_queries
):
    answered_at = opened_at + (90 * MINUTE if late else MINUTE)
    ticket.first_responded_at = answered_at

    with django_assert_max_num_queries(4 if late else 2):
        sync_clocks(ticket, at=answered_at, by=SYSTEM)


def test_a_late_answer_is_missed_and_told_once(ticket, opened_at, drain, advance_clock):
    sync(ticket, opened_at + 61 * MINUTE, first_responded_at=opened_at + 61 * MINUTE)
    sync(ticket, opened_at + 62 * MINUTE)
    advance_clock(minutes=63)
    drain()

    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.breached_at) == ("met", opened_at + HOUR)
    assert [(event.data["target"], event.data["level"]) for event in breaches(ticket)] == [
        ("first_response", 100)
    ]
    assert SlaFiring.objects.get(clock=clock).level == 100


def test_an_answer_in_the_last_moment_is_in_time(ticket, opened_at):
    sync(ticket, opened_at + HOUR, first_responded_at=opened_at + HOUR)

    assert clock_of(ticket, "first_response").breached_at is None


def test_what_the_customer_writes_next_is_owed_an_answer(ticket, amy, as_staff):
    by = as_staff(amy)
    reply_to_customer(ticket, by=by, body="一")
    ticket = hear_customer(ticket, by=SYSTEM, body="二")
    asked_at = ticket.last_customer_message_at
    ticket = hear_customer(ticket, by=SYSTEM, body="三")
    running = clock_of(ticket, "next_response")
    reply_to_customer(ticket, by=by, body="四")
    hear_customer(ticket, by=SYSTEM, body="五")

    assert (running.started_at, running.due_at) == (asked_at, asked_at + 2 * HOUR)
    assert {name: state for name, state in states(ticket).items() if "next" in name} == {
        "next_response 1": "met",
        "next_response 2": "running",
    }


def test_an_answer_taken_back_is_owed_again_by_the_same_clock(ticket, opened_at, amy, as_staff):
    by = as_staff(amy)
    reply_to_customer(ticket, by=by, body="您好")
    ticket = withdraw_message(Message.objects.latest("id"), by=by)

    clock = clock_of(ticket, "first_response")
    assert (clock.cycle, clock.state, clock.stopped_at) == (1, "running", None)
    assert (clock.due_at, clock.next_try_at) == (opened_at + HOUR, opened_at + 30 * MINUTE)
    assert ticket.next_due_at == clock.due_at


def test_a_later_reply_taken_back_is_owed_again(ticket, amy, as_staff):
    by = as_staff(amy)
    reply_to_customer(ticket, by=by, body="一")
    hear_customer(ticket, by=SYSTEM, body="二")
    reply_to_customer(ticket, by=by, body="三")

    withdraw_message(Message.objects.latest("id"), by=by)

    assert states(ticket)["first_response 1"] == "met"
    assert states(ticket)["next_response 1"] == "running"


# -- stages and ends -----------------------------------------------------------------


def test_leaving_a_stage_meets_its_clock_and_starts_the_next(ticket, opened_at):
    sync(ticket, opened_at + HOUR, stage=Stage.INSPECT)

    assert clock_of(ticket, "communicate").stopped_at == opened_at + HOUR
    assert clock_of(ticket, "inspect").due_at == opened_at + 5 * HOUR


def test_a_stage_entered_again_is_another_cycle(ticket, opened_at):
    for hour, stage in enumerate(["inspect", "resolve", "inspect"], start=1):
        sync(ticket, opened_at + hour * HOUR, stage=stage)

    assert clock_of(ticket, "inspect", cycle=2).started_at == opened_at + 3 * HOUR
    assert states(ticket)["inspect 1"] == "met"


def test_a_stage_without_a_target_has_no_clock(shop, ticket, opened_at):
    publish_policy(shop, targets={"first_response": 60, "resolution": 1440})

    sync(ticket, opened_at + HOUR, stage=Stage.INSPECT)

    assert clock_of(ticket, "inspect") is None


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_a_resolution_meets_every_clock(ticket, opened_at, status):
    sync(ticket, opened_at + HOUR, stage=Stage.DONE, status=status, resolved_at=opened_at)

    assert set(states(ticket).values()) == {"met"}
    assert ticket.next_due_at == NEVER


@pytest.mark.parametrize("status", [Status.REJECTED, Status.CANCELLED, Status.EXPIRED])
def test_a_request_that_came_to_nothing_cancels_its_clocks(ticket, opened_at, status):
    sync(ticket, opened_at + HOUR, stage=Stage.DONE, status=status, resolved_at=opened_at)

    assert set(states(ticket).values()) == {"cancelled"}


def test_what_was_late_when_it_was_cancelled_is_missed(ticket, opened_at):
    sync(ticket, opened_at + 2 * HOUR, stage=Stage.DONE, status="cancelled", resolved_at=opened_at)

    assert clock_of(ticket, "first_response").breached_at == opened_at + HOUR
    assert clock_of(ticket, "communicate").breached_at is None


def test_reopening_starts_new_cycles(ticket, leo, as_staff):
    by = as_staff(leo)
    reject_ticket(ticket, by=by, reason="无")
    ticket = reopen_ticket(ticket, by=by, reason="再看")

    assert {name for name, state in states(ticket).items() if state == "running"} == {
        "first_response 2",
        "communicate 2",
        "resolution 2",
        "promise 2",
    }
    assert clock_of(ticket, "resolution").started_at > clock_of(ticket, "resolution", cycle=1).stopped_at


def test_an_answered_request_reopened_owes_no_first_reply_again(ticket, opened_at):
    sync(ticket, opened_at + MINUTE, first_responded_at=opened_at + MINUTE)
    sync(ticket, opened_at + HOUR, stage=Stage.DONE, status="resolved", resolved_at=opened_at)
    sync(ticket, opened_at + 2 * HOUR, stage=Stage.COMMUNICATE, status="open", resolved_at=None)

    running = {name for name, state in states(ticket).items() if state == "running"}
    assert running == {"communicate 2", "resolution 2", "promise 2"}


def test_a_request_resolved_without_a_word_and_reopened_owes_a_new_first_reply(ticket, opened_at):
    sync(ticket, opened_at + MINUTE, stage=Stage.DONE, status="resolved", resolved_at=opened_at)
    sync(ticket, opened_at + 2 * HOUR, stage=Stage.COMMUNICATE, status="open", resolved_at=None)

    assert clock_of(ticket, "first_response", cycle=2).started_at == opened_at + 2 * HOUR


# -- calendars and versions ----------------------------------------------------------


def test_a_shops_own_calendar_counts(shop, ticket, opened_at):
    shop.calendar = "eu_office"
    shop.save()
    publish_policy(shop, calendar="cn_extended")

    sync(ticket, opened_at + HOUR, stage=Stage.INSPECT)

    calendars = {clock.target: clock.calendar.code for clock in clocks_of(ticket).select_related("calendar")}
    assert calendars["inspect"] == "eu_office"
    assert calendars["promise"] == "24x7"


def test_a_running_clock_keeps_the_policy_it_began_with(shop, ticket, opened_at, policy):
    newer = publish_policy(shop, targets={"first_response": 5, "inspect": 5, "resolution": 1440})

    sync(ticket, opened_at + HOUR, stage=Stage.INSPECT)

    assert clock_of(ticket, "resolution").policy_id == policy.pk
    assert clock_of(ticket, "inspect").policy_id == newer.pk


# -- the database -----------------------------------------------------------------


def test_calling_twice_changes_nothing(ticket, opened_at, django_assert_num_queries):

    with django_assert_num_queries(1):
        sync_clocks(ticket, at=opened_at + HOUR, by=SYSTEM)


def test_a_target_cannot_run_twice(ticket):
    clock = clock_of(ticket, "resolution")
    clock.pk, clock.cycle = None, 9

    with pytest.raises(IntegrityError), transaction.atomic():
        clock.save()


def test_a_missing_clock_is_started_since_its_request_was_opened(ticket, opened_at):
    SlaClock.objects.filter(ticket=ticket).delete()

    sync(ticket, opened_at + 2 * HOUR)

    assert states(ticket) == dict.fromkeys(
        ["first_response 1", "communicate 1", "resolution 1", "promise 1"], "running"
    )
    assert clock_of(ticket, "resolution").due_at == opened_at + 24 * HOUR


def test_actors_are_named(ticket, amy, opened_at):

    ticket.first_responded_at = opened_at + 2 * HOUR
    sync_clocks(ticket, at=opened_at + 2 * HOUR, by=Actor.staff(amy))

    assert breaches(ticket)[0].actor_name == "Amy"
