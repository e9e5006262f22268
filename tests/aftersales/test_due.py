"""Due rows: fired when due and not before, once, in batches; failures back off; leases never overlap."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from aftersales import celery, due
from aftersales.clock import now
from aftersales.mail.models import OutgoingMail
from tests.aftersales.due_cases import MINUTE, Log, kind_of, leased, mails
from tickets.models import SlaClock, Ticket

pytestmark = pytest.mark.django_db

# -- what fires ------------------------------------------------------------------


def test_what_is_due_fires_and_what_is_not_waits():
    ready = mails(3)
    mails(2, at=MINUTE)
    log = Log()

    assert due.drain(kind_of(log)) == 3
    assert sorted(log) == [row.pk for row in ready]
    assert due.drain(kind_of(log)) == 0


def test_many_rows_go_in_batches_the_longest_due_first():
    rows = mails(25)
    log = Log()
    kind = kind_of(log, batch=10)

    assert kind.drain_once() == 10
    assert sorted(log) == [row.pk for row in rows[:10]]
    assert due.drain(kind) == 15


def test_the_products_clock_decides(advance_clock):
    mails(1, at=60 * MINUTE)
    log = Log()

    assert due.drain(kind_of(log)) == 0
    advance_clock(hours=1, minutes=1)
    assert due.drain(kind_of(log)) == 1


def test_a_row_that_changed_after_it_was_found_is_left_alone():
    mails(2)
    log = Log()
    kind = kind_of(log)
    ids = kind.find()
    OutgoingMail.objects.filter(pk=ids[0]).update(next_try_at=None)

    assert kind.fire_ids(ids) == 1
    assert log == [ids[1]]


def test_late_means_longer_than_the_grace():
    kind = kind_of(Log())
    mails(1, at=timedelta(seconds=-5))

    assert kind.is_late(timedelta(seconds=2))
    assert not kind.is_late(MINUTE)


def test_drain_all_says_what_fired_by_kind(ticket):
    assert due.drain_all()["feed"] > 0
    assert due.drain_all() == {}


# -- failures --------------------------------------------------------------------


def test_one_poison_row_harms_no_other_and_leaves_no_half_effect():
    rows = mails(10)
    log = Log(rows[4].key)

    due.drain(kind_of(log))

    assert sorted(set(log)) == [row.pk for row in rows if row is not rows[4]]
    assert OutgoingMail.objects.filter(sent_at__isnull=False).count() == 9
    poison = OutgoingMail.objects.get(pk=rows[4].pk)
    assert (poison.attempts, poison.sent_at, poison.last_error) == (1, None, "ValueError: poison")


def test_failures_wait_longer_each_time_and_the_fifth_is_the_last(advance_clock):
    row = mails(1)[0]
    kind = kind_of(Log(row.key))
    waits = []
    for _try in range(due.MAX_TRIES):
        due.drain(kind)
        row.refresh_from_db()
        if row.next_try_at:
            waits.append((row.next_try_at - now()).total_seconds())
            advance_clock(seconds=waits[-1] + 1)

    for wait, nominal in zip(waits, (5, 30, 120, 600), strict=True):
        assert 0.75 * nominal < wait < 1.25 * nominal
    assert (row.attempts, row.next_try_at, row.dead_at is None) == (5, None, False)
    assert due.drain(kind) == 0


def test_a_dead_row_can_be_given_five_new_tries():
    row = mails(1)[0]
    OutgoingMail.objects.update(attempts=5, dead_at=now(), next_try_at=None)
    log = Log()
    row.refresh_from_db()

    due.revive(row)
    due.drain(kind_of(log))

    row.refresh_from_db()
    assert (log, row.dead_at, row.attempts) == ([row.pk], None, 0)


# -- locks -----------------------------------------------------------------------


def test_the_owners_are_locked_before_the_rows_each_in_order(ticket):
    SlaClock.objects.filter(ticket=ticket).update(next_try_at=now() - MINUTE)
    kind = due.KINDS["sla"]

    with CaptureQueriesContext(connection) as queries:
        kind.drain_once()

    locks = [query["sql"] for query in queries if "SKIP LOCKED" in query["sql"]]
    assert [
        f'FROM "{model._meta.db_table}"' in sql for model, sql in zip((Ticket, SlaClock), locks, strict=True)
    ]
    assert "ORDER BY 1 ASC FOR NO KEY UPDATE SKIP LOCKED" in locks[0]
    assert 'ORDER BY "tickets_slaclock"."id" ASC FOR UPDATE OF "tickets_slaclock" SKIP LOCKED' in locks[1]


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_a_person_holds_is_passed_by_and_fires_later(ticket):
    SlaClock.objects.filter(ticket=ticket).update(next_try_at=now() - MINUTE)
    held, enough = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Ticket.objects.lock(ticket.pk)
            held.set()
            enough.wait(10)
        connection.close()

    person = threading.Thread(target=hold)
    person.start()
    held.wait(10)
    assert due.KINDS["sla"].drain_once() == 0
    enough.set()
    person.join()

    assert due.KINDS["sla"].drain_once() == SlaClock.objects.filter(ticket=ticket).count()


@pytest.mark.parametrize("name", sorted(name for name, kind in due.KINDS.items() if hasattr(kind, "model")))
def test_what_is_due_is_found_by_index(name):
    """`clock_timestamp()` could not be an index condition and would read the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, params = (
            due.KINDS[name].due().order_by("next_try_at", "id").values_list("id").query.sql_with_params()
        )
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "Index Cond: (next_try_at <= statement_timestamp())" in plan, plan


