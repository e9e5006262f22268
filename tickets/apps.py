"""Start-up of the tickets app: what fills its registries is found here."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TicketsConfig(AppConfig):
    name = "tickets"

    def ready(self):
        # Every app above may hold such modules; each adds to the registries of tickets/registry.py.
        autodiscover_modules(
            "facts", "verbs", "panels", "step_forms", "obstacles", "findable", "placeholders", "due_kinds"
        )
