"""Following the feed: each entry counts once, whoever drains and how often; what comes late goes where it belongs."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.models import Sum

from aftersales import due, invariants
from aftersales.events.actors import Actor
from aftersales.events.models import FeedEntry
from aftersales.history.actions.facts import lock_follower, write_facts
from aftersales.history.actions.following import PATIENCE, FeedFollowing, follow
from aftersales.history.models import Fact, Follower, Tally
from aftersales.history.queries.telling import Life
from tests.factories import SYSTEM, order_body
from tests.history.conftest import facts_of, tallies
from tests.tickets.sla_cases import TARGETS, open_tickets, policy_body
from tickets.actions.conversation import reply_to_customer
from tickets.actions.orders import put_order
from tickets.actions.recounts import change_rule
from tickets.serializers import read_order

pytestmark = pytest.mark.django_db


def counted(measure, **where):
    rows = Tally.objects.filter(measure=measure, **where)
    return rows.aggregate(n=Sum("count"))["n"] or 0


def test_followed_twice_is_once(lived, shop):
    before, facts = tallies(), list(Fact.objects.order_by("id").values())
    Follower.objects.update(feed_no=0)

    assert follow(shop.pk) > 0
    assert tallies() == before
    assert list(Fact.objects.order_by("id").values()) == facts


def test_nothing_new_costs_one_statement(lived, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert FeedFollowing().drain_once() == 0


def test_a_batch_costs_the_same_for_one_request_and_for_many(shop, policy, django_assert_max_num_queries):
    open_tickets(shop, 1)
    due.drain(due.KINDS["feed"])
    with django_assert_max_num_queries(24):
        follow(shop.pk)
    open_tickets(shop, 7)
    due.drain(due.KINDS["feed"])
    with django_assert_max_num_queries(24):
        follow(shop.pk)

    assert Fact.objects.filter(measure="open").count() == 8


def test_another_drain_that_holds_the_shop_is_not_waited_for(lived, shop, monkeypatch):
    monkeypatch.setattr("aftersales.history.actions.following.lock_follower", lambda *_args, **_kwargs: None)

    assert follow(shop.pk) == 0


def test_what_is_no_request_leaves_no_fact(shop, drain):
    put_order(shop, "O-9", read_order(order_body(number="TM9")), by=SYSTEM)
    drain()

    assert Fact.objects.count() == 0
    assert Follower.objects.get(pk=shop.pk).feed_no == FeedEntry.objects.filter(shop_id=shop.pk).count()


def test_a_fact_is_in_the_tallies_of_its_places_and_times(lived, stage, amy):
    fact = facts_of(lived)["response.first"]
    category = fact.category_id

    day = {
        (tally.scope, tally.category_id, tally.team_id, tally.person_id): (tally.count, tally.seconds)
        for tally in Tally.objects.filter(measure="response.first", grain="d")
    }

    assert day == dict.fromkeys(
        [
            ("s", 0, 0, 0),
            ("t", 0, stage.team.pk, 0),
            ("c", category, stage.team.pk, 0),
            ("p", 0, stage.team.pk, amy.pk),
        ],
        (1, fact.seconds),
    )
    assert Tally.objects.filter(measure="response.first", grain="m").count() == 4
    assert Tally.objects.filter(measure="open", grain="h", hour=facts_of(lived)["open"].hour).count() == 3


def test_what_came_late_is_counted_in_the_hour_it_belongs_to(shop, policy, advance_clock, drain):
    ticket = open_tickets(shop, 1)[0]
    advance_clock(hours=50)
    open_tickets(shop, 1)
    drain()

    hours = Tally.objects.filter(measure="open", grain="h", scope="s").order_by("day", "hour")

    assert [tally.count for tally in hours] == [1, 1]
    assert hours[0].day == facts_of(ticket)["open"].day
    assert hours[1].day >= hours[0].day + timedelta(days=2)


def test_what_no_longer_holds_leaves_no_tally(lived, shop):
    type(lived).objects.filter(pk=lived.pk).update(is_test=True)
    with transaction.atomic():
        lock_follower(shop.pk, wait=True)
        write_facts(shop, [lived.pk])

    assert Fact.objects.count() == Tally.objects.count() == 0


def test_it_is_late_when_an_entry_waits(shop, policy):
    kind = FeedFollowing()
    open_tickets(shop, 1)
    due.drain(due.KINDS["feed"])

    assert kind.is_late(-PATIENCE)
    assert not kind.is_late(timedelta(minutes=5))
    due.drain(kind)
    assert not kind.is_late(-PATIENCE)


def test_each_shop_has_its_turn(shop, other_shop, policy):
    """However much goes on in the one before."""
    kind = FeedFollowing()
    due.drain(due.KINDS["feed"])
    due.drain(kind)
    Fact.objects.all().delete()

    for shops in ([shop, other_shop], [shop], [shop]):
        for one in shops:
            open_tickets(one, 1)
        due.drain(due.KINDS["feed"])
        assert kind.drain_once()

    told = Fact.objects.filter(measure="open").order_by("id").values_list("shop_id", flat=True)
    assert list(told) == [shop.pk, other_shop.pk, shop.pk, shop.pk]


def test_one_life_that_cannot_be_told_stops_no_other(shop, policy, amy, monkeypatch, caplog):
    broken, *others = open_tickets(shop, 3)
    due.drain(due.KINDS["feed"])
    tell = Life.tell

    def fails(life):
        if life.ticket.pk == broken.pk:
            raise ValueError("no such thing")
        return tell(life)

    monkeypatch.setattr(Life, "tell", fails)
    follow(shop.pk)

    assert {fact.ticket_id for fact in Fact.objects.all()} == {ticket.pk for ticket in others}
    assert f"the history of request {broken.pk} cannot be told" in caplog.text
    monkeypatch.undo()
    reply_to_customer(broken, body="Yes.", by=Actor.staff(amy))
    due.drain(due.KINDS["feed"])
    follow(shop.pk)
    assert "open" in facts_of(broken)


def test_what_a_failing_database_kept_from_being_told_is_told_by_the_next_turn(shop, policy, monkeypatch):
    tickets = open_tickets(shop, 2)
    due.drain(due.KINDS["feed"])

    def times_out(_life):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")

    monkeypatch.setattr(Life, "tell", times_out)
    with pytest.raises(OperationalError):
        follow(shop.pk)
    monkeypatch.undo()

    assert not Follower.objects.filter(feed_no__gt=0).exists()
    assert follow(shop.pk) > 0
    assert all("open" in facts_of(ticket) for ticket in tickets)


def test_opening_a_request_writes_no_fact(shop, policy, django_assert_max_num_queries):
    open_tickets(shop, 1)

    assert Fact.objects.count() == Tally.objects.count() == Follower.objects.count() == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_count_each_once(shop, policy, amy):
    for ticket in open_tickets(shop, 5):
        reply_to_customer(ticket, body="Yes.", by=Actor.staff(amy))
    due.drain(due.KINDS["feed"])
    start = threading.Barrier(3)

    def drain():
        start.wait()
        try:
            while follow(shop.pk, limit=3):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while follow(shop.pk, limit=3):
        pass

    assert counted("open", grain="d", scope="s") == counted("response.first", grain="d", scope="s") == 5
    assert Follower.objects.get().feed_no == FeedEntry.objects.filter(shop_id=shop.pk).count()


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": TARGETS | {"first_response": 30}},  # late either way, since another time
        {"name": {"zh": "改", "en": "Renamed"}},
        {"targets": TARGETS | {"first_response": 600}},  # late no more
        {"targets": {"first_response": 30, "resolution": 90}},  # and what is late only now
    ],
)
def test_what_a_recount_makes_of_late_clocks_is_told_anew(shop, policy, leo, advance_clock, drain, changes):
    ticket = open_tickets(shop, 1)[0]
    advance_clock(minutes=100)
    drain()
    drain()
    assert not facts_of(ticket)["sla.first_response"].met
    change_rule(shop, "sla", "quality", policy_body(**changes), by=Actor.staff(leo), recount=True)
    advance_clock(seconds=4)
    for _round in range(3):
        drain()
    kept = told(ticket)

    assert invariants.broken() == {}
    call_command("rebuild_facts", verbosity=0)
    assert told(ticket) == kept


def told(ticket):
    rows = Fact.objects.filter(ticket=ticket).order_by("measure", "source_id")
    return list(rows.values_list("measure", "happened_at", "met", "target_seconds", "policy_id"))
