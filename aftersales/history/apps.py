"""Registers what follows the feed at start-up."""

from django.apps import AppConfig
from django.utils.module_loading import import_module


class HistoryConfig(AppConfig):
    name = "aftersales.history"

    def ready(self):
        import_module("aftersales.history.due_kinds")
