"""Parts of a recount: each clock moved once, as if it had begun by the new version, and only what changes written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import due, invariants
from aftersales.events.models import Event
from aftersales.events.telling import sentence
from tests.tickets.recount_cases import calendar_body, closed_for, rows, xmins
from tests.tickets.sla_cases import (
    HOUR,
    MINUTE,
    TARGETS,
    clock_of,
    clocks_of,
    open_tickets,
    policy_body,
    sync,
)
from tickets.actions import recount_parts
from tickets.actions.conversation import hear_customer, reply_to_customer
from tickets.actions.holds import hold_ticket, release_ticket
from tickets.actions.recounts import change_rule
from tickets.models import Pause, Recount, SlaClock, Ticket, WaitingOn

pytestmark = pytest.mark.django_db


def test_clocks_are_due_as_if_they_had_begun_by_the_new_version(five, shop, apply_rule):
    started = clock_of(five[0], "resolution").started_at
    recount = apply_rule("calendar", "own", closed_for(1))

    clock = clock_of(five[0], "resolution")
    assert (clock.calendar_id, clock.due_version) == (recount.version_id, 2)
    assert clock.due_at == started + 48 * HOUR
    reply = clock_of(five[0], "first_response")
    assert (reply.calendar_id, reply.due_at, reply.due_version) == (recount.version_id, started + HOUR, 1)
    assert clock_of(five[0], "promise").calendar.code == "24x7"
    kinds = Event.objects.filter(stream=recount.stream).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["recount.start", "recount.finish"]
    assert not Event.objects.filter(kind="sla.recount").exists()


def test_pauses_stay_and_paused_clocks_have_what_is_left(five, shop, apply_rule, advance_clock):
    began = five[0].created_at
    advance_clock(hours=4)
    sync(five[0], began + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(five[0], began + 3 * HOUR, waiting_on=WaitingOn.US)
    sync(five[1], began + HOUR, waiting_on=WaitingOn.CUSTOMER)

    apply_rule("sla", "quality", policy_body(calendar="own", targets=TARGETS | {"resolution": 600}))

    assert clock_of(five[0], "resolution").due_at == began + 12 * HOUR
    paused = clock_of(five[1], "resolution")
    assert (paused.state, paused.remaining_seconds) == ("paused", 9 * 3600)
    assert paused.paused_at == began + HOUR
    assert Pause.objects.count() == 2
    sync(five[1], began + 5 * HOUR, waiting_on=WaitingOn.US)
    assert clock_of(five[1], "resolution").due_at == began + 14 * HOUR


def test_a_policy_that_pauses_for_others_stops_and_starts_clocks_and_keeps_the_ledger(
    five, shop, apply_rule, advance_clock
):
    began = five[0].created_at
    advance_clock(hours=2)
    sync(five[0], began + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(five[1], began + HOUR, waiting_on=WaitingOn.WAREHOUSE)
    assert clock_of(five[1], "resolution").state == "running"

    apply_rule("sla", "quality", policy_body(calendar="own", pauses_on=["waiting_warehouse"]))

    ran, stands = clock_of(five[0], "resolution"), clock_of(five[1], "resolution")
    assert (ran.state, ran.due_at) == ("running", began + 24 * HOUR)
    assert stands.state == "paused"
    ledger = [(one.ticket_id, one.waiting_on, one.ended_at is None) for one in Pause.objects.order_by("pk")]
    assert ledger == [(five[0].pk, "customer", False), (five[1].pk, "warehouse", True)]
    assert invariants.broken() == {}


def test_what_became_late_fires_its_levels_once_and_the_history_says_why(
    five, shop, apply_rule, drain, advance_clock
):
    advance_clock(hours=2)
    recount = apply_rule("sla", "quality", policy_body(calendar="own", targets=TARGETS | {"resolution": 60}))

    assert (recount.moved, recount.late) == (5, 5)
    due.drain(due.KINDS["sla"])
    clock = clock_of(five[0], "resolution")
    assert clock.breached_at == clock.due_at
    event = Event.objects.get(stream=five[0].stream, kind="sla.recount")
    assert sentence(event) == "Resolution was counted anew: version 2 of “Test” is in force"
    fired = Event.objects.filter(stream=five[0].stream, kind="sla.breach", data__target="resolution").count()
    apply_rule("sla", "quality", policy_body(calendar="own", targets=TARGETS | {"resolution": 60}, levels=[]))
    due.drain(due.KINDS["sla"])
    assert (
        Event.objects.filter(stream=five[0].stream, kind="sla.breach", data__target="resolution").count()
        == fired
    )


def test_levels_that_fired_fire_again_only_when_they_are_ahead_again(five, shop, apply_rule, advance_clock):
    advance_clock(minutes=50)
    due.drain(due.KINDS["sla"])
    assert clock_of(five[0], "first_response").fired == 75

    apply_rule("sla", "quality", policy_body(calendar="own", targets=TARGETS | {"first_response": 80}))

    clock = clock_of(five[0], "first_response")
    assert (clock.fired, clock.due_version) == (50, 2)
    assert clock.next_try_at == clock.started_at + 60 * MINUTE


def test_who_was_late_and_is_no_more_is_relieved(five, shop, apply_rule, advance_clock):
    advance_clock(hours=30)
    due.drain(due.KINDS["sla"])
    assert clock_of(five[0], "resolution").breached_at

    recount = apply_rule(
        "sla", "quality", policy_body(calendar="own", targets=TARGETS | {"resolution": 6000})
    )

    assert recount.relieved == 5
    clock = clock_of(five[0], "resolution")
    assert (clock.breached_at, clock.fired) == (None, 0)


def test_a_target_that_is_no_more_ends_and_the_next_due_time_follows(five, shop, apply_rule):
    targets = {"first_response": 60, "resolution": 1440}
    recount = apply_rule("sla", "quality", policy_body(calendar="own", targets=targets, pauses_on=[]))

    assert recount.ended == 5
    assert {clock.state for clock in clocks_of(five[0]).filter(target="communicate")} == {"cancelled"}
    assert invariants.broken() == {}


def test_only_rows_that_change_are_written_and_the_same_again_writes_none(
    five, shop, lead, apply_rule, run_recounts
):
    began = rows()
    body = closed_for(2)
    recount = apply_rule("calendar", "own", body)
    after, written = rows(), xmins()

    assert recount.written == sum(began[pk] != row for pk, row in after.items()) == 15
    again = change_rule(shop, "calendar", "own", body, by=lead, recount=True)[1]
    run_recounts()
    assert again.pk == recount.pk
    assert xmins() == written


def test_a_part_that_is_killed_is_done_once(five, shop, lead, run_recounts, monkeypatch, advance_clock):
    monkeypatch.setattr(recount_parts, "SIZE", 4)
    recount = change_rule(shop, "calendar", "own", closed_for(2), by=lead, recount=True)[1]
    advance_clock(seconds=4)
    kind = due.KINDS["recount"]
    kind.drain_once()
    recount.refresh_from_db()
    through, position = recount.looked, recount.position
    assert 0 < through < 15
    assert 0 < recount.share < 100

    finish = recount_parts.write

    def killed(*args):
        finish(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recount_parts, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            kind.drain_once()
    recount.refresh_from_db()
    assert (recount.looked, recount.position) == (through, position)

    due.drain(kind)
    recount.refresh_from_db()
    assert (recount.state, recount.looked, recount.written, recount.moved) == ("finished", 15, 15, 5)
    assert set(SlaClock.objects.filter(calendar__code="own").values_list("due_version", flat=True)) == {1, 2}
    assert invariants.broken() == {}


def test_clocks_of_a_newer_version_that_was_only_published_stay(five, shop, lead, run_recounts):
    recount = change_rule(shop, "calendar", "own", closed_for(1), by=lead, recount=True)[1]
    newer, _none = change_rule(shop, "calendar", "own", closed_for(2), by=lead)
    young = open_tickets(shop, 1)[0]
    run_recounts()

    assert clock_of(young, "resolution").calendar_id == newer.pk
    assert clock_of(five[0], "resolution").calendar_id == recount.version_id


def test_other_shops_keep_their_clocks(five, shop, other_shop, lead, apply_rule):
    theirs = open_tickets(other_shop, 1)[0]
    before = [(clock.due_at, clock.policy_id) for clock in clocks_of(theirs)]

    apply_rule("sla", "quality", policy_body(calendar="own", targets=TARGETS | {"resolution": 99}))

    assert [(clock.due_at, clock.policy_id) for clock in clocks_of(theirs)] == before


def test_a_raised_priority_makes_no_target_shorter(five, shop, apply_rule):
    Ticket.objects.filter(pk=five[0].pk).update(priority="urgent")
    apply_rule("sla", "quality", policy_body(calendar="own", promise_hours=50))

    assert clock_of(five[0], "resolution").target_minutes == 1440


def test_a_calendar_with_too_little_time_leaves_its_clocks_as_they_are(five, shop, apply_rule):
    clock = clock_of(five[0], "resolution")
    recount = apply_rule("calendar", "own", calendar_body(weekly={"mon": ["00:00-00:01"]}))

    same = clock_of(five[0], "resolution")
    assert (recount.state, recount.looked) == ("finished", 15)
    assert (same.due_at, same.calendar_id) == (clock.due_at, clock.calendar_id)


def test_a_part_costs_the_same_statements_for_one_ticket_and_for_many(
    own_calendar, shop, lead, run_recounts, advance_clock
):
    kind, counted = due.KINDS["recount"], []
    for days in (1, 2):
        open_tickets(shop, 1 if days == 1 else 12)
        change_rule(shop, "calendar", "own", closed_for(days), by=lead, recount=True)
        advance_clock(seconds=4)
        kind.drain_once()  # whatever is remembered in this process
        Recount.objects.filter(state="running").update(position=0)
        SlaClock.objects.filter(calendar__code="own").update(calendar=own_calendar)
        with CaptureQueriesContext(connection) as caught:
            kind.drain_once()
        counted.append(len(caught))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    "moves",
    [
        [(2, WaitingOn.CUSTOMER), (7, WaitingOn.US)],  # the first reply was late by an hour
        [(30, WaitingOn.CUSTOMER), (33, WaitingOn.US)],  # and so was everything
        [(30, WaitingOn.CUSTOMER), (31, WaitingOn.CARRIER), (33, WaitingOn.US)],
        [(1, WaitingOn.CUSTOMER), (2, WaitingOn.US), (30, WaitingOn.CARRIER), (33, WaitingOn.US),
         (34, WaitingOn.CUSTOMER), (39, WaitingOn.US)],
        [(30, WaitingOn.CUSTOMER)],
    ],
)  # fmt: skip
def test_the_same_rule_under_another_name_moves_nothing_whatever_was_late_and_paused(
    five, shop, apply_rule, advance_clock, moves
):
    began = five[0].created_at
    advance_clock(hours=40)
    for hours, whom in moves:
        sync(five[0], began + hours * HOUR + MINUTE / 7, waiting_on=whom)
    before = dues()
    recount = apply_rule("sla", "quality", policy_body(calendar="own", name={"zh": "改", "en": "Renamed"}))

    assert (recount.moved, recount.written) == (0, 20)
    assert dues() == before
    apply_rule("calendar", "own", calendar_body(name={"en": "Renamed"}))
    assert dues() == before


def test_holds_of_people_are_no_move_either(five, amy, as_staff, apply_rule, advance_clock):
    ticket, by = five[0], as_staff(amy)
    reply_to_customer(ticket, body="We are on it.", by=by)
    advance_clock(minutes=1)
    hear_customer(ticket, body="And?", by=by)
    for hours in (1, 30):
        hold_ticket(ticket, by=by, reason="A photo is missing")
        advance_clock(hours=hours)
        release_ticket(ticket, by=by)
        advance_clock(hours=2)
    before = dues()
    apply_rule("sla", "quality", policy_body(calendar="own", name={"zh": "改", "en": "Renamed"}))

    assert dues() == before
    assert clock_of(ticket, "next_response").state == "running"


def test_what_another_rule_moves_keeps_what_was_late_over_a_pause(five, shop, apply_rule, advance_clock):
    began = five[0].created_at
    advance_clock(hours=40)
    for hours, whom in ((30, WaitingOn.CUSTOMER), (33, WaitingOn.US)):
        sync(five[0], began + hours * HOUR, waiting_on=whom)
    apply_rule("sla", "quality", policy_body(calendar="own", targets=TARGETS | {"resolution": 600}))

    assert clock_of(five[0], "resolution").due_at == began + 13 * HOUR


def dues():
    return list(
        SlaClock.objects.order_by("pk").values_list("pk", "due_at", "due_version", "remaining_seconds")
    )
