"""Deadlines of the law and of platforms."""

import re
from datetime import UTC, timedelta

import pytest

from aftersales.clock import now
from aftersales.errors import Invalid, NotAllowed, NotPossible
from aftersales.events.models import Event
from aftersales.events.telling import sentence
from tests.tickets.sla_cases import HOUR, LEVELS, MINUTE, SYSTEM, clock_of, publish_policy, states, sync
from tickets.actions.clock_healing import heal_clocks
from tickets.actions.clocks import sync_clocks
from tickets.actions.deadlines import set_deadline
from tickets.actions.intake import open_ticket
from tickets.models import Category, ClockState, Stage, Status, Ticket, WaitingOn

DAY = timedelta(days=1)
DEADLINES = {
    "legal_refund": {"days": 7},
    "legal_withdrawal": {"days": 14},
    "legal_repair": {"days": 30, "pauses_on": ["waiting_partner"]},
}


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop, deadlines=DEADLINES, counts_automatic=True)


@pytest.fixture
def ticket(shop, policy):
    body = {"category": "quality_other", "channel": "chat", "subject": "杯子", "message": "有裂纹"}
    return open_ticket(shop, body, by=SYSTEM)[0]


# -- the law ----------------------------------------------------------------------


def test_a_withdrawal_runs_from_when_it_was_declared(ticket):
    clock = clock_of(ticket, "legal_withdrawal")

    assert (clock.due_at, clock.calendar.code) == (ticket.created_at + 14 * DAY, "24x7")


def test_refund_and_repair_run_from_when_the_goods_came(ticket):
    assert clock_of(ticket, "legal_refund") is None
    came_at = ticket.created_at + 2 * DAY

    sync(ticket, came_at, goods_received_at=came_at)

    assert clock_of(ticket, "legal_refund").due_at == came_at + 7 * DAY
    assert clock_of(ticket, "legal_repair").due_at == came_at + 30 * DAY


def test_the_law_is_the_same_for_every_priority(ticket):
    ticket.priority = "urgent"
    sync_clocks(ticket, at=ticket.created_at + MINUTE, verb="escalate", by=SYSTEM)

    assert clock_of(ticket, "legal_withdrawal").target_minutes == 14 * 1440
    assert clock_of(ticket, "resolution").target_minutes == 720


def test_the_law_waits_for_nobody_unless_the_policy_names_them(ticket):
    at = ticket.created_at + HOUR
    sync(ticket, at, goods_received_at=at)
    sync(ticket, at + HOUR, waiting_on=WaitingOn.CUSTOMER)
    assert clock_of(ticket, "legal_withdrawal").state == ClockState.RUNNING
    assert clock_of(ticket, "resolution").state == ClockState.PAUSED

    sync(ticket, at + 2 * HOUR, waiting_on=WaitingOn.PARTNER)

    assert clock_of(ticket, "legal_repair").state == ClockState.PAUSED
    assert clock_of(ticket, "legal_refund").state == ClockState.RUNNING


def test_the_end_keeps_the_law(ticket):
    at = ticket.created_at + 15 * DAY
    sync(ticket, at, stage=Stage.DONE, status=Status.RESOLVED, resolved_at=at)

    clock = clock_of(ticket, "legal_withdrawal")
    assert (clock.state, clock.breached_at) == (ClockState.MET, ticket.created_at + 14 * DAY)


def test_healing_starts_what_the_law_wants_and_then_has_nothing_to_do(ticket):
    ticket.goods_received_at = ticket.created_at
    ticket.save()

    assert heal_clocks() == 1
    assert clock_of(ticket, "legal_refund").started_at == ticket.created_at
    assert heal_clocks() == 0


# -- a platform --------------------------------------------------------------------


def test_a_platforms_deadline_is_due_to_the_second(ticket, shop_key, api):
    due_at = (now() + timedelta(hours=30, seconds=7)).replace(microsecond=0)

    told = api.post(f"/tickets/{ticket.number}/actions/set_deadline", {"due_at": due_at.isoformat()})

    assert told.status_code == 200, told.json()
    clock = clock_of(ticket, "platform")
    assert (clock.due_at, clock.target_minutes, clock.state) == (due_at, 1801, "running")
    facts = {row["target"]: row for row in told.json()["sla"]}
    assert facts["platform"]["due_at"] == due_at.isoformat().replace("+00:00", "Z")


