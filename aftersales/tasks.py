"""The only Celery task: drain what is due on one queue."""

from celery import shared_task

from aftersales import due


@shared_task(name="aftersales.tasks.drain_queue")
def drain_queue(queue):
    """Fire everything due on the kinds that live on `queue`, until none is left."""
    for kind in due.kinds_on(queue):
        due.drain(kind)
