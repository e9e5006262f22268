"""The only Celery task: drain what is due on one queue."""

from celery import shared_task

from aftersales import due


@shared_task(name="aftersales.tasks.drain_queue")
def drain_queue(queue):
    """Fire what is due on the kinds that live on `queue`; a backlog goes on with the next ping."""
    kinds = due.kinds_on(queue)
    for kind in kinds:
        due.drain(kind, due.DRAIN_SECONDS / len(kinds))
