"""A step that waits for a partner outside: a clock of its own, from when it waits until it is done."""

import pytest

from aftersales.clock import now
from aftersales.events.actors import Actor
from tests.factories import ticket_body
from tests.tickets.sla_cases import HOUR, SYSTEM, clock_of, publish_policy, states, sync
from tickets.actions.assignment import take_ticket
from tickets.actions.clock_healing import heal_clocks
from tickets.actions.holds import hold_ticket
from tickets.actions.intake import open_ticket
from tickets.actions.procedure import complete_step
from tickets.actions.step_starting import start_step, step_after
from tickets.models import SlaClock, Ticket
from tickets.queries.clocks import explain_clock
from tickets.queries.runs import next_step, running_run
from tickets.serializers import read_ticket

pytestmark = pytest.mark.django_db
TARGETS = {"first_response": 60, "resolution": 20_000, "wait_partner": 600}


@pytest.fixture(autouse=True)
def policy(shop):
    return publish_policy(shop, code="warranty", targets=TARGETS, pauses_on=["waiting_partner"])


@pytest.fixture
def coming(shop, order, amy):
    """Electronics that are to go to the brand's own centre; and the answer that sends them there."""
    agent = Actor.staff(amy)
    ticket = open_ticket(shop, read_ticket(ticket_body(category="repair_3c")), by=agent)[0]
    take_ticket(ticket, by=agent)
    complete_step(ticket, by=agent, answer="SN-1")
    if Ticket.objects.get(pk=ticket.pk).step_code == "warranty":
        complete_step(ticket, by=agent, answer="pass")
    return ticket


@pytest.fixture
def waiting(coming, amy):
    return complete_step(coming, by=Actor.staff(amy), answer="centre")


def test_before_the_step_waits_nothing_is_owed_by_the_partner(coming):
    assert coming.category.sla_policy == "warranty"
    assert clock_of(coming, "wait_partner") is None


def test_the_clock_begins_when_the_step_waits(waiting):
    clock = clock_of(waiting, "wait_partner")

    assert (waiting.step_awaits, clock.step_code, clock.state) == ("partner", "centre", "running")
    assert abs((clock.due_at - now() - 10 * HOUR).total_seconds()) < 5


def test_it_runs_while_ours_wait_for_the_partner(waiting):
    assert clock_of(waiting, "resolution").state == "paused"
    assert clock_of(waiting, "wait_partner").state == "running"


def test_a_persons_hold_changes_nothing_about_it(waiting, amy):
    hold_ticket(waiting, by=Actor.staff(amy), reason="Asks", waiting_on="customer")

    waiting.refresh_from_db()
    assert (waiting.waiting_on, waiting.step_awaits) == ("customer", "partner")
    assert clock_of(waiting, "wait_partner").state == "running"


def test_the_answer_stops_it(waiting, amy):
    complete_step(waiting, by=Actor.staff(amy), answer="arrived")

    clock = clock_of(waiting, "wait_partner")
    assert (clock.state, clock.breached_at) == ("met", None)
    assert Ticket.objects.get(pk=waiting.pk).step_awaits == ""


def test_an_answer_that_comes_late_was_missed(waiting, amy, advance_clock, drain):
    advance_clock(hours=11)
    drain()
    complete_step(waiting, by=Actor.staff(amy), answer="arrived")

    clock = clock_of(waiting, "wait_partner")
    assert (clock.state, clock.breached_at) == ("met", clock.due_at)


def test_a_wait_that_is_given_up_in_time_kept_no_promise(waiting, amy):
    complete_step(waiting, by=Actor.staff(amy), answer="timeout")

    clock = clock_of(waiting, "wait_partner")
    assert (clock.state, clock.breached_at, clock.next_try_at) == ("cancelled", None, None)


def test_nor_did_one_that_a_level_ended(waiting, advance_clock):
    advance_clock(hours=5)
    run = running_run(Ticket.objects.get(pk=waiting.pk))
    start_step(waiting, by=SYSTEM, step=step_after(run, next_step(run)))

    assert clock_of(waiting, "wait_partner").state == "cancelled"
    assert clock_of(waiting, "first_response").state != "cancelled"


def test_one_that_is_given_up_late_was_missed(waiting, amy, advance_clock):
    advance_clock(hours=11)
    complete_step(waiting, by=Actor.staff(amy), answer="timeout")

    clock = clock_of(waiting, "wait_partner")
    assert (clock.state, clock.breached_at) == ("met", clock.due_at)


def test_the_next_step_that_waits_has_the_next_clock(waiting):
    """As if the procedure came from one partner's step to another's."""
    sync(waiting, now() + HOUR, step_code="another")

    assert (states(waiting)["wait_partner 1"], states(waiting)["wait_partner 2"]) == ("met", "running")
    assert clock_of(waiting, "wait_partner").step_code == "another"


def test_a_policy_without_the_target_has_no_such_clock(shop, coming, amy):
    SlaClock.objects.all().delete()
    publish_policy(shop, code="warranty", targets={"first_response": 60, "resolution": 20_000})
    complete_step(coming, by=Actor.staff(amy), answer="centre")

    assert clock_of(coming, "wait_partner") is None


def test_it_is_explained_with_its_step(waiting):
    told = explain_clock(clock_of(waiting, "wait_partner"))

    assert (told["name"], told["step"]["code"]) == ("Partner's answer", "centre")
    assert told["step"]["title"]["zh"]
    assert explain_clock(clock_of(waiting, "resolution"))["step"] is None


def test_the_page_names_the_step(waiting, amy, page_as):
    page = page_as(amy).get(f"/tickets/{waiting.number}/clocks/wait_partner")
    title = explain_clock(clock_of(waiting, "wait_partner"))["step"]["title"]["en"]

    assert page.status_code == 200
    assert "Partner" in page.text
    assert title in page.text


def test_the_api_tells_it(waiting, amy, api_as):
    told = api_as(amy).get(f"/tickets/{waiting.number}/clocks/wait_partner").json()

    assert (told["target"], told["step"]["code"]) == ("wait_partner", "centre")


def test_a_missing_one_is_started_again(waiting):
    clock_of(waiting, "wait_partner").delete()

    assert heal_clocks() == 1
    assert clock_of(waiting, "wait_partner").state == "running"


def test_the_desk_is_told_when_it_is_late(waiting, leo, advance_clock, drain):
    advance_clock(hours=11)
    drain()

    assert leo.notifications.filter(kind="sla.breach", data__target="wait_partner").exists()