def test_a_deadline_that_moves_moves_its_clock(ticket):
    first, later = now() + HOUR, now() + 9 * HOUR
    set_deadline(ticket, by=SYSTEM, due_at=first)
    set_deadline(ticket, by=SYSTEM, due_at=later)

    clock = clock_of(ticket, "platform")
    assert (clock.due_at, clock.due_version, clock.cycle) == (later, 2, 1)
    assert clock.next_try_at > first


def test_a_deadline_that_was_missed_and_moved_warns_and_is_missed_again(ticket, drain, advance_clock):
    set_deadline(ticket, by=SYSTEM, due_at=now() + HOUR)
    advance_clock(minutes=61)
    drain()
    ticket.refresh_from_db()
    set_deadline(ticket, by=SYSTEM, due_at=now() + 3 * DAY)
    assert clock_of(ticket, "platform").breached_at is None

    advance_clock(hours=73)
    drain()

    clock = clock_of(ticket, "platform")
    assert clock.breached_at == clock.due_at
    levels = clock.firings.filter(due_version=2).order_by("id").values_list("level", flat=True)
    assert list(levels) == [50, 75, 100]


def test_a_deadline_taken_back_is_neither_kept_nor_missed(ticket):
    set_deadline(ticket, by=SYSTEM, due_at=now() + HOUR)
    set_deadline(ticket, by=SYSTEM, due_at=None)

    assert clock_of(ticket, "platform").state == ClockState.CANCELLED
    set_deadline(ticket, by=SYSTEM, due_at=now() + HOUR)
    assert states(ticket)["platform 2"] == "running"


def test_a_platform_waits_for_nobody_and_its_breach_is_told(ticket, drain, advance_clock):
    set_deadline(ticket, by=SYSTEM, due_at=now() + HOUR)
    ticket.refresh_from_db()
    sync(ticket, now() + MINUTE, waiting_on=WaitingOn.CUSTOMER)
    assert clock_of(ticket, "platform").state == ClockState.RUNNING

    advance_clock(minutes=61)
    drain()

    breaches = Event.objects.filter(stream=ticket.stream, kind="sla.breach").values_list(
        "data__target", flat=True
    )
    assert "platform" in breaches


def test_a_request_opened_again_after_the_deadline_owes_it_no_more(ticket):
    due_at = now() + HOUR
    set_deadline(ticket, by=SYSTEM, due_at=due_at)
    ticket.refresh_from_db()
    sync(ticket, due_at - MINUTE, stage=Stage.DONE, status=Status.RESOLVED, resolved_at=due_at)

    sync(ticket, due_at + HOUR, stage=Stage.COMMUNICATE, status=Status.OPEN, resolved_at=None)
    sync(ticket, due_at + 2 * HOUR)

    clock = clock_of(ticket, "platform")
    assert (clock.cycle, clock.state, clock.breached_at, clock.due_version) == (1, ClockState.MET, None, 1)


def test_another_priority_leaves_a_platforms_deadline(ticket):
    due_at = now() + HOUR
    set_deadline(ticket, by=SYSTEM, due_at=due_at)
    ticket.refresh_from_db()
    ticket.priority = "urgent"
    sync_clocks(ticket, at=now(), verb="escalate", by=SYSTEM)

    assert clock_of(ticket, "platform").due_at == due_at


@pytest.mark.parametrize(("away", "sentence"), [(-MINUTE, "has passed"), (400 * DAY, "within a year")])
def test_a_deadline_that_cannot_be_is_refused(ticket, away, sentence):
    with pytest.raises(Invalid, match=sentence) as refused:
        set_deadline(ticket, by=SYSTEM, due_at=now() + away)

    assert refused.value.field == "due_at"
    assert clock_of(ticket, "platform") is None