# -- leases ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_acting_outside():
    mails(2)
    seen = []

    def act(row):
        seen.append((connection.in_atomic_block, OutgoingMail.objects.get(pk=row.pk).next_try_at > now()))
        row.sent_at, row.next_try_at = now(), None
        row.save()

    due.drain(due.LeasedKind(OutgoingMail, name="test", queue="mail", fire=act))

    assert seen == [(False, True)] * 2


def test_a_sender_that_dies_leaves_its_rows_due_again_after_the_lease(advance_clock):
    mails(1)
    kind = leased(Log())
    kind.fire = lambda row: (_ for _ in ()).throw(SystemExit)  # as a kill: nothing is noted any more
    with pytest.raises(SystemExit):
        kind.drain_once()
    log = Log()

    assert due.drain(leased(log)) == 0
    advance_clock(seconds=61)
    assert due.drain(leased(log)) == 1


def test_a_failed_act_backs_off_and_the_others_go_on():
    rows = mails(3)
    log = Log(rows[1].key)

    due.drain(leased(log))

    assert log == [rows[0].pk, rows[2].pk]
    assert OutgoingMail.objects.get(pk=rows[1].pk).attempts == 1


def test_a_slow_sender_gives_back_what_its_lease_would_not_cover():
    rows = mails(3)
    log = Log()
    kind = leased(log, lease=timedelta(seconds=0))

    assert kind.drain_once() == 1
    assert log == [rows[0].pk]
    assert list(kind_of(Log()).find()) == [rows[1].pk, rows[2].pk]


# -- who drains ------------------------------------------------------------------


def test_every_kind_is_on_a_queue_that_is_pinged_every_second():
    pinged = {entry["args"][0] for entry in celery.app.conf.beat_schedule.values()}

    assert {kind.queue for kind in due.KINDS.values()} <= pinged <= set(celery.QUEUES)
    assert {entry["schedule"] for entry in celery.app.conf.beat_schedule.values()} == {1.0}


def test_a_long_drain_ends_before_the_worker_is_stopped_for_it():
    mails(30)
    log = Log()

    assert due.drain(kind_of(log, batch=10), seconds=0) == 10
    assert celery.app.conf.task_soft_time_limit > due.DRAIN_SECONDS
