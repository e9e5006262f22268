"""A look begins where the last one ended, and finds all that is due all the same."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftersales import due
from aftersales.mail.models import OutgoingMail
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


def test_a_full_batch_was_not_all_there_is():
    mails(4)
    kind = kind_of(Log(), batch=3)
    looked(kind)

    assert 'next_try_at" >' not in looked(kind)


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
    mails(1, at=-due.MARGIN / 2)

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
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = kind.seen.beyond(kind.due()).order_by(*kind.order).values_list("id")[:500].explain()

    assert "Index Cond: ((next_try_at <= statement_timestamp()) AND (next_try_at >" in plan
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

    assert moved == [10, 5, 0]
    assert sorted(other) == [row.pk for row in rows[10:]]
    assert sorted(log) == [row.pk for row in rows[:10]]
    assert second.drain_once() == 0
