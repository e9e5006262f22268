"""Bulks while others work: drains at once, undo while it runs, two over the same requests, people in between."""

from functools import partial

import pytest

from aftersales import due, invariants
from aftersales.clock import now
from aftersales.errors import Refused
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import SYSTEM, ticket_body
from tests.races.at_once import at_once
from tickets.actions.bulks import cancel_bulk, start_bulk, undo_bulk
from tickets.actions.intake import open_ticket
from tickets.actions.marking import tag_ticket
from tickets.foresight import bulk_verb, foresee
from tickets.models import Bulk, BulkRow, Ticket
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MANY = 24


@pytest.fixture
def many(shop, order):
    return [open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)[0] for _n in range(MANY)]


def ask(user, verb, key="k", **data):
    actor = Actor.staff(user)
    return start_bulk(foresee(bulk_verb(verb), data, {"filter": {}}, by=actor), by=actor, key=key)


def let_it_begin():
    BulkRow.objects.filter(state="waiting").update(next_try_at=now())


def drain():
    due.drain(due.KINDS["bulk"])


def strange(outcomes):
    """What is neither an answer nor a refusal."""
    return [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Refused)]


def finish():
    let_it_begin()
    drain()
    assert not BulkRow.objects.filter(state="waiting").exists()
    assert invariants.broken() == {}


def test_six_drains_do_each_request_once(many, amy):
    bulk = ask(amy, "tag", tag="vip")
    let_it_begin()

    assert strange(at_once([drain] * 6)) == []

    finish()
    bulk.refresh_from_db()
    assert (bulk.state, bulk.done, bulk.refused) == ("finished", MANY, 0)
    assert Event.objects.filter(kind="ticket.tag").count() == MANY
    assert Event.objects.filter(stream=bulk.stream, kind="bulk.finish").count() == 1


def test_undo_while_it_runs_leaves_nothing_behind(many, amy, leo):
    bulk = ask(amy, "tag", tag="vip")
    let_it_begin()
    undo = [partial(undo_bulk, bulk, by=Actor.staff(user)) for user in (amy, leo, amy)]

    assert strange(at_once([drain, drain, *undo, drain])) == []

    finish()
    assert not Ticket.objects.exclude(tags=[]).exists()
    assert Bulk.objects.filter(undoes=bulk).count() <= 1


def test_cancel_while_it_runs_counts_every_request(many, amy, leo):
    bulk = ask(amy, "tag", tag="vip")
    let_it_begin()
    cancel = [partial(cancel_bulk, bulk, by=Actor.staff(user)) for user in (amy, leo, amy)]

    assert strange(at_once([drain, *cancel, drain, drain])) == []

    finish()
    bulk.refresh_from_db()
    assert bulk.done + bulk.cancelled == MANY
    assert Ticket.objects.filter(tags=["vip"]).count() == bulk.done


def test_two_bulks_and_people_on_the_same_requests(many, amy, leo):
    first, second = ask(amy, "tag", tag="vip"), ask(leo, "tag", tag="vip")
    let_it_begin()
    people = [partial(tag_ticket, ticket, by=Actor.staff(amy), tag="vip") for ticket in many[::3]]

    assert strange(at_once([drain, drain, *people, drain])) == []

    finish()
    assert {tuple(row.tags) for row in Ticket.objects.all()} == {("vip",)}
    assert Event.objects.filter(kind="ticket.tag").count() == MANY
    assert first.rows.filter(state="done").count() + second.rows.filter(state="done").count() <= MANY


def test_cancelling_requests_of_one_order_meets_no_deadlock(shop, order, amy, leo):
    for line in ("1", "1", "1", "2"):
        lines = [{"order_line": line, "quantity": 1, "reason": "q_surface"}]
        open_ticket(shop, read_ticket(ticket_body(lines=lines)), by=SYSTEM)
    bulks = [ask(user, "cancel") for user in (amy, leo)]
    let_it_begin()

    assert strange(at_once([drain] * 4)) == []

    finish()
    assert set(Ticket.objects.values_list("status", flat=True)) == {"cancelled"}
    assert sorted(bulk.rows.filter(state="done").count() for bulk in bulks) >= [0, 0]
    assert BulkRow.objects.filter(state="done").count() == Ticket.objects.count()


def test_of_ten_who_ask_with_one_key_one_bulk_comes(many, amy):
    bulks = at_once([partial(ask, amy, "tag", tag="vip")] * 10)

    assert {bulk.pk for bulk in bulks} == {Bulk.objects.get().pk}
    assert BulkRow.objects.count() == MANY
