"""What an upgrade gives to requests that were there before it."""

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from tests.factories import SYSTEM
from tests.tickets.sla_cases import clock_of, publish_policy
from tickets.actions.clocks import sync_clocks
from tickets.models import SlaClock, Ticket

pytestmark = pytest.mark.django_db
GOODS = import_module("returns.migrations.0004_goods_received")


def fill():
    with connection.schema_editor() as editor:
        GOODS.fill(apps, editor)


def came_at(ticket):
    return Ticket.objects.get(pk=ticket.pk).goods_received_at


@pytest.fixture
def before_the_upgrade(received):
    Ticket.objects.update(goods_received_at=None)
    SlaClock.objects.filter(target__startswith="legal_re").delete()
    return Ticket.objects.get(pk=received.pk)


def test_goods_that_came_before_the_upgrade_came_with_the_first_parcel(before_the_upgrade, monkeypatch):
    monkeypatch.setattr(GOODS, "BATCH", max(1, before_the_upgrade.pk // 3))
    parcel = before_the_upgrade.parcels.get(state="received")
    first = parcel.received_at
    parcel.pk, parcel.uid, parcel.label_code, parcel.hold = None, uuid4(), "later", None
    parcel.waybill = ""
    parcel.received_at = first + timedelta(days=1)
    parcel.save(force_insert=True)

    fill()

    assert came_at(before_the_upgrade) == first


def test_then_the_law_runs_since_that_day(before_the_upgrade, shop):
    code = before_the_upgrade.category.sla_policy
    publish_policy(shop, code=code, deadlines={"legal_refund": {"days": 7}})
    fill()

    ticket = Ticket.objects.get(pk=before_the_upgrade.pk)
    sync_clocks(ticket, by=SYSTEM)
    clock = clock_of(ticket, "legal_refund")
    assert (clock.started_at, clock.due_at) == (came_at(ticket), came_at(ticket) + timedelta(days=7))


def test_what_is_known_stays(received):
    known = received.created_at
    Ticket.objects.filter(pk=received.pk).update(goods_received_at=known)

    fill()

    assert came_at(received) == known


def test_a_request_without_received_parcels_is_left(shipped):
    fill()

    assert came_at(shipped) is None


def test_the_way_back_takes_nothing():
    assert GOODS.Migration.operations[0].reversible
