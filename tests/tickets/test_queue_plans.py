"""How the database finds the queue's rows among very many: by the partial indexes of open requests."""

import re

import pytest
from django.db import connection

from aftersales.events.actors import Actor
from tests.tickets.many_tickets import OPEN_OF, multiply
from tickets.actions.next_ticket import take_next
from tickets.models import Sort, Ticket
from tickets.queries import catalogue, filters, selection, view_counts
from tickets.queries.queue import ORDERS
from tickets.queries.saved_views import BUILT_IN, View

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
MANY = 40_000
OF_OPEN = {
    *("queue_by_due", "queue_by_age", "queue_by_change", "queue_mine", "queue_of_role", "queue_of_team"),
    "ticket_running_procedure",  # the smallest: read whole where few are open
}
FILTERS = {
    "priority": ("priority", "is", "urgent"),
    "late": ("sla", "is", "late"),
    "amount": ("amount", "at_least", {"minor": 290_000, "currency": "CNY"}),
    "mine": ("assignee", "is", "me"),
    "named": ("assignee", "is", "leo"),
    "team": ("team", "is", "after-sales"),
    "category": ("category", "is", "quality_other"),
    "old": ("created", "older", "3d"),
    "order": ("order", "is", "TM260001"),
    "tag": ("tag", "is", "vip"),
}


def view_of(code):
    field, op, value = FILTERS[code]
    return View(code, code, filters.kept({"all": [{"field": field, "op": op, "value": value}]}))


@pytest.fixture
def many(ticket, amy, leo, wen):
    multiply(ticket, MANY, [amy, leo, wen])


def plan_of(tickets):
    """The lines of the plan that touch the table of requests."""
    sql, params = tickets.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {sql}", params)
        return [line for (line,) in cursor.fetchall()]


def index_names(plan):
    return set(re.findall(r"(?:using|Index Scan on) (\w+)", "\n".join(plan)))


def test_the_queue_among_very_many(many, amy, leo, subtests, monkeypatch, django_assert_num_queries):
    """One filling, looked at from all sides; what takes a request comes last."""
    with subtests.test("every view in every order is found by the indexes of open requests"):
        every_view_in_every_order_is_found_by_the_indexes_of_open_requests(amy, leo)
    with subtests.test("a page in the index's own order is not sorted"):
        a_page_in_the_indexs_own_order_is_not_sorted(amy)
    with subtests.test("ended requests are read from the newest on"):
        ended_requests_are_read_from_the_newest_on(amy)
    with subtests.test("twenty views are counted by two statements"), monkeypatch.context() as patch:
        twenty_views_are_counted_by_two_statements(amy, django_assert_num_queries, patch)
    with subtests.test("more than are looked at is said"), monkeypatch.context() as patch:
        more_than_are_looked_at_is_said(amy, patch)
    with subtests.test("the next of many is the nearest"):
        the_next_of_many_is_the_nearest(amy)


def every_view_in_every_order_is_found_by_the_indexes_of_open_requests(amy, leo):
    strange = []
    for actor in (Actor.staff(amy), Actor.staff(leo)):
        for view in (*BUILT_IN.values(), *map(view_of, FILTERS)):
            for sort in Sort:
                order = ORDERS[sort]
                names = [("-" if order.descending else "") + name for name in order.fields]
                plan = plan_of(selection.within(actor, view.filter).order_by(*names)[:51])
                if "Seq Scan on tickets_ticket" in "\n".join(plan) or not index_names(plan) & OF_OPEN:
                    strange.append((view.code, sort, plan))
    assert strange == []


def a_page_in_the_indexs_own_order_is_not_sorted(amy):
    for sort in Sort:
        order = ORDERS[sort]
        names = [("-" if order.descending else "") + name for name in order.fields]
        plan = plan_of(selection.within(Actor.staff(amy), BUILT_IN["all"].filter).order_by(*names)[:51])
        assert not any(line.lstrip(" ->").startswith("Sort") for line in plan), (sort, plan)


def ended_requests_are_read_from_the_newest_on(amy):
    tickets = selection.within(Actor.staff(amy), BUILT_IN["all"].filter, "ended").order_by("-id")[:51]

    assert "Seq Scan on tickets_ticket" not in "\n".join(plan_of(tickets))


def twenty_views_are_counted_by_two_statements(amy, django_assert_num_queries, patch):
    actor = Actor.staff(amy)
    views = [*BUILT_IN.values(), *map(view_of, FILTERS)]
    actor.user.places()
    patch.setattr(catalogue, "FRESH_SECONDS", 600)  # categories are read anew each second
    catalogue.categories()
    with django_assert_num_queries(2):
        cold = view_counts.counts(actor, views)
    with django_assert_num_queries(1):
        warm = view_counts.counts(actor, views)

    assert len(views) >= 18
    assert cold == warm
    assert cold["all"] == view_counts.Counted(MANY // OPEN_OF + 1)
    exact = {
        view.code: selection.within(actor, view.filter).count()
        for view in views
        if cold[view.code].number < 1000
    }
    assert {code: cold[code].number for code in exact} == exact


def more_than_are_looked_at_is_said(amy, patch):
    view_counts.forget()
    patch.setattr(view_counts, "LOOKED_AT", 100)
    counted = view_counts.counts(Actor.staff(amy), [BUILT_IN["all"], view_of("priority"), view_of("mine")])

    assert str(counted["all"]) == "100+"
    assert counted["priority"].is_more
    assert counted["mine"].number > 100
    assert not counted["mine"].is_more


def the_next_of_many_is_the_nearest(amy):
    actor = Actor.staff(amy)
    tickets = selection.within(actor, BUILT_IN["mine"].filter)
    nearest = tickets.order_by("next_due_at", "id").values_list("pk", flat=True)[0]

    assert take_next(tickets, by=actor).pk == nearest
    assert Ticket.objects.filter(pk=nearest, assignee=amy).exists()
