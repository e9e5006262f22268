from datetime import timedelta

import pytest

from aftersales.versions.registry import compiled, current
from tests.tickets.sla_cases import HOUR, MINUTE, MONDAY, unsaved_clock
from tickets import sla
from tickets.models import Stage, Status, Ticket, WaitingOn

pytestmark = pytest.mark.django_db


def ticket_at(**changes):
    return Ticket(**{"created_at": MONDAY, "stage": Stage.COMMUNICATE, "status": Status.NEW, **changes})


# -- owed -----------------------------------------------------------------------


def test_a_new_ticket_owes_a_reply_its_stage_and_its_resolution():
    owes = sla.owed(ticket_at(last_customer_message_at=MONDAY))

    assert owes == dict.fromkeys(
        ["first_response", "communicate", "resolution", "promise", "legal_withdrawal"], MONDAY
    )


def test_an_answered_ticket_owes_no_reply():
    ticket = ticket_at(last_customer_message_at=MONDAY, first_responded_at=MONDAY + HOUR)

    assert set(sla.owed(ticket)) == {"communicate", "resolution", "promise", "legal_withdrawal"}


def test_the_next_answer_is_owed_since_the_customer_wrote():
    ticket = ticket_at(first_responded_at=MONDAY + HOUR, last_customer_message_at=MONDAY + 2 * HOUR)

    assert sla.owed(ticket)["next_response"] == MONDAY + 2 * HOUR
    ticket.last_reply_at = MONDAY + 3 * HOUR
    assert "next_response" not in sla.owed(ticket)


def test_a_later_stage_is_owed_from_now():
    assert sla.owed(ticket_at(stage=Stage.INSPECT))["inspect"] is None


@pytest.mark.parametrize("status", ["resolved", "closed", "rejected", "cancelled", "expired"])
def test_a_ticket_that_ended_owes_nothing(status):
    assert sla.owed(ticket_at(stage=Stage.DONE, status=status)) == {}


# -- targets and calendars ---------------------------------------------------------


@pytest.mark.parametrize(("priority", "minutes"), [("urgent", 8), ("high", 11), ("normal", 15), ("low", 22)])
def test_priority_scales_the_target(priority, minutes):
    policy = current("sla", "quality").content

    assert sla.target_minutes(policy, "first_response", priority) == minutes


def test_a_promise_is_hours_of_the_clock_whatever_the_priority():
    policy = current("sla", "quality").content

    assert sla.target_minutes(policy, "promise", "urgent") == 48 * 60
    assert sla.calendar_code(policy, "promise", "eu_office") == "24x7"


@pytest.mark.parametrize(
    ("policy", "shops_own", "code"),
    [
        ("quality", "", "cn_extended"),
        ("quality", "eu_office", "eu_office"),
        ("safety", "eu_office", "24x7"),
        ("eu", "cn_office", "eu_office"),
    ],
)
def test_a_shops_calendar_replaces_domestic_ones_only(policy, shops_own, code):
    assert sla.calendar_code(current("sla", policy).content, "resolve", shops_own) == code


# -- pauses -----------------------------------------------------------------------


def test_a_clock_pauses_for_whom_its_policy_names():
    assert sla.pause_reason(unsaved_clock(), WaitingOn.CUSTOMER, ()) == "customer"
    assert sla.pause_reason(unsaved_clock(), WaitingOn.US, ["partner"]) == "partner"
    assert sla.pause_reason(unsaved_clock(), WaitingOn.WAREHOUSE, ()) is None


def test_safety_never_pauses():
    clock = unsaved_clock(policy_id=current("sla", "safety").id)

    assert sla.pause_reason(clock, WaitingOn.CUSTOMER, ["carrier"]) is None


def test_a_question_is_owed_its_answer_wherever_the_goods_are():
    clock = unsaved_clock(target="next_response")

    assert sla.pause_reason(clock, WaitingOn.CARRIER, ["partner"]) is None
    assert sla.pause_reason(clock, WaitingOn.CUSTOMER, ()) == "customer"


def calendar_of(clock):
    return compiled(clock.calendar_id).content


def test_time_left_is_counted_on_from_now():
    clock = unsaved_clock(calendar="cn_extended")
    at_night = MONDAY + 15 * HOUR  # 00:00

    assert (
        sla.due_with_left(calendar_of(clock), clock.due_at, at_night, 3600) == MONDAY + 25 * HOUR
    )  # 10:00 on Tuesday


def test_time_that_is_over_stays_over():
    clock = unsaved_clock(calendar="cn_extended")
    tuesday_nine = MONDAY + 24 * HOUR

    due = sla.due_with_left(calendar_of(clock), clock.due_at, tuesday_nine + HOUR, -2 * 3600)

    assert due == MONDAY + 13 * HOUR  # an hour before Monday's closing, at 22:00


