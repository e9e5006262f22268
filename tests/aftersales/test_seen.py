"""A look begins where the last one ended, and finds all that is due all the same."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import due, seen
from aftersales.clock import now
from aftersales.mail.models import OutgoingMail
from aftersales.seen import BY_TIME
from tests.aftersales.due_cases import MINUTE, Log, kind_of, mails

pytestmark = pytest.mark.django_db


def looked(kind, look=None):
    """The SQL of one look."""
    with CaptureQueriesContext(connection) as queries:
        (look or kind.find)()
    return next(query["sql"] for query in queries if "SELECT" in query["sql"])


def test_a_look_begins_where_the_last_one_ended():
    kind = kind_of(Log())

    assert 'next_try_at" >' not in looked(kind)
    assert 'next_try_at" >' in looked(kind)


def test_of_many_a_batch_goes_on_where_the_one_before_ended():
    mails(7)
    log = Log()
    kind = kind_of(log, batch=3)

    assert "ROW(" not in looked(kind)
    assert "ROW(" in looked(kind)
    due.drain(kind)
    due.drain(kind)
    assert (len(log), sorted(log)) == (7, sorted(set(log)))


def test_it_begins_anew_after_a_moment_for_what_is_more_urgent_by_then(monkeypatch):
    monkeypatch.setattr(seen, "GOES_ON_SECONDS", 0)
    mails(7)
    log = Log()
    kind = kind_of(log, batch=3)
    kind.drain_once()
    earlier = mails(1, at=-2 * MINUTE)[0]

    kind.drain_once()

    assert earlier.pk in log


def test_the_end_of_many_was_not_all_there_is():
    """Something of the first batch may have been held: the next look is a whole one."""
    mails(4)
    kind = kind_of(Log(), batch=3)
    looked(kind), looked(kind)

    last = looked(kind)
    assert 'next_try_at" >' not in last
    assert "ROW(" not in last


def plans(kind, looks):
    """How PostgreSQL would answer each look, where reading a whole table is out of the question."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    return [look.order_by(*BY_TIME).values_list(*kind.order)[:500].explain() for look in looks]


def test_where_a_batch_goes_on_is_found_by_index():
    kind = due.KINDS["sla"]
    kind.seen._last, kind.seen._goes_on_until = (2, now(), 1), float("inf")

    here, behind = plans(kind, kind.seen.beyond_batch(kind.due(), kind.ranks))

    assert "Index Cond: ((rank = 2) AND (next_try_at <= statement_timestamp()) AND (next_try_at >= " in here
    assert "(ROW(next_try_at, id) > ROW(" in here
    assert "Index Cond: ((rank = 3) AND (next_try_at <= statement_timestamp()))" in behind
    assert "Sort" not in here + behind


def test_the_watch_begins_where_it_ended_too():
    kind = kind_of(Log())
    grace = timedelta(seconds=1)

    assert 'next_try_at" >' not in looked(kind, lambda: kind.is_late(grace))
    assert 'next_try_at" >' in looked(kind, lambda: kind.is_late(grace))
    mails(1, at=-2 * grace)
    assert kind.is_late(grace)


def test_what_commits_a_little_late_is_found():
    kind = kind_of(Log())
    kind.drain_once()
    mails(1, at=-seen.MARGIN / 2)

    assert kind.drain_once() == 1


def test_what_is_written_far_into_the_past_is_found_by_the_next_whole_look(monkeypatch):
    kind = kind_of(Log())
    kind.drain_once()
    mails(1, at=-60 * MINUTE)
    assert kind.drain_once() == 0

    monkeypatch.setattr(kind.seen, "_next_whole", 0)

    assert kind.drain_once() == 1


def test_the_clock_may_jump_ahead_between_two_looks(advance_clock):
    kind = kind_of(Log())
    mails(1, at=30 * MINUTE)
    kind.drain_once()

    advance_clock(hours=1)

    assert kind.drain_once() == 1


@pytest.mark.parametrize("name", ["sla", "mail"])
def test_a_look_from_where_the_last_one_ended_is_by_index(name):
    kind = due.KINDS[name]
    kind.find()

    for plan in plans(kind, kind.seen.beyond_batch(kind.due(), kind.ranks)):
        assert "(next_try_at <= statement_timestamp()) AND (next_try_at >" in plan.split("Index Cond: ")[1]
        assert "Sort" not in plan


@pytest.mark.django_db(transaction=True)
def test_of_two_drains_at_once_the_second_takes_what_is_behind():
    rows = mails(25)
    held, enough = threading.Event(), threading.Event()

    def hold_a_batch(claimed):
        held.set()
        enough.wait(10)
        log.fire(claimed)

    def drain_slowly():
        due.DueKind(OutgoingMail, name="test", queue="mail", fire=hold_a_batch, batch=10).drain_once()
        connection.close()

    log, other = Log(), Log()
    first = threading.Thread(target=drain_slowly)
    first.start()
    held.wait(10)
    second = kind_of(other, batch=10)
    moved = [second.drain_once() for _turn in range(3)]
    enough.set()
    first.join()

    assert (sum(moved), moved[-1]) == (15, 0)
    assert sorted(other) == [row.pk for row in rows[10:]]
    assert sorted(log) == [row.pk for row in rows[:10]]
    assert second.drain_once() == 0
