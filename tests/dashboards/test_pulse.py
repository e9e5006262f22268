"""The wall hears of what moved its numbers: requests that changed, clocks that ran out, a recount that is through."""

import json
from types import SimpleNamespace

import pytest

from aftersales import due
from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.log import record_events
from tests.factories import SYSTEM
from tests.tickets.recount_cases import calendar_body, closed_for
from tests.tickets.sla_cases import open_tickets, publish_policy
from tickets.actions.recounts import change_rule
from tickets.models import Recount, Ticket
from tickets.views import pulse as view

pytestmark = pytest.mark.django_db


def pulse(browser, since):
    asked = json.dumps({"view": "wall", "shown": [], "since": since})
    return browser.post("/pulse", asked, content_type="application/json")


def test_the_pulse_tells_the_wall_that_something_moved(leo, bob, page_as, due_at):
    since = now().isoformat()
    browser = page_as(leo)
    assert pulse(browser, since).status_code == 204

    due_at(now())

    assert pulse(browser, since).json()["new"] == 1
    assert pulse(browser, now().isoformat()).status_code == 204
    assert pulse(page_as(bob), since).status_code == 204


def test_a_quiet_wall_hears_at_once_that_something_moved(leo, page_as, due_at, ticket):
    """Asked again in the same words: nothing is read until an event of its shops comes."""
    since, browser = now().isoformat(), page_as(leo)
    for _twice in range(2):
        assert pulse(browser, since).status_code == 204
    assert leo.shop_ids()[0] in pulse(browser, since).wsgi_request.quiet.streams


def record_breaches(shop, many):
    subject = SimpleNamespace(stream=f"shop:{shop.pk}", shop_id=shop.pk)
    record_events([(subject, {})] * many, "sla.breach", by=SYSTEM)


def touched():
    return list(Ticket.objects.order_by("pk").values_list("version", "updated_at"))


@pytest.fixture
def out_of_time(shop, advance_clock, drain):
    """(a moment, what the requests were then): an hour later a clock ran out whose level does nothing else."""
    publish_policy(
        shop,
        levels=[{"at_percent": 100, "actions": ["mark_breached"]}],
        targets={"first_response": 60, "resolution": 9000},
    )
    open_tickets(shop, 1)
    advance_clock(seconds=1)
    since, before = now().isoformat(), touched()
    advance_clock(minutes=61)
    drain()
    return since, before


def test_a_clock_that_ran_out_is_heard_though_no_request_changed(out_of_time, leo, bob, page_as):
    since, before = out_of_time
    assert touched() == before

    assert pulse(page_as(leo), since).json()["new"] == 1
    assert pulse(page_as(leo), now().isoformat()).status_code == 204
    assert pulse(page_as(bob), since).status_code == 204


def test_so_is_a_recount_that_is_through(shop, leo, bob, page_as, advance_clock):
    by = Actor.staff(leo)
    change_rule(shop, "calendar", "own", calendar_body(), by=by)
    publish_policy(shop, calendar="own")
    open_tickets(shop, 1)
    change_rule(shop, "calendar", "own", closed_for(1), by=by, recount=True)
    advance_clock(seconds=1)
    since, before = now().isoformat(), touched()
    assert pulse(page_as(leo), since).status_code == 204

    advance_clock(seconds=10)
    Recount.objects.filter(state="running").update(next_try_at=now())
    due.drain(due.KINDS["recount"])

    assert (touched(), Recount.objects.get().state) == (before, "finished")
    assert pulse(page_as(leo), since).json()["new"] == 1
    assert pulse(page_as(bob), since).status_code == 204


def test_only_the_newest_events_are_looked_at(out_of_time, leo, page_as, other_shop, monkeypatch):
    since, _before = out_of_time
    monkeypatch.setattr(view, "MOST_LOOKED", 3)
    record_breaches(other_shop, 4)

    assert pulse(page_as(leo), since).status_code == 204


def test_it_costs_the_same_whatever_happened(leo, shop, django_assert_num_queries):
    actor = Actor.staff(leo)
    leo.shop_ids()
    since = now()
    for heard in (0, 1, 2):
        with django_assert_num_queries(1):
            assert view.clocks_moved_since(actor, since) == heard
        record_breaches(shop, 1)
