"""Whether the process lives, and whether it can do its work."""

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse

from aftersales.web.limits import redis_answers

_migrated = False


def livez(request):
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "alive"})


def readyz(request):
    """PostgreSQL answers and its schema is ours. Redis away is degraded, not unready: nothing is lost."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        migrated = is_migrated()
    except (DatabaseError, InterfaceError):
        return JsonResponse({"status": "unready", "database": "away"}, status=503)
    if not migrated:
        return JsonResponse({"status": "unready", "database": "migrations pending"}, status=503)
    redis = redis_answers()
    return JsonResponse({"status": "ready" if redis else "degraded", "redis": "ok" if redis else "away"})


def is_migrated():
    """Asked of the database once; a process never sees its own code's migrations undone."""
    global _migrated  # noqa: PLW0603 - remembers a fact for the process's life
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
