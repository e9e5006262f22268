"""The processes a desk consists of, beside its two servers: web, workers, beat and sweep.

The workers are two, so that mail and surveys, however many, never make a deadline wait.
"""

import os
import sys

from aftersales.celery import QUEUES
from aftersales.embedded.processes import Child

URGENT = ("sla", "events")
BASE = ("-A", "aftersales.celery")
QUIET = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")


def children_of_desk(base, var, port, environment, leash):
    """Not started yet, the web first."""
    python = (sys.executable, "-m")
    commands = {
        "web": (*python, "granian", *web_options(port), "aftersales.wsgi:application"),
        "worker-urgent": worker("urgent", URGENT, 1),
        "worker-patient": worker("patient", [queue for queue in QUEUES if queue not in URGENT], 1),
        "beat": (
            *python,
            "celery",
            *BASE,
            "beat",
            "--schedule",
            var / "beat-schedule",
            "--pidfile",
            "",
            "--loglevel",
            "WARNING",
        ),
        "sweep": (sys.executable, "manage.py", "sweep"),
    }
    return [
        Child(name, command, log=var / "log" / f"{name}.log", leash=leash, cwd=base, env=environment)
        for name, command in commands.items()
    ]


def web_options(port):
    """Eight database sessions at most: two processes of four threads, of the sixty that PostgreSQL allows."""
    return (
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(min(2, os.cpu_count() or 1)),
        "--blocking-threads",
        "4",
        "--no-ws",
        "--respawn-failed-workers",
        "--respawn-interval",
        "0.5",
        "--workers-kill-timeout",
        "10",
    )  # fmt: skip - one line of the shell, not a list of things


def worker(name, queues, concurrency):
    return (
        sys.executable,
        "-m",
        "celery",
        *BASE,
        "worker",
        "--queues",
        ",".join(queues),
        "--concurrency",
        str(concurrency),
        "--hostname",
        f"{name}@%h",
        *QUIET,
    )  # fmt: skip - one line of the shell, not a list of things
