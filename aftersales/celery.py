"""Celery: one queue per kind of work. Its tasks only drain due rows; no truth lives in the broker."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftersales.settings")

QUEUES = ("sla", "events", "surveys", "mail", "bulk", "default")
TICK_SECONDS = 1.0

app = Celery("aftersales")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        # Shorter than a task may take would deliver it twice; longer parks work after a kill.
        "visibility_timeout": 60,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_keepalive": True,
        "socket_timeout": 10,
        "health_check_interval": 10,
        "retry_on_timeout": True,
    },
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.2},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_time_limit=45,
    task_soft_time_limit=30,
    task_default_queue="default",
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=15,
    worker_enable_soft_shutdown_on_idle=True,
    worker_eta_task_limit=100,
    worker_max_tasks_per_child=500,
    worker_max_memory_per_child=200_000,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    accept_content=["json"],
    timezone="UTC",
)
app.autodiscover_tasks(["aftersales"])
app.conf.beat_schedule = {
    f"drain-{queue}": {
        "task": "aftersales.tasks.drain_queue",
        "schedule": TICK_SECONDS,
        "args": (queue,),
        # A ping nobody took within its second is worthless: the next one does the same.
        "options": {"queue": queue, "expires": TICK_SECONDS * 3},
    }
    for queue in QUEUES
    if queue != "default"
}
