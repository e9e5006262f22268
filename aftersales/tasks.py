"""The only Celery task: drain what is due on one queue."""

from celery import shared_task

from aftersales import due

# Bulks share a worker with mail and surveys, which are not to wait behind twenty thousand rows; what follows from
# events shares one with deadlines, which are not to be late by more than a tick because much has happened.
TURNS = {"bulk": 3.0, "events": 0.8}


@shared_task(name="aftersales.tasks.drain_queue")
def drain_queue(queue):
    """Fire what is due on the kinds that live on `queue`; a backlog goes on with the next ping."""
    due.drain_in_turns(due.kinds_on(queue), TURNS.get(queue, due.DRAIN_SECONDS))
