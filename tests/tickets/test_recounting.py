"""Sums of a recount on clocks in memory: moves, pauses, what is late by it, what is told."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from aftersales.versions.registry import current
from tests.tickets.sla_cases import HOUR, MINUTE, MONDAY, policy_body
from tickets.content.sla import parse_sla
from tickets.recounting import Around, Clock, Tally, bring_under, count_anew, counted

pytestmark = pytest.mark.django_db
POLICY = parse_sla(policy_body(deadlines={"legal_refund": {"days": 7}}))
CUSTOMER = "customer"


def clock(**changes):
    """Four hours from Monday at nine, around the clock, of a policy that pauses for the customer."""
    values = dict.fromkeys(Clock.__slots__)
    values |= {
        "id": 1,
        "ticket_id": 7,
        "target": "communicate",
        "target_minutes": 240,
        "state": "running",
        "started_at": MONDAY,
        "due_at": MONDAY + 4 * HOUR,
        "due_version": 1,
        "fired": 0,
    }
    return Clock(**{**values, **changes})


def around(*ledger, waiting_on="us"):
    return Around(7, None, "normal", waiting_on, MONDAY, (), ledger)


def anew(one, minutes=240, at=MONDAY + HOUR, surroundings=None):
    calendar = current("calendar", "24x7").content
    return count_anew(one, POLICY, calendar, minutes, surroundings or around(), at)


def test_the_same_target_moves_nothing():
    one = clock()
    assert anew(one) == (one, MONDAY + 4 * HOUR, MONDAY + 4 * HOUR, False, False, False, False)


@pytest.mark.parametrize(
    ("minutes", "at", "late", "relieved"),
    [(30, 1, True, False), (120, 1, False, False), (480, 5, False, True), (250, 5, False, False)],
)
def test_late_is_what_is_due_in_the_past_and_was_not(minutes, at, late, relieved):
    move = anew(clock(), minutes, MONDAY + at * HOUR)

    assert (move.is_moved, move.is_late, move.is_relieved) == (True, late, relieved)
    assert move.after == MONDAY + minutes * MINUTE


def test_pauses_move_the_due_time_and_parts_of_a_second_do_not():
    ledger = [(CUSTOMER, MONDAY + n * MINUTE, MONDAY + n * MINUTE + timedelta(seconds=30.6)) for n in (1, 2)]
    one = clock(due_at=MONDAY + 4 * HOUR + timedelta(seconds=60))

    assert anew(one, surroundings=around(*ledger)).is_moved is False
    assert one.due_at == MONDAY + 4 * HOUR + timedelta(seconds=60)
    assert anew(one, surroundings=around()).is_moved


def test_a_paused_clock_keeps_what_was_left_when_it_paused():
    one = clock(state="paused", paused_at=MONDAY + HOUR, remaining_seconds=3 * 3600)
    surroundings = around((CUSTOMER, MONDAY + HOUR, None), waiting_on=CUSTOMER)
    anew(one, 300, MONDAY + 9 * HOUR, surroundings)

    assert (one.state, one.remaining_seconds, one.due_at) == ("paused", 4 * 3600, MONDAY + 5 * HOUR)
    again = anew(one, 300, MONDAY + 20 * HOUR, surroundings)
    assert (again.is_moved, one.remaining_seconds) == (False, 4 * 3600)


def test_only_pauses_that_count_by_the_policy_count_and_up_to_a_moment():
    begins, ends = MONDAY - HOUR, MONDAY + HOUR
    ledger = ((CUSTOMER, ends + 2 * HOUR, None), (CUSTOMER, begins, ends), ("platform", begins, ends))

    assert counted(ledger, POLICY, clock(), MONDAY + 4 * HOUR) == [
        (MONDAY, ends),
        (ends + 2 * HOUR, MONDAY + 4 * HOUR),
    ]
    assert counted(ledger, POLICY, clock(target="legal_refund"), MONDAY + 4 * HOUR) == []
    assert counted(ledger, POLICY, clock(), MONDAY) == []


def test_a_pause_that_goes_on_for_somebody_else_is_one():
    ledger = ((CUSTOMER, MONDAY, MONDAY + HOUR), ("carrier", MONDAY + HOUR, MONDAY + 2 * HOUR))

    assert counted(ledger, POLICY, clock(), MONDAY + 4 * HOUR) == [(MONDAY, MONDAY + 2 * HOUR)]


@pytest.mark.parametrize(
    "pauses", [[(5, 8)], [(5, 8), (9, 12)], [(1, 2), (6, 7)], [(1, 2), (2, 3), (20, 21)]]
)
def test_what_was_late_when_it_paused_is_late_by_as_much(pauses):
    ledger = [(CUSTOMER, MONDAY + begins * HOUR, MONDAY + ends * HOUR) for begins, ends in pauses]
    one = clock(due_at=MONDAY + 4 * HOUR + sum((ends - begins for _w, begins, ends in ledger), timedelta()))

    assert anew(one, at=MONDAY + 40 * HOUR, surroundings=around(*ledger)).is_moved is False


def test_a_platforms_deadline_and_what_cannot_be_worked_out_stay():
    aim = SimpleNamespace(
        minutes=lambda *_args: 10**9, rules_of=lambda _clock: (POLICY, never()), version_id=1
    )
    one = clock()
    before = one.written()

    assert bring_under(one, aim, around(), MONDAY).is_moved is False
    assert one.written() == before


def never():
    return current("calendar", "cn_office").content


def test_what_is_told_adds_up_over_parts_and_stays_short():
    found = {}
    for part in range(3):
        tally = Tally()
        for number in range(10):
            tally.add(anew(clock(id=number), 241 + part * 10 + number), part or None)
        found = tally.found_with(found)

    assert found["teams"] == {"": [10, 0, 0], "1": [10, 0, 0], "2": [10, 0, 0]}
    assert (len(found["largest"]), len(found["sample"])) == (12, 12)
    assert [row["seconds"] for row in found["largest"]] == [60 * n for n in range(30, 18, -1)]