def test_past_pauses_what_is_left_is_left_and_what_was_late_stays_late():
    calendar = current("calendar", "24x7").content

    def due(*pauses):
        pauses = [(MONDAY + begins * HOUR, MONDAY + ends * HOUR) for begins, ends in pauses]
        return (sla.due_past(calendar, MONDAY, 240, pauses) - MONDAY) / HOUR

    assert (due(), due((1, 3)), due((1, 3), (4, 5))) == (4, 6, 7)
    assert (due((6, 9)), due((6, 9), (10, 12)), due((1, 3), (8, 9))) == (7, 9, 7)


# -- levels -----------------------------------------------------------------------


def percents(levels):
    return [level.percent for level in levels]


def test_levels_are_due_by_the_share_of_working_time():
    clock = unsaved_clock()

    assert percents(sla.levels_due(clock, MONDAY + 119 * MINUTE)) == []
    assert percents(sla.levels_due(clock, MONDAY + 120 * MINUTE)) == [50]
    assert percents(sla.levels_due(clock, MONDAY + 6 * HOUR)) == [50, 75, 90, 100, 150]
    assert percents(sla.levels_due(clock, MONDAY + 6 * HOUR, fired=90)) == [100, 150]


@pytest.mark.parametrize(("fired", "hours"), [(0, 2), (50, 3), (75, 3.6), (90, 4), (100, 6)])
def test_the_next_level_is_reached_when_its_share_is_worked(fired, hours):
    clock = unsaved_clock()

    at = sla.next_level_at(clock, MONDAY + MINUTE, fired)

    assert at == MONDAY + timedelta(hours=hours)
    assert percents(sla.levels_due(clock, at, fired)) != []
    assert sla.levels_due(clock, at - timedelta(microseconds=1), fired) == []


def test_the_next_level_waits_for_the_morning():
    start = MONDAY + 13 * HOUR  # 22:00; the desk closes at 23:00
    clock = unsaved_clock(calendar="cn_extended", started_at=start, due_at=MONDAY + 27 * HOUR)

    assert sla.next_level_at(clock, start, fired=0) == MONDAY + 25 * HOUR


def test_a_level_that_is_reached_already_is_due_at_once():
    late = MONDAY + 5 * HOUR

    assert sla.next_level_at(unsaved_clock(), late, fired=50) == late


def test_there_is_nothing_after_the_last_level():
    assert sla.next_level_at(unsaved_clock(), MONDAY + 9 * HOUR, fired=150) is None


# -- what a clock says ---------------------------------------------------------------


def test_a_running_clock_says_what_is_left_in_working_time():
    clock = unsaved_clock(calendar="cn_extended", started_at=MONDAY, due_at=MONDAY + 25 * HOUR)

    assert sla.clock_facts(clock, MONDAY + 14 * HOUR) == {
        "target": "communicate",
        "state": "running",
        "due_at": MONDAY + 25 * HOUR,
        "remaining_seconds": 3600,
        "paused_since": None,
    }


def test_a_paused_clock_says_what_is_left_and_no_due_time():
    clock = unsaved_clock(state="paused", paused_at=MONDAY + HOUR, remaining_seconds=10800)

    facts = sla.clock_facts(clock, MONDAY + 99 * HOUR)

    assert facts == {
        "target": "communicate",
        "state": "paused",
        "due_at": None,
        "remaining_seconds": 10800,
        "paused_since": MONDAY + HOUR,
    }


def test_a_late_clock_is_missed_before_any_worker_came():
    facts = sla.clock_facts(unsaved_clock(), MONDAY + 4 * HOUR + timedelta(milliseconds=500))

    assert (facts["state"], facts["remaining_seconds"]) == ("missed", -1)


@pytest.mark.parametrize("state", ["met", "cancelled"])
def test_a_stopped_clock_has_nothing_left(state):
    facts = sla.clock_facts(unsaved_clock(state=state, stopped_at=MONDAY), MONDAY + 99 * HOUR)

    assert (facts["state"], facts["remaining_seconds"]) == (state, None)


def test_the_latest_cycle_speaks_for_its_target():
    clocks = [
        unsaved_clock(target=name, cycle=n)
        for name, n in (("resolution", 1), ("communicate", 2), ("communicate", 1))
    ]

    assert [(clock.target, clock.cycle) for clock in sla.latest(clocks)] == [
        ("communicate", 2),
        ("resolution", 1),
    ]


@pytest.mark.parametrize(
    ("hours", "state", "tone", "share"),
    [(1, "running", "", 25), (3, "running", "warn", 75), (5, "missed", "risk", 100)],
)
def test_a_page_draws_a_clock_by_time_and_trouble(hours, state, tone, share):
    drawn = sla.standing(unsaved_clock(), MONDAY + hours * HOUR)

    assert (drawn.name, drawn.state, drawn.tone, drawn.share) == ("Communicate", state, tone, share)
