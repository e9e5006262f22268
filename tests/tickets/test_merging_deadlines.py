"""A platform's deadline goes along with a merge, and comes back with its undoing."""

from datetime import timedelta

import pytest

from aftersales.clock import now
from tests.factories import SYSTEM
from tickets.actions.deadlines import set_deadline
from tickets.actions.merging import merge_ticket, unmerge_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize(("source_days", "target_days"), [(2, None), (2, 5), (5, 2), (None, 2)])
def test_a_platforms_deadline_goes_over_and_comes_back(
    ticket, again, agent, source_days, target_days, advance_clock
):
    source = again(lines=[])
    for each, days in ((source, source_days), (ticket, target_days)):
        if days:
            set_deadline(each, by=SYSTEM, due_at=now() + timedelta(days=days))
    before, target_before = fresh(source).deadline_at, fresh(ticket).deadline_at

    merge_ticket(source, by=agent, into=ticket)

    earlier = min(filter(None, [before, target_before]))
    assert fresh(ticket).deadline_at == earlier
    assert ticket.clocks.get(target="platform").due_at == earlier
    advance_clock(hours=1)
    unmerge_ticket(source, by=agent)
    assert fresh(source).deadline_at == before
    assert fresh(ticket).deadline_at == target_before
    running = {"target": "platform", "state": "running"}
    assert source.clocks.filter(**running).exists() == bool(source_days)
    assert ticket.clocks.filter(**running).exists() == bool(target_days)


def test_a_deadline_that_has_passed_stays_behind(ticket, again, agent, advance_clock):
    source = again(lines=[])
    set_deadline(source, by=SYSTEM, due_at=now() + timedelta(hours=1))
    advance_clock(hours=2)

    merge_ticket(source, by=agent, into=ticket)

    assert fresh(ticket).deadline_at is None


def test_a_deadline_said_since_the_merge_is_kept(ticket, again, agent):
    source, said = again(lines=[]), now() + timedelta(days=9)
    set_deadline(source, by=SYSTEM, due_at=now() + timedelta(days=2))
    merge_ticket(source, by=agent, into=ticket)
    set_deadline(ticket, by=SYSTEM, due_at=said)

    unmerge_ticket(source, by=agent)

    assert fresh(ticket).deadline_at == said
