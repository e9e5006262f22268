"""Targets that are new in a policy begin for the requests that are open, as the preview said."""

import pytest

from aftersales import due, invariants
from aftersales.clock import now
from aftersales.events.models import Event
from tests.tickets.recount_cases import closed_for
from tests.tickets.sla_cases import HOUR, TARGETS, clock_of, clocks_of, open_tickets, policy_body, sync
from tickets.actions.moves import reject_ticket
from tickets.actions.recounts import apply_preview, change_rule, preview_rule
from tickets.models import Pause, SlaClock, Ticket, WaitingOn
from tickets.queries.clock_pages import told_clock

pytestmark = pytest.mark.django_db
FEW = {"first_response": 60, "resolution": 1440}
BODY = policy_body(calendar="own", deadlines={"legal_withdrawal": {"days": 1}})


@pytest.fixture
def few(shop, own_calendar, lead):
    """The policy has a first reply and a resolution, and promises nothing."""
    body = without_promise(policy_body(calendar="own", targets=FEW))
    change_rule(shop, "sla", "quality", body, by=lead)
    return body


@pytest.fixture
def five(few, shop):
    return open_tickets(shop, 5)


def without_promise(body):
    return {name: value for name, value in body.items() if name != "promise_hours"}


def begun(ticket):
    return set(clocks_of(ticket).values_list("target", flat=True)) - FEW.keys()


def test_a_new_target_begins_since_it_is_owed_and_the_preview_said_so(
    five, shop, lead, run_recounts, advance_clock, amy, as_staff
):
    began = five[0].created_at
    reject_ticket(five[4], reason="Not ours.", by=as_staff(amy))
    advance_clock(hours=5)
    seen = preview_rule(shop, "sla", "quality", BODY, by=lead)
    assert not any(begun(ticket) for ticket in five)
    _version, recount = apply_preview(seen, recount=True, by=lead)
    run_recounts()
    recount.refresh_from_db()

    assert (seen.started, seen.started_late) == (recount.started, recount.started_late) == (12, 4)
    assert [begun(ticket) for ticket in five] == [{"communicate", "promise", "legal_withdrawal"}] * 4 + [
        set()
    ]
    clock = clock_of(five[0], "communicate")
    assert (clock.policy_id, clock.calendar.code) == (recount.version_id, "own")
    assert (clock.started_at, clock.due_at, clock.cycle) == (began, began + 4 * HOUR, 1)
    assert clock_of(five[0], "promise").due_at == began + 48 * HOUR
    assert Ticket.objects.get(pk=five[0].pk).next_due_at == began + HOUR
    assert invariants.broken() == {}


def test_it_is_what_the_next_action_would_have_begun(five, apply_rule, lead, shop):
    version, _none = change_rule(shop, "sla", "quality", BODY, by=lead)
    sync(five[0], now())
    apply_rule("sla", "quality", BODY)
    ours, theirs = (
        list(
            clocks_of(ticket).order_by("target").values_list("target", "cycle", "rank", "policy", "calendar")
        )
        for ticket in five[:2]
    )

    assert ours == theirs
    assert version.pk in {row[3] for row in ours}
    before = list(SlaClock.objects.order_by("pk").values())
    for ticket in five:
        sync(Ticket.objects.get(pk=ticket.pk), now())
    assert list(SlaClock.objects.order_by("pk").values()) == before


