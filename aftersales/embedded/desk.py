"""The processes a desk consists of, beside its two servers: web, workers, beat and sweep.

The workers are two, so that mail and surveys, however many, never make a deadline wait.
"""

import os
import sys

from aftersales.celery import QUEUES
from aftersales.embedded.processes import Child

URGENT = ("sla", "events")
CELERY = (sys.executable, "-m", "celery", "-A", "aftersales.celery")
QUIET = ("--loglevel", "WARNING")


def children_of_desk(base, var, port, environment, leash):
    """Not started yet, the web first."""
    patient = [queue for queue in QUEUES if queue not in URGENT]
    (var / "beat").mkdir(exist_ok=True)
    commands = {
        "web": (sys.executable, "-m", "granian", *web_options(port), "aftersales.wsgi:application"),
        "worker-urgent": (*CELERY, "worker", *worker_options("urgent", URGENT)),
        "worker-patient": (*CELERY, "worker", *worker_options("patient", patient)),
        "beat": (*CELERY, "beat", "--schedule", var / "beat" / "schedule", "--pidfile", "", *QUIET),
        "sweep": (sys.executable, "manage.py", "sweep"),
    }
    return [
        Child(name, command, log=var / "log" / f"{name}.log", leash=leash, cwd=base, env=environment)
        for name, command in commands.items()
    ]


def web_options(port):
    """Eight database sessions at most: two processes of four threads, of the sixty that PostgreSQL allows."""
    return (
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"),
        *("--workers", str(min(2, os.cpu_count() or 1)), "--blocking-threads", "4"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10"),
    )


def worker_options(name, queues):
    """One process each; gossip and mingling are for farms of workers, and delay every start."""
    return (
        *("--hostname", f"{name}@%h", "--queues", ",".join(queues), "--concurrency", "1"),
        *("--without-gossip", "--without-mingle", *QUIET),
    )
