"""The worker is killed while a bulk runs: it goes on where it was, and each request is changed once."""

import pytest

from aftersales import invariants
from aftersales.clock import now
from aftersales.events.actors import Actor
from aftersales.events.models import Event
from tests.factories import SYSTEM, ticket_body
from tests.faults.desk import Desk
from tickets.actions.bulks import start_bulk
from tickets.actions.intake import open_ticket
from tickets.foresight import bulk_verb, foresee
from tickets.models import Bulk, BulkRow
from tickets.serializers import read_ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MANY, STRIKES = 60, 2


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.stop()


def test_a_killed_worker_loses_and_doubles_nothing(desk, shop, order, amy):
    for _n in range(MANY):
        open_ticket(shop, read_ticket(ticket_body(lines=[])), by=SYSTEM)
    by = Actor.staff(amy)
    bulk = start_bulk(foresee(bulk_verb("note"), {"body": "Recall"}, {"filter": {}}, by=by), by=by, key="k")
    desk.start()
    desk.run(3.0)
    BulkRow.objects.update(next_try_at=now())

    for strike in range(1, STRIKES + 1):
        desk.run_until(lambda share=strike: settled(bulk) >= MANY * share // (STRIKES + 1), 60)
        desk.kill("worker-patient", "sweep")
    desk.run_until(lambda: settled(bulk) == MANY, 60)

    bulk.refresh_from_db()
    assert desk.kills >= STRIKES
    assert (bulk.state, bulk.done, bulk.refused) == ("finished", MANY, 0)
    events = Event.objects.filter(kind="ticket.note")
    assert events.count() == events.values("stream").distinct().count() == MANY
    assert Event.objects.filter(kind="bulk.finish").count() == 1
    assert invariants.broken() == {}


def settled(bulk):
    return Bulk.objects.get(pk=bulk.pk).settled