def test_the_same_deadline_again_is_nothing(ticket):
    due_at = now() + HOUR
    set_deadline(ticket, by=SYSTEM, due_at=due_at)
    after = set_deadline(ticket, by=SYSTEM, due_at=due_at)

    assert Event.objects.filter(stream=ticket.stream, kind="ticket.set_deadline").count() == 1
    assert clock_of(ticket, "platform").due_version == 1
    assert after.version == Ticket.objects.get(pk=ticket.pk).version


def test_a_deadline_is_told_in_the_readers_words(ticket):
    due_at = (now() + DAY).astimezone(UTC)
    set_deadline(ticket, by=SYSTEM, due_at=due_at)
    set_deadline(ticket, by=SYSTEM, due_at=None)

    events = Event.objects.filter(stream=ticket.stream, kind="ticket.set_deadline").order_by("seq")
    told = [[sentence(event, language) for language in ("en", "zh")] for event in events]
    assert all(words.endswith(f"{due_at:%H:%M} UTC+0") for words in told[0])
    assert f"{due_at.month}月{due_at.day}日" in told[0][1].replace(" ", "")
    assert told[1] == ["The platform's deadline: none any more", "平台时限：已取消"]


def test_without_a_policy_a_deadline_is_refused_for_nobody_would_be_warned(ticket, api):
    Category.objects.filter(pk=ticket.category_id).update(sla_policy="")
    due_at = (now() + DAY).isoformat()

    told = api.post(f"/tickets/{ticket.number}/actions/set_deadline", {"due_at": due_at})

    assert (told.status_code, Ticket.objects.get(pk=ticket.pk).deadline_at) == (409, None)
    assert "No SLA policy is for this request" in told.json()["detail"]


def test_saying_nothing_takes_no_deadline_off_and_null_does(ticket, api):
    path = f"/tickets/{ticket.number}/actions/set_deadline"
    set_deadline(ticket, by=SYSTEM, due_at=now() + DAY)

    silent = api.post(path, {})

    assert (silent.status_code, silent.json()["errors"][0]["pointer"]) == (422, "/due_at")
    assert Ticket.objects.get(pk=ticket.pk).deadline_at
    assert api.post(path, {"due_at": None}).status_code == 200
    assert Ticket.objects.get(pk=ticket.pk).deadline_at is None


def test_the_schema_says_that_the_deadline_has_to_be_said(ticket, api):
    verbs = {row["verb"]: row for row in api.get(f"/tickets/{ticket.number}/actions").json()["results"]}

    schema = verbs["set_deadline"]["schema"]
    assert schema["required"] == ["due_at"]
    assert schema["properties"]["due_at"]["type"] == ["string", "null"]


def test_the_form_opens_with_the_deadline_and_saved_again_it_stays(ticket, page_as, stage):
    due_at = now() + DAY
    set_deadline(ticket, by=SYSTEM, due_at=due_at)
    page = page_as(stage.amy).get(f"/tickets/{ticket.number}?do=set_deadline").content.decode()
    shown = re.search(r'name="due_at" value="([^"]+)"', page)[1]

    page_as(stage.amy).post(f"/tickets/{ticket.number}/set_deadline", {"due_at": shown})

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", shown)
    assert Ticket.objects.get(pk=ticket.pk).deadline_at == due_at
    assert Event.objects.filter(stream=ticket.stream, kind="ticket.set_deadline").count() == 1


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30T10:00:00Z", 7])
def test_a_deadline_that_is_no_time_is_refused_at_its_field(ticket, api, text):
    told = api.post(f"/tickets/{ticket.number}/actions/set_deadline", {"due_at": text})

    assert told.status_code == 422
    assert told.json()["errors"][0]["pointer"] == "/due_at"


def test_only_desk_and_shop_set_deadlines(ticket, stage, api_as, as_staff):
    with pytest.raises((NotAllowed, NotPossible)):
        set_deadline(ticket, by=as_staff(stage.wen), due_at=now() + HOUR)
    told = api_as(stage.bob).post(f"/tickets/{ticket.number}/actions/set_deadline", {"due_at": None})
    assert told.status_code == 404


def test_the_levels_of_the_policy_hold_for_deadlines(ticket):
    assert clock_of(ticket, "legal_withdrawal").next_try_at == (
        ticket.created_at + 14 * DAY * LEVELS[0]["at_percent"] // 100
    )
