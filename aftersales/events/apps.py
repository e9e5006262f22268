"""Finds every app's declared event kinds and handlers at start-up."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "aftersales.events"

    def ready(self):
        autodiscover_modules("event_kinds", "handlers", "outbox")