def test_one_that_waits_stands_still_and_late_is_told(five, apply_rule, advance_clock):
    began = five[0].created_at
    advance_clock(hours=9)
    sync(five[0], began + HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(five[0], began + 2 * HOUR, waiting_on=WaitingOn.US)
    sync(five[1], began + 6 * HOUR, waiting_on=WaitingOn.CUSTOMER)
    sync(five[2], began + HOUR, waiting_on=WaitingOn.CUSTOMER)
    apply_rule("sla", "quality", BODY)

    ran, late, stands = (clock_of(ticket, "communicate") for ticket in five[:3])
    assert (ran.state, ran.due_at) == ("running", began + 5 * HOUR)
    assert (late.state, late.breached_at) == ("paused", late.due_at)
    assert late.remaining_seconds in (-2 * 3600 - 1, -2 * 3600)  # parts of a second
    assert (stands.state, stands.remaining_seconds, stands.breached_at) == ("paused", 3 * 3600, None)
    assert Pause.objects.filter(ended_at=None).count() == 2
    told = Event.objects.filter(kind="sla.recount", data__target="communicate")
    assert list(told.values_list("stream", flat=True)) == [five[1].stream]
    due.drain(due.KINDS["sla"])
    assert clock_of(five[0], "communicate").breached_at == began + 5 * HOUR
    assert invariants.broken() == {}


def test_a_target_that_was_taken_out_and_comes_again_is_the_next_cycle(five, few, apply_rule):
    apply_rule("sla", "quality", BODY)
    apply_rule("sla", "quality", few)
    assert clock_of(five[0], "communicate").state == "cancelled"
    recount = apply_rule("sla", "quality", BODY | {"name": {"zh": "再", "en": "Again"}})

    again = clock_of(five[0], "communicate")
    assert (recount.started, again.cycle, again.state) == (15, 2, "running")


def test_nothing_begins_where_no_target_is_new_or_a_calendar_is_counted(five, apply_rule):
    body = without_promise(policy_body(calendar="own", targets=FEW | {"resolution": 60}))

    assert apply_rule("sla", "quality", body).started == 0
    assert apply_rule("calendar", "own", closed_for(1)).started == 0
    assert not begun(five[0])


def test_its_targets_are_named_on_the_page_of_the_preview(five, shop, lead, page_as, leo):
    seen = preview_rule(shop, "sla", "quality", policy_body(calendar="own", targets=TARGETS), by=lead)
    page = page_as(leo).get(f"/settings/recounts/{seen.code}").content.decode()

    assert "Begin, for the target is new</dt><dd>10" in page


def test_why_it_was_chosen_stays_with_the_version_it_was_chosen_by(five, shop, apply_rule, page_as, leo):
    old = clock_of(five[0], "resolution").policy
    scope = {"for": {"channels": ["chat"]}}
    for name in ("Once", "Twice"):
        apply_rule("sla", "quality", BODY | {"name": {"zh": name, "en": name}} | scope)

    for target in ("resolution", "promise"):  # this one began by the first recount
        page = page_as(leo).get(f"/tickets/{five[0].number}/clocks/{target}")
        why = page.context["why"]
        assert (why["policy"]["number"], why["choice"]["recounted_from"]) == (old.number + 2, old.number)
        assert (why["choice"]["by"], why["choice"]["met"]) == ("category", [])
        assert f"Version {old.number} of it was chosen" in page.content.decode()
    young = open_tickets(shop, 1)[0]
    page = page_as(leo).get(f"/tickets/{young.number}/clocks/resolution")
    assert page.context["why"]["choice"]["recounted_from"] is None
    assert "of it was chosen" not in page.content.decode()


def test_conditions_that_were_met_are_those_of_the_version_that_was_chosen(shop, own_calendar, apply_rule):
    chat, web = ({"for": {"channels": [channel]}} for channel in ("chat", "email"))
    apply_rule("sla", "quality", policy_body(calendar="own", **chat))
    ticket = open_tickets(shop, 1)[0]
    apply_rule("sla", "quality", policy_body(calendar="own", **web))

    why = told_clock(ticket, "resolution", shows_money=True)["choice"]
    assert why["met"] == [{"condition": "channels", "value": "chat"}]
    assert why["recounted_from"] == why_number(ticket) - 1
    apply_rule("calendar", "own", closed_for(1))
    assert told_clock(ticket, "resolution", shows_money=True)["choice"] == why


def why_number(ticket):
    return clock_of(ticket, "resolution").policy.number
