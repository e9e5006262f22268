"""For two days nobody drained: the urgent go first, everything fires once, and it is over in minutes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Max, Min, Q

from aftersales.clock import now
from aftersales.events.models import Event
from aftersales.mail.models import OutgoingMail
from bench.sla_sweep import CLOCKS, TICKETS, ground_of
from tests.faults import playing
from tests.faults.desk import Desk
from tickets.models import SlaClock, SlaFiring

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BACKLOG = 50_000 if playing.IS_FULL else 1_500
URGENT = """
WITH urgent AS (UPDATE tickets_ticket SET priority = 'urgent' WHERE id % 50 = 0 RETURNING id)
UPDATE tickets_slaclock clock SET rank = 0 FROM urgent WHERE clock.ticket_id = urgent.id
"""
URGENT_ONES = Q(turn=0)


@pytest.fixture
def backlog(stage):
    """Replies that were owed one after the other for two days."""
    span = {"first": 1, "last": BACKLOG, "due": now() - timedelta(hours=48)}
    with connection.cursor() as cursor:
        cursor.execute(TICKETS, {**ground_of(stage), **span})
        cursor.execute(CLOCKS, {**ground_of(stage), "after": 0})
        cursor.execute(URGENT)
        cursor.execute("ANALYZE tickets_ticket, tickets_slaclock")
    return SlaClock.objects.filter(target="first_response")


@pytest.fixture
def desk():
    desk = Desk()
    yield desk
    desk.stop()


def test_r25_a_backlog_of_two_days(backlog, desk, capsys):
    desk.start()
    desk.run_until(lambda: not backlog.filter(next_try_at__lte=now()).exists(), 600)

    urgent = span(URGENT_ONES)
    others = span(~URGENT_ONES)
    tell(capsys, others[1], urgent[1])

    told = Event.objects.filter(kind="sla.breach").values_list("stream", "data__level")
    assert len(told) == len(set(told)) == SlaFiring.objects.count()
    assert len({stream for stream, _level in told}) == BACKLOG
    assert not OutgoingMail.objects.exists()  # nobody is mailed of what is two days old
    assert urgent[1] <= others[1]


def span(which):
    """Seconds from the first firing of all to the first and to the last of these."""
    begin = SlaFiring.objects.aggregate(at=Min("fired_at"))["at"]
    ends = (
        SlaFiring.objects.annotate(turn=F("clock__ticket_id") % 50)
        .filter(which)
        .aggregate(first=Min("fired_at"), last=Max("fired_at"))
    )
    return [(ends[name] - begin).total_seconds() for name in ("first", "last")]


def tell(capsys, seconds, until_urgent):
    what = (
        f"{BACKLOG:,} clocks overdue for up to 48 h: all fired once in {seconds:.1f} s"
        f" ({BACKLOG / seconds:.0f} a second), the urgent within {until_urgent:.1f} s"
    )
    playing.TOLD.append(playing.table_line(["R-25", what]))
    with capsys.disabled():
        print("\n" + playing.TOLD[-1])  # noqa: T201 - the figures are what it is run for
