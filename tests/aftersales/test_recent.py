"""What happened of late: seen once a second, newest first, and nothing claimed that was not looked at."""

import threading

import pytest
from django.db import connection

from aftersales.events import recent as module
from aftersales.events.log import record_event
from aftersales.events.models import Event
from aftersales.events.recent import Recent
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    moment = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def recent(clock):
    """Looked for so long that it knows everything."""
    found = Recent()
    found.look()
    clock[0] += module.OVERLAP_SECONDS + 1
    found.look()
    return found


def happen(ticket):
    record_event(ticket, "ticket.tag", by=SYSTEM, data={"tag": "x"})


def test_a_stream_and_its_shop_have_changed_since_a_moment_before(recent, clock, ticket):
    before = clock[0]
    happen(ticket)
    clock[0] += 2
    recent.look()

    assert recent.has_changed([ticket.stream], before)
    assert recent.has_changed([ticket.shop_id], before)
    assert not recent.has_changed(["ticket:0"], before)


def test_what_was_seen_before_the_question_is_no_change(recent, clock, ticket):
    happen(ticket)
    clock[0] += 2
    recent.look()
    clock[0] += 1

    assert not recent.has_changed([ticket.stream], clock[0])


def test_nothing_is_known_before_it_has_looked_long_enough(clock, ticket):
    recent = Recent()
    assert recent.has_changed(["ticket:0"], clock[0])
    recent.look()
    assert recent.has_changed(["ticket:0"], clock[0])
    clock[0] += module.OVERLAP_SECONDS
    assert not recent.has_changed(["ticket:0"], clock[0])


def test_it_looks_once_a_second_whoever_asks(recent, clock, ticket, django_assert_num_queries):
    clock[0] += 2
    with django_assert_num_queries(1):
        for _asker in range(50):
            recent.look()
            clock[0] += 0.01


def test_an_id_that_is_committed_late_is_still_seen(recent, clock, ticket):
    """Ids are given before their transactions end: a smaller one may appear after a greater one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('events_event', 'id'))")
        late = cursor.fetchone()[0]
    happen(ticket)
    clock[0] += 2
    recent.look()
    before = clock[0] = clock[0] + 1
    Event.objects.create(pk=late, stream="ticket:77", kind="ticket.tag", actor_kind="system")
    clock[0] += 2
    recent.look()

    assert recent.has_changed(["ticket:77"], before)
    assert not recent.has_changed([ticket.stream], before)


def test_after_a_storm_everything_counts_as_changed(recent, clock, ticket, monkeypatch):
    monkeypatch.setattr(module, "MOST_READ", 3)
    before = clock[0]
    for _time in range(4):
        happen(ticket)
    clock[0] += 2
    recent.look()

    assert recent.has_changed(["ticket:0"], before)
    assert not recent.has_changed(["ticket:0"], clock[0])


def test_what_is_long_past_is_not_kept(recent, clock, ticket, monkeypatch):
    happen(ticket)
    clock[0] += 2
    recent.look()
    monkeypatch.setattr(module, "MOST_READ", 1)
    clock[0] += module.KEPT_SECONDS + 1
    recent.look()

    assert ticket.stream not in recent.moments


def test_whoever_comes_while_another_looks_does_not_wait(recent, clock):
    clock[0] += 2
    with recent.lock:
        asker = threading.Thread(target=recent.look)
        asker.start()
        asker.join(5)
        assert not asker.is_alive()
