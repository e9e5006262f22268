"""Clocks of a request that turned out to be something else, or became more urgent."""

import pytest

from aftersales.clock import now
from aftersales.events.models import Event
from aftersales.events.telling import sentence
from aftersales.versions.actions import draft, publish
from tests.tickets.sla_cases import HOUR, MINUTE, SYSTEM, TARGETS, clock_of, policy_body, publish_policy, sync
from tickets.actions.assignment import escalate_ticket
from tickets.actions.clocks import initial_clocks, sync_clocks
from tickets.actions.deadlines import set_deadline
from tickets.actions.procedure import recategorise_ticket
from tickets.models import Category, ClockState, Pause, WaitingOn


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop)


@pytest.fixture
def opened_at(ticket):
    return ticket.created_at


def publish_for(code, scope, **changes):
    return publish(draft("sla", code, policy_body(code, **changes, **{"for": scope}), by=SYSTEM), by=SYSTEM)


def publish_urgent(shop, **changes):
    """Half of everything, and for urgent requests two thirds of that."""
    targets = {target: minutes // 2 for target, minutes in TARGETS.items()}
    factor = {"urgent": 1, "high": 1, "normal": 1, "low": 1}
    values = {"targets": targets, "priority_factor": factor, **changes}
    return publish_for("fast", {"priorities": ["urgent"]}, **values)


def choose_again(ticket, at, **changes):
    for name, value in changes.items():
        setattr(ticket, name, value)
    sync_clocks(ticket, at=at, verb="escalate", by=SYSTEM)
    ticket.save()
    return ticket


def test_an_action_that_changes_nothing_of_it_leaves_the_policy(ticket, shop, opened_at):
    publish_urgent(shop)
    sync(ticket, opened_at + MINUTE, priority="urgent")

    assert clock_of(ticket, "resolution").policy.code == "quality"


def test_another_priority_chooses_anew_from_when_the_clock_began(ticket, shop, opened_at):
    publish_urgent(shop)
    choose_again(ticket, opened_at + HOUR, priority="urgent")

    clock = clock_of(ticket, "resolution")
    assert (clock.policy.code, clock.target_minutes, clock.due_at) == ("fast", 720, opened_at + 12 * HOUR)
    assert (clock.due_version, clock.next_try_at) == (2, opened_at + 6 * HOUR)
    assert clock.choice["by"] == "conditions"
    assert ticket.next_due_at == opened_at + 30 * MINUTE


def test_a_policy_that_stays_keeps_its_version_but_follows_the_priority(ticket, shop, policy, opened_at):
    publish_policy(shop, targets=TARGETS | {"resolution": 999})
    choose_again(ticket, opened_at + HOUR, priority="urgent")

    clock = clock_of(ticket, "resolution")
    assert (clock.policy_id, clock.target_minutes) == (policy.pk, 720)
    assert clock_of(ticket, "promise").due_at == opened_at + 48 * HOUR
    assert clock_of(ticket, "promise").due_version == 1


def test_pauses_are_kept(ticket, shop, opened_at):
    publish_urgent(shop)
    sync(ticket, opened_at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, opened_at + 5 * HOUR, waiting_on=WaitingOn.US)
    choose_again(ticket, opened_at + 6 * HOUR, priority="urgent")

    clock = clock_of(ticket, "resolution")
    assert (clock.state, clock.due_at) == ("running", opened_at + 16 * HOUR)
    assert Pause.objects.filter(ticket=ticket).count() == 1


def test_what_was_late_over_a_pause_stays_late_by_as_much(ticket, shop, opened_at):
    publish_urgent(shop)
    sync(ticket, opened_at + 26 * HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(ticket, opened_at + 36 * HOUR, waiting_on=WaitingOn.US)
    assert clock_of(ticket, "resolution").due_at == opened_at + 34 * HOUR
    choose_again(ticket, opened_at + 37 * HOUR, priority="urgent")

    assert clock_of(ticket, "resolution").due_at == opened_at + 22 * HOUR


def test_a_clock_that_stands_still_goes_on_standing_still(ticket, shop, opened_at):
    publish_urgent(shop)
    sync(ticket, opened_at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    choose_again(ticket, opened_at + 5 * HOUR, priority="urgent")

    clock = clock_of(ticket, "resolution")
    assert (clock.state, clock.paused_at, clock.remaining_seconds) == ("paused", opened_at + HOUR, 11 * 3600)
    sync(ticket, opened_at + 8 * HOUR, waiting_on=WaitingOn.US)
    assert clock_of(ticket, "resolution").due_at == opened_at + 19 * HOUR


def test_the_new_policy_says_which_pauses_count(ticket, shop, opened_at):
    publish_urgent(shop, pauses_on=[])
    sync(ticket, opened_at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    choose_again(ticket, opened_at + 5 * HOUR, priority="urgent")

    clock = clock_of(ticket, "resolution")
    assert (clock.state, clock.due_at) == ("running", opened_at + 12 * HOUR)
    assert Pause.objects.get(ticket=ticket).ended_at == opened_at + 5 * HOUR


def test_a_target_that_the_new_policy_does_not_set_ends_unkept(ticket, shop, opened_at):
    publish_urgent(shop, targets={"first_response": 30, "resolution": 720})
    choose_again(ticket, opened_at + MINUTE, priority="urgent")

    assert clock_of(ticket, "communicate").state == ClockState.CANCELLED
    assert clock_of(ticket, "resolution").state == ClockState.RUNNING


def test_a_target_that_only_the_new_policy_sets_begins(ticket, shop, opened_at):
    publish_policy(shop, targets={"first_response": 60, "resolution": 1440})
    publish_urgent(shop)
    sync_clocks(ticket, at=opened_at, by=SYSTEM)
    clock_of(ticket, "communicate").delete()
    choose_again(ticket, opened_at + MINUTE, priority="urgent")

    assert clock_of(ticket, "communicate").policy.code == "fast"


def test_late_is_what_the_new_due_time_says(ticket, shop, opened_at, drain, advance_clock):
    slow = {target: minutes * 4 for target, minutes in TARGETS.items()}
    advance_clock(minutes=61)
    drain()
    assert clock_of(ticket, "first_response").breached_at
    publish_for("slow", {"priorities": ["high"]}, targets=slow)
    ticket.refresh_from_db()
    choose_again(ticket, opened_at + 62 * MINUTE, priority="high")

    clock = clock_of(ticket, "first_response")
    assert (clock.breached_at, clock.due_at) == (None, opened_at + 180 * MINUTE)
    assert (clock.fired, clock.next_try_at) == (0, opened_at + 90 * MINUTE)  # all its levels are ahead again


def test_after_a_move_what_is_ahead_fires_again_and_nothing_twice(
    ticket, shop, opened_at, drain, advance_clock
):
    advance_clock(minutes=61)
    drain()
    publish_for("longer", {"priorities": ["high"]}, targets=TARGETS | {"first_response": 150})
    ticket.refresh_from_db()
    choose_again(ticket, opened_at + 62 * MINUTE, priority="high")
    moved = clock_of(ticket, "first_response")
    assert (moved.fired, moved.due_at - opened_at) == (50, 112 * MINUTE)  # half of it is used already

    advance_clock(minutes=52)
    drain()
    drain()

    firings = clock_of(ticket, "first_response").firings.order_by("id")
    assert list(firings.values_list("due_version", "level")) == [
        (1, 50), (1, 75), (1, 100), (2, 75), (2, 100)
    ]  # fmt: skip
    assert clock_of(ticket, "first_response").breached_at == moved.due_at


def test_a_due_time_that_moves_nearer_skips_no_level(ticket, shop, opened_at, drain, advance_clock):
    advance_clock(minutes=31)
    drain()
    publish_urgent(shop)
    ticket.refresh_from_db()
    choose_again(ticket, opened_at + 31 * MINUTE, priority="urgent")
    drain()

    firings = clock_of(ticket, "first_response").firings.order_by("id")
    assert list(firings.values_list("due_version", "level")) == [(1, 50), (2, 75), (2, 100)]


def test_escalating_chooses_anew_and_is_told(ticket, shop, amy, as_staff):
    publish_for("high", {"priorities": ["high"]})

    escalate_ticket(ticket, by=as_staff(amy), reason="等太久")

    assert clock_of(ticket, "resolution").policy.code == "high"
    told = Event.objects.get(stream=ticket.stream, kind="sla.choose_policy")
    assert (told.data["before"], told.data["policy"]) == ("quality", "high")
    assert sentence(told, "en") == "The clocks run by “Test” now, no longer by “Test”"


def test_a_platforms_clock_that_stays_is_no_change_to_be_told_again(ticket, amy, as_staff):
    set_deadline(ticket, by=SYSTEM, due_at=now() + HOUR)
    publish_for("high", {"priorities": ["high"]})

    escalate_ticket(ticket, by=as_staff(amy), reason="等太久")
    ticket.refresh_from_db()
    choose_again(ticket, now(), priority="high")

    assert clock_of(ticket, "platform").policy.code == "quality"
    assert Event.objects.filter(stream=ticket.stream, kind="sla.choose_policy").count() == 1


def test_recategorising_brings_the_other_categorys_policy(ticket, shop, amy, as_staff, opened_at):
    other = Category.objects.get(code="general_question")

    recategorise_ticket(ticket, by=as_staff(amy), category=other)

    clock = clock_of(ticket, "resolution")
    assert clock.policy.code == other.sla_policy
    assert clock.started_at == opened_at


def test_choosing_again_costs_the_same_for_each_number_of_rules(
    ticket, shop, opened_at, django_assert_max_num_queries
):
    for channel in ("chat", "email", "agent"):
        publish_for(channel, {"channels": [channel]})
    initial_clocks(ticket, opened_at)
    ticket.priority = "urgent"

    with django_assert_max_num_queries(4):
        sync_clocks(ticket, at=opened_at + MINUTE, verb="escalate", by=SYSTEM)
