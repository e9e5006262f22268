"""What the guards of the table read of many requests: a fixed number of statements, no object for each row."""

from types import SimpleNamespace

from tickets.models import Hold, Run, RunState, StepRecord, TicketLine
from tickets.queries.runs import attach

HOLDS = ("ticket_id", "pk", "reason", "is_manual", "released_at")
LINES = ("ticket_id", "authorised", "received", "inspected", "resolved")
RECORDS = ("run_id", "step_code", "answer", "skipped_because")


def remember_for_guards(tickets):
    """Give each request its open holds, its lines and its run, for whoever asks its guards afterwards.

    As prefetching does, but plain rows: of twenty thousand requests their objects would cost seconds.
    """
    ids = [ticket.pk for ticket in tickets]
    holds = grouped(Hold.objects.filter(ticket__in=ids, released_at=None), HOLDS)
    lines = grouped(TicketLine.objects.filter(ticket__in=ids), LINES)
    runs = runs_of(ids)
    for ticket in tickets:
        ticket._prefetched_objects_cache = {
            "holds": holds.get(ticket.pk, ()),
            "lines": lines.get(ticket.pk, ()),
        }
        ticket._run = runs.get(ticket.pk)


def grouped(queryset, names):
    """{the first of the names: its rows}."""
    found = {}
    for row in queryset.values_list(*names, named=True):
        found.setdefault(row[0], []).append(row)
    return found


def runs_of(ids):
    """{ticket's id: its run with the procedure and the answers so far}."""
    running = Run.objects.filter(ticket__in=ids, state=RunState.RUNNING)
    rows = list(running.values_list("ticket_id", "pk", "version_id"))
    records = grouped(StepRecord.objects.filter(run__in=[pk for _ticket, pk, _version in rows]), RECORDS)
    return {
        ticket_id: attach(
            SimpleNamespace(version_id=version_id), {each.step_code: each for each in records.get(pk, ())}
        )
        for ticket_id, pk, version_id in rows
    }
